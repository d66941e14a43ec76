"""The letters about a document and its payments: whether they arrived, and sending them again."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.reads import letters
from billing_app.reads.letters import LetterRow
from billing_app.services.resending import resend_letter
from billing_app.ui.admin.document_shown import page_of
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.content import section
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.status import status_chip
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.last_act import last_act, tell_of
from billing_app.ui.state import may

LETTERS = "letters"
"""Where on the page it is told what was done about a letter."""

_COLUMNS = (
    Column(label="Letter"),
    Column(label="To", long=True),
    Column(label="Written"),
    Column(label="Status"),
    Column(label="Actions", hidden_label=True),
)


class AdminDocumentLettersState(rx.State):
    """What was written about the document that is shown, the newest first."""

    rows: list[LetterRow] = []
    after: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the letters about the document that the address names."""
        self.reset()
        await self._turn_to_start()

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if after := self.after:
            about = (await page_of(self)).shown
            page = await run(lambda work: letters.letters(work, about=about, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after

    @rx.event
    async def resend(self, letter_id: str) -> None:
        """Send a letter once more, as things stand now."""
        try:
            await run(lambda work: resend_letter(work, letter_id))
        except BillingError as refusal:
            await tell_of(self, str(refusal), is_good=False, at=LETTERS)
            return
        await tell_of(self, "The letter is on its way again.", at=LETTERS)
        await self._turn_to_start()

    async def _turn_to_start(self) -> None:
        about = (await page_of(self)).shown
        if not about:
            return
        try:
            page = await run(lambda work: letters.letters(work, about=about))
        except BillingError:
            # Whoever may not see letters, or is at a page of nothing, is shown none.
            return
        self.rows, self.after = page.rows, page.after


def document_letters() -> rx.Component:
    """The section, for those who may see letters."""
    state: Any = AdminDocumentLettersState
    log = section(
        "Letters",
        last_act(LETTERS),
        rx.cond(
            state.rows.length() > 0,
            data_table(_COLUMNS, rx.foreach(state.rows, _row), caption="Letters"),
            rx.el.p("No letter was written about it yet."),
        ),
        more_button(state, "Show earlier letters"),
    )
    return rx.cond(may(Permission.SEE_LETTERS), log, rx.fragment())


def _row(row: Any) -> rx.Component:
    status = rx.el.span(
        status_chip(row.status), when(row.note, rx.el.span(row.note, class_name="table__note"))
    )
    again = quiet_button(
        "Send again",
        hidden(" to "),
        hidden(row.recipient),
        on_click=AdminDocumentLettersState.resend(row.id),
    )
    acts = rx.el.div(rx.cond(row.can_go_again, again, rx.fragment()), class_name="table__acts")
    return table_row(_COLUMNS, [row.kind, row.recipient, row.when, status, acts], key=row.id)
