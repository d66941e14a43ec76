"""Letters: what was written to whom, whether it arrived, and what was given up."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import installation, run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.reads import letters, owed
from billing_app.reads.letters import NO_SERVER, LetterRow
from billing_app.reads.owed import DeadJob
from billing_app.services.resending import resend_letter
from billing_app.services.retrying import retry_job
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import link_button, quiet_button, secondary_button
from billing_app.ui.components.content import page_header, section
from billing_app.ui.components.status import callout, empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="To", long=True),
    Column(label="Letter"),
    Column(label="Written"),
    Column(label="Status"),
    Column(label="Actions", hidden_label=True),
)
_DEAD_COLUMNS = (
    Column(label="What"),
    Column(label="For"),
    Column(label="Given up"),
    Column(label="Why"),
    Column(label="Actions", hidden_label=True),
)


class AdminLettersState(rx.State):
    """The log of letters."""

    rows: list[LetterRow] = []
    after: str = ""
    dead: list[DeadJob] = []
    loaded: bool = False
    told: str = ""
    refused: str = ""
    demo: bool = False
    no_server: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the log from its newest letter."""
        self.told, self.refused = "", ""
        settings = installation().settings
        self.demo = settings.demo
        self.no_server = not settings.smtp_url and not settings.demo
        await self._turn_to_start()

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        after = self.after
        if after:
            page = await run(lambda work: letters.letters(work, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after

    @rx.event
    async def resend(self, letter_id: str) -> None:
        """Send a letter once more."""
        self.told, self.refused = "", ""
        try:
            await run(lambda work: resend_letter(work, letter_id))
        except BillingError as refusal:
            self.refused = str(refusal)
            return
        self.told = "The letter is on its way again. It stands at the top of the list."
        await self._turn_to_start()

    @rx.event
    async def retry(self, job_id: str) -> None:
        """Have something tried again that was given up."""
        self.told, self.refused = "", ""
        try:
            await run(lambda work: retry_job(work, job_id))
        except BillingError as refusal:
            self.refused = str(refusal)
            return
        self.told = "It is being tried again."
        await self._turn_to_start()

    async def _turn_to_start(self) -> None:
        self.dead = (await run(owed.owed)).rows
        page = await run(letters.letters)
        self.rows, self.after, self.loaded = page.rows, page.after, True


def letters_page() -> rx.Component:
    """The screen at /admin/letters."""
    return only_with(Permission.SEE_LETTERS, "Letters", _log())


def _log() -> rx.Component:
    state: Any = AdminLettersState
    return rx.fragment(
        page_header(
            "Letters",
            lead="Every e-mail from this workspace. What a letter said is kept nowhere.",
            actions=[
                rx.cond(
                    state.demo,
                    link_button("Open the demo's mailbox", href="/mailbox", icon="letter"),
                    rx.fragment(),
                )
            ],
        ),
        rx.cond(state.no_server, _no_server(), rx.fragment()),
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        rx.cond(state.dead.length() > 0, _given_up(), rx.fragment()),
        section(
            "All letters",
            rx.cond(
                state.loaded & (state.rows.length() == 0),
                empty_state(
                    "No letters yet",
                    "Invitations, sign-in links and other letters are listed here once written.",
                    icon_name="letter",
                ),
                data_table(
                    _COLUMNS,
                    rx.cond(state.loaded, rx.foreach(state.rows, _row), skeleton_rows(_COLUMNS)),
                    caption="Letters",
                ),
            ),
            rx.cond(
                state.after != "",
                secondary_button("Show more", on_click=state.show_more),
                rx.fragment(),
            ),
        ),
    )


def _no_server() -> rx.Component:
    return callout(
        "Letters wait until whoever runs this installation sets one; then they leave by"
        " themselves. People who need a link meanwhile do not get it.",
        tone="warning",
        title=NO_SERVER,
    )


def _given_up() -> rx.Component:
    return section(
        "Tried and given up",
        data_table(
            _DEAD_COLUMNS,
            rx.foreach(AdminLettersState.dead, _dead_row),
            caption="Work that was tried and given up",
        ),
    )


def _dead_row(job: Any) -> rx.Component:
    again = quiet_button(
        "Try again", hidden(" for "), hidden(job.about), on_click=AdminLettersState.retry(job.id)
    )
    acts = rx.el.div(
        rx.cond(may(Permission.RETRY_JOBS), again, rx.fragment()), class_name="table__acts"
    )
    cells = [job.kind, job.about, job.since, job.trouble, acts]
    return table_row(_DEAD_COLUMNS, cells, key=job.id)


def _row(row: Any) -> rx.Component:
    status = rx.el.span(
        status_chip(row.status),
        when(row.note, rx.el.span(row.note, class_name="table__note")),
    )
    again = quiet_button(
        "Send again",
        hidden(" to "),
        hidden(row.recipient),
        on_click=AdminLettersState.resend(row.id),
    )
    acts = rx.el.div(rx.cond(row.can_go_again, again, rx.fragment()), class_name="table__acts")
    cells = [row.recipient, row.kind, row.when, status, acts]
    return table_row(_COLUMNS, cells, key=row.id)
