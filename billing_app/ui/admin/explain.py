"""Explain: what makes a figure, a status, a flag or an instalment of a document."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.reads import explaining
from billing_app.reads.explaining import Figure
from billing_app.reads.explaining_requests import explain_request
from billing_app.reads.reasons import Explanation, Reason
from billing_app.reads.statuses import Flag
from billing_app.ui.admin.document_shown import page_of
from billing_app.ui.admin.request import AdminRequestState
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
_MET = (
    Column(label="What happened"),
    Column(label="On"),
    Column(label="Amount", numeric=True),
)


class ExplainState(rx.State, mixin=True):
    """The explanation that is open on a page, if one is."""

    of: str = ""
    figure: str = ""
    sentence: str = ""
    sum: str = ""
    rows: list[Reason] = []
    after: str = ""

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

    async def _open(self) -> Any:
        found = await self._ask("")
        self.of = await self._whose()
        self.figure, self.sentence, self.sum = found.figure, found.sentence, found.sum.text
        self.rows, self.after = found.reasons, found.after
        return rx.set_focus("explained")

    async def _whose(self) -> str:
        """What the page is about on which it was asked."""
        raise NotImplementedError

    async def _ask(self, after: str) -> Explanation:
        """Read what was asked, from behind a posting."""
        raise NotImplementedError


class AdminExplainState(ExplainState, rx.State):
    """The explanation of something of a document."""

    _what: str = ""

    @rx.event
    async def explain(self, what: str) -> Any:
        """Explain a figure, the status, a flag, or an instalment by its number."""
        self._what = what
        return await self._open()

    async def _whose(self) -> str:
        return (await page_of(self)).shown

    async def _ask(self, after: str) -> Explanation:
        page = await page_of(self)
        document, what = page.shown, self._what
        of_request = isinstance(page, AdminRequestState)

        def ask(work: Work[Any]) -> Explanation:
            if of_request:
                # One sentence tells all of its figures: what became of what it asks for.
                return explain_request(work, document, after=after)
            if what == "status":
                return explaining.explain_status(work, document, after=after)
            if what in set(Figure):
                return explaining.explain_invoice(work, document, Figure(what), after=after)
            if what in set(Flag):
                return explaining.explain_flag(work, document, Flag(what), after=after)
            if what.isascii() and what.isdigit() and len(what) < len("1000"):
                return explaining.explain_part(work, document, int(what), after=after)
            raise NotFound

        return await run(ask)


def explain_button(what: Text, of: Text) -> rx.Component:
    """Asks what makes a figure; ``of`` names it for those who hear the button alone."""
    return quiet_button(
        "Explain", hidden(" "), hidden(of), on_click=AdminExplainState.explain(what)
    )


def explanation(page: Any, *, posted: bool = True, state: Any = AdminExplainState) -> rx.Component:
    """The explanation, while one of this document or customer is open.

    Of what is never ``posted`` there are no accounts to tell.
    """
    columns = _COLUMNS if posted else _MET
    caption = "The postings that make it" if posted else "What was counted towards it"
    nothing = "Nothing was posted for it yet." if posted else "Nothing was counted towards it yet."
    sheet = card(
        rx.el.div(
            rx.el.h2(state.figure, class_name="section__title"),
            when(state.sentence, rx.el.p(state.sentence)),
            rx.cond(
                state.rows.length() > 0,
                data_table(
                    columns,
                    rx.foreach(state.rows, lambda row: _row(row, posted)),
                    caption=caption,
                ),
                rx.el.p(nothing),
            ),
            rx.el.p("Together ", rx.el.strong(state.sum), class_name="explained__sum"),
            cluster(
                rx.cond(
                    state.after != "",
                    quiet_button("Show more of it", on_click=state.show_more),
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


def _row(row: Any, posted: bool) -> rx.Component:
    if not posted:
        return table_row(_MET, [row.what, row.on, row.amount.text], key=row.id)
    return table_row(
        _COLUMNS, [row.what, row.on, row.credit, row.debit, row.amount.text], key=row.id
    )
