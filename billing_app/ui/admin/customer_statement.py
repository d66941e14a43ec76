"""A customer's statement: over which days, as a file, and by e-mail."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.reads.customer_page import Range, days_of_statement
from billing_app.services.sending_statements import send_statement
from billing_app.ui.admin.customer_happened import AdminCustomerHappenedState
from billing_app.ui.admin.customer_sections import SectionState, read_again
from billing_app.ui.admin.party import AdminCustomerState
from billing_app.ui.components.buttons import link_button, secondary_button
from billing_app.ui.components.content import card, cluster, definition_list, section
from billing_app.ui.components.fields import field_error, select_field, text_field
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when
from billing_app.ui.last_act import begin_act, last_act, tell_of
from billing_app.ui.state import may

STATEMENT = "statement"
"""Where on the page it is told what was done about the statement."""


class AdminCustomerStatementState(SectionState, rx.State):
    """The days that were chosen; while they make no range, there is nothing to download."""

    said: dict[str, str] = {}
    currencies: list[str] = []
    opening: str = ""
    closing: str = ""
    pdf: str = ""
    csv: str = ""
    problem: str = ""
    wrong_field: str = ""

    _key: str = ""

    @rx.event
    async def choose(self, what: Literal["since", "until", "currency"], typed: str) -> None:
        """Take another day or currency, and show the balances that then stand at the ends."""
        self.said = {**self.said, what: typed}
        await begin_act(self)
        await self._look()

    @rx.event
    async def send(self) -> None:
        """Send the statement of these days. Pressed twice, it is sent once."""
        whose, key, said = self.shown, self._key, dict(self.said)
        try:
            since, until = self._days()
            await run(
                lambda work: send_statement(
                    work,
                    whose,
                    since=since,
                    until=until,
                    currency=said.get("currency", ""),
                    command_key=key,
                )
            )
        except BillingError as refusal:
            await tell_of(self, str(refusal), is_good=False, at=STATEMENT)
            return
        to = (await self.get_state(AdminCustomerState)).email
        await tell_of(self, f"The statement is on its way to {to}.", at=STATEMENT)
        await read_again(self, AdminCustomerHappenedState)

    async def _read(self) -> None:
        await self._look()

    async def _look(self) -> None:
        """Read what the chosen days hold. A range of its own is sent under a key of its own."""
        whose, said = self.shown, dict(self.said)
        self._key = show("cmd", new_id())
        self.problem, self.wrong_field, self.pdf, self.csv = "", "", "", ""
        try:
            # Where nothing was said yet, the read says which days are meant.
            since, until = self._days() if self.loaded else (None, None)
            found = await run(
                lambda work: days_of_statement(
                    work, whose, since=since, until=until, currency=said.get("currency", "")
                )
            )
        except Invalid as refusal:
            self.problem, self.wrong_field = str(refusal), refusal.field
            return
        self._show(found)

    def _show(self, found: Range) -> None:
        self.said = {
            "since": found.since.isoformat(),
            "until": found.until.isoformat(),
            "currency": found.currency,
        }
        self.currencies = found.currencies
        self.opening, self.closing = found.opening.text, found.closing.text
        asked = urlencode(self.said)
        self.pdf = f"/documents/{self.shown}.pdf?{asked}"
        self.csv = f"/exports/statement.csv?{urlencode({'party_id': self.shown})}&{asked}"

    def _days(self) -> tuple[date, date]:
        return self._day("since"), self._day("until")

    def _day(self, name: str) -> date:
        day = read_day(self.said.get(name, ""), field=name)
        if day is None:
            raise Invalid("Choose a day.", field=name)
        return day


def statement() -> rx.Component:
    """The section."""
    state: Any = AdminCustomerStatementState
    fields = rx.el.div(
        _day(state, "since", "First day"),
        _day(state, "until", "Last day"),
        select_field(
            "Currency",
            rx.foreach(state.currencies, lambda each: rx.el.option(each, value=each)),
            name="currency",
            id="statement-currency",
            error=field_error(state, "currency"),
            value=state.said["currency"],
            on_change=lambda typed: AdminCustomerStatementState.choose("currency", typed),
        ),
        class_name="filters__fields",
    )
    ends = definition_list(
        ("Invoice balance before", state.opening), ("Invoice balance after", state.closing)
    )
    files = cluster(
        link_button("Download PDF", href=state.pdf, icon="document", native=True),
        link_button("Download CSV", href=state.csv, icon="document", native=True),
        rx.cond(may(Permission.SEE_LETTERS), _send(), rx.fragment()),
    )
    content = rx.el.div(
        fields,
        when(state.pdf, ends),
        when(state.pdf, files),
        class_name="stack stack--4",
    )
    return section(
        "Statement",
        last_act(STATEMENT),
        card(rx.cond(state.loaded, content, skeleton(3))),
    )


def _send() -> rx.Component:
    page: Any = AdminCustomerState
    return rx.fragment(
        secondary_button(
            "Send by e-mail", icon="letter", on_click=AdminCustomerStatementState.send
        ),
        rx.el.span("It goes to ", page.email, ".", class_name="field__hint"),
    )


def _day(state: Any, name: Literal["since", "until"], label: str) -> rx.Component:
    return text_field(
        label,
        name=name,
        id=f"statement-{name}",
        type="date",
        error=field_error(state, name),
        # Not `value`, which would put back a day that is only half typed.
        default_value=state.said[name],
        on_change=lambda typed: AdminCustomerStatementState.choose(name, typed),
    )
