"""Explain: what makes a figure, a status, a flag or an instalment of an invoice."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.reads import explaining
from billing_app.reads.explaining import Figure
from billing_app.reads.reasons import Explanation, Reason
from billing_app.reads.statuses import Flag
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import Text, has_words, hidden, when

_COLUMNS = (
    Column(label="What happened"),
    Column(label="On"),
    Column(label="From account"),
    Column(label="To account"),
    Column(label="Amount", numeric=True),
)


class AdminExplainState(rx.State):
    """The explanation that is open, if one is."""

    of: str = ""
    figure: str = ""
    sentence: str = ""
    sum: str = ""
    rows: list[Reason] = []
    after: str = ""

    _what: str = ""

    @rx.event
    async def explain(self, what: str) -> Any:
        """Explain a figure, the status, a flag, or an instalment by its number."""
        self._what = what
        found = await self._ask("")
        self.of = (await self.get_state(AdminInvoiceState)).shown
        self.figure, self.sentence, self.sum = found.figure, found.sentence, found.sum.text
        self.rows, self.after = found.reasons, found.after
        return rx.set_focus("explained")

    @rx.event
    async def show_more(self) -> None:
        """Add the next postings below."""
        if self.after:
            found = await self._ask(self.after)
            self.rows, self.after = [*self.rows, *found.reasons], found.after

    @rx.event
    def close(self) -> None:
        """Put the explanation away."""
        self.reset()

    async def _ask(self, after: str) -> Explanation:
        page = await self.get_state(AdminInvoiceState)
        invoice, what = page.shown, self._what

        def ask(work: Work[Any]) -> Explanation:
            if what == "status":
                return explaining.explain_status(work, invoice, after=after)
            if what in set(Figure):
                return explaining.explain_invoice(work, invoice, Figure(what), after=after)
            if what in set(Flag):
                return explaining.explain_flag(work, invoice, Flag(what), after=after)
            if what.isascii() and what.isdigit() and len(what) < len("1000"):
                return explaining.explain_part(work, invoice, int(what), after=after)
            raise NotFound

        return await run(ask)


def explain_button(what: Text, of: Text) -> rx.Component:
    """Asks what makes a figure; ``of`` names it for those who hear the button alone."""
    return quiet_button(
        "Explain", hidden(" "), hidden(of), on_click=AdminExplainState.explain(what)
    )


def explanation() -> rx.Component:
    """The explanation, while one of this invoice is open."""
    page: Any = AdminInvoiceState
    state: Any = AdminExplainState
    sheet = card(
        rx.el.div(
            rx.el.h2(state.figure, class_name="section__title"),
            when(state.sentence, rx.el.p(state.sentence)),
            rx.cond(
                state.rows.length() > 0,
                data_table(
                    _COLUMNS, rx.foreach(state.rows, _row), caption="The postings that make it"
                ),
                rx.el.p("Nothing was posted for it yet."),
            ),
            rx.el.p("Together ", rx.el.strong(state.sum), class_name="explained__sum"),
            cluster(
                rx.cond(
                    state.after != "",
                    quiet_button("Show more postings", on_click=state.show_more),
                    rx.fragment(),
                ),
                quiet_button("Close", on_click=state.close),
            ),
            class_name="stack stack--4",
        )
    )
    return rx.el.div(
        rx.cond(has_words(state.figure) & (state.of == page.shown), sheet, rx.fragment()),
        id="explained",
        tab_index=-1,
        on_unmount=state.close,
        class_name="explained",
    )


def _row(row: Any) -> rx.Component:
    return table_row(
        _COLUMNS, [row.what, row.on, row.credit, row.debit, row.amount.text], key=row.id
    )
