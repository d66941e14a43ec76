"""Doing one thing to many invoices: sending them, or having their prints in one file."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.reads import prints
from billing_app.reads.prints import MOST_AT_ONCE
from billing_app.services.asking_to_pay import ask_again
from billing_app.ui.admin.invoice_list import AdminInvoicesState
from billing_app.ui.components.buttons import (
    link_button,
    primary_button,
    quiet_button,
    secondary_button,
)
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.status import callout, notice
from billing_app.ui.components.text import hidden
from billing_app.ui.state import may

_EXPORTED = {"issued_since": "since", "issued_until": "until", "order": ""}
"""Words of the list's address that an export says otherwise, or does not know."""


class AdminBulkState(rx.State):
    """Which invoices of the list are chosen, and what became of the last thing done to them."""

    chosen: list[str] = []
    asks: bool = False
    told: str = ""
    skipped: list[str] = []
    refused: str = ""
    csv: str = ""
    _batch: str = ""

    @rx.event
    async def load(self) -> None:
        """Choose none, for a list that was just opened."""
        self.reset()
        said = (await self.get_state(AdminInvoicesState)).said
        words = {_EXPORTED.get(word, word): value for word, value in said.items() if value}
        words.pop("", "")
        self.csv = "/exports/invoices.csv" + (f"?{urlencode(words)}" if words else "")

    @rx.event
    def choose(self, invoice_id: str) -> None:
        """Choose an invoice, or choose it no more."""
        self._begin_anew()
        others = [each for each in self.chosen if each != invoice_id]
        self.chosen = others if invoice_id in self.chosen else [*others, invoice_id]

    @rx.event
    async def choose_all(self) -> None:
        """Choose all that are on the page."""
        self._begin_anew()
        self.chosen = [row.id for row in (await self.get_state(AdminInvoicesState)).rows]

    @rx.event
    def choose_none(self) -> None:
        """Choose none any more."""
        self._begin_anew()
        self.chosen = []

    @rx.event
    def ask_to_send(self) -> None:
        """Ask before letters go out, once for all of them."""
        self._begin_anew()
        if self._is_few():
            self.asks, self._batch = True, show("cmd", new_id())

    @rx.event
    def let_be(self) -> None:
        """Put the question away. Nothing is sent."""
        self.asks = False

    @rx.event
    async def send(self) -> Any:
        """Ask for the payment of each by letter. A second press finds the question answered."""
        if not self.asks:
            return None
        wanted, batch = list(self.chosen), self._batch
        self._begin_anew()
        sent, skipped = 0, []
        for invoice_id in wanted:
            try:
                await run(
                    partial(ask_again, document_id=invoice_id, command_key=f"{batch}/{invoice_id}")
                )
            except BillingError as refusal:
                skipped.append(str(refusal))
            else:
                sent += 1
        self.chosen = []
        self.told, self.skipped = _sent_words(sent, len(wanted)), skipped
        return rx.set_focus("main")

    @rx.event
    async def download(self) -> Any:
        """Have the prints of those chosen as one file; what is not in it is said."""
        self._begin_anew()
        if not self._is_few():
            return None
        wanted = list(self.chosen)
        kept = await run(lambda work: prints.kept_of(work, wanted))
        rows = {row.id: row for row in (await self.get_state(AdminInvoicesState)).rows}
        self.skipped = [_not_kept(rows.get(each)) for each in wanted if each not in kept]
        there = [each for each in wanted if each in kept]
        if not there:
            self.refused = "None of these has a print, so there is no file."
            return None
        self.told = _kept_words(len(there), len(wanted))
        return rx.download(url=f"/documents/invoices.zip?of={','.join(there)}")

    def _is_few(self) -> bool:
        """Whether some are chosen, and not too many; otherwise it is said."""
        if not self.chosen:
            return False
        if len(self.chosen) > MOST_AT_ONCE:
            self.refused = (
                f"At most {MOST_AT_ONCE} invoices can be handled at once, and"
                f" {len(self.chosen)} are chosen. Nothing was done; choose fewer."
            )
        return not self.refused

    def _begin_anew(self) -> None:
        self.asks, self.told, self.refused, self.skipped = False, "", "", []


def _sent_words(sent: int, wanted: int) -> str:
    if not sent:
        return "No letter was sent."
    letters = "1 letter is" if sent == 1 else f"{sent} letters are"
    return f"{letters} on the way, for {wanted} chosen. No money moved."


def _kept_words(kept: int, wanted: int) -> str:
    return f"The file has the prints of {kept} of {wanted} chosen, as they were issued."


def _not_kept(row: Any) -> str:
    if row is not None and row.number:
        return f"Invoice {row.number}: its print is still being made. Try again in a moment."
    return f"A draft for {row.party}: there is nothing to print yet." if row else "A draft."


def bulk_tools() -> rx.Component:
    """What can be done to the invoices that are chosen, and what came of it."""
    state: Any = AdminBulkState
    count = state.chosen.length()
    return rx.fragment(
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        rx.cond(state.skipped.length() > 0, _left_out(state), rx.fragment()),
        rx.el.div(
            rx.el.p(
                rx.match(
                    count,
                    (0, "Tick invoices to send them or to have their prints."),
                    (1, "1 invoice is chosen."),
                    count.to_string() + " invoices are chosen.",
                ),
                role="status",
                class_name="bulk__count",
            ),
            cluster(
                quiet_button("Choose all on this page", on_click=state.choose_all),
                rx.cond(count > 0, _acts(state), rx.fragment()),
                link_button(
                    "CSV",
                    hidden(" of all invoices that this list finds"),
                    href=state.csv,
                    kind="quiet",
                    native=True,
                ),
            ),
            class_name="bulk",
        ),
        rx.cond(state.asks, _question(state), rx.fragment()),
    )


def tick_of(row: Any) -> rx.Component:
    """The box that chooses a row."""
    state: Any = AdminBulkState
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=state.chosen.contains(row.id),
            on_change=state.choose(row.id),
        ),
        hidden(rx.cond(row.number, "Choose " + row.number, "Choose the draft for " + row.party)),
        class_name="bulk__tick",
    )


def _acts(state: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            may(Permission.SEE_LETTERS),
            secondary_button("Send", icon="letter", on_click=state.ask_to_send),
            rx.fragment(),
        ),
        secondary_button("PDF", hidden(" of those chosen"), on_click=state.download),
        quiet_button("Choose none", on_click=state.choose_none),
    )


def _question(state: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2("Ask for payment by letter?", class_name="section__title"),
            rx.el.p(
                "Each customer and partner gets one letter for each invoice chosen. It says what is"
                " still to pay, and customers can pay by its link. Drafts, void invoices and those"
                " with nothing still to pay are left out, and you are told which. No money moves."
            ),
            cluster(
                primary_button(
                    rx.cond(
                        state.chosen.length() == 1,
                        "Send 1 letter",
                        "Send " + state.chosen.length().to_string() + " letters",
                    ),
                    on_click=state.send,
                    auto_focus=True,
                ),
                quiet_button("Cancel", on_click=state.let_be),
            ),
            class_name="stack stack--4",
        )
    )


def _left_out(state: Any) -> rx.Component:
    return callout(
        rx.el.ul(rx.foreach(state.skipped, _reason), class_name="bulk__skipped"),
        tone="warning",
        title="Left out",
    )


def _reason(why: Any) -> rx.Component:
    return rx.el.li(why)
