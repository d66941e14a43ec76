"""Letters: what was written to whom and about what, whether it arrived, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.installation import installation, run
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.reads import letters, owed
from billing_app.reads.letters import LetterPage, LetterRow
from billing_app.reads.owed import DeadJob
from billing_app.services.delivering import mark_bounced
from billing_app.services.resending import resend_letter
from billing_app.services.retrying import retry_job
from billing_app.ui.admin.asking import Asking
from billing_app.ui.admin.listing import ListState
from billing_app.ui.admin.rooms import room_of


@dataclass(frozen=True)
class LetterLine:
    """A letter as a line of the screen. ``next_path`` is where an address that fails is mended."""

    id: str
    recipient: str
    party: str
    party_path: str
    kind: str
    about: str
    about_path: str
    when: str
    status: str
    note: str
    next_path: str
    can_go_again: bool
    can_come_back: bool


class AdminLettersState(ListState, Asking, rx.State):
    """The log of letters, found by document or reader."""

    _path = "/admin/letters"
    _words = ("search", "about")
    _shelves = {}
    _usual = {}

    rows: list[LetterLine] = []
    dead: list[DeadJob] = []
    told: str = ""
    refused: str = ""
    next_words: str = ""
    next_path: str = ""
    demo: bool = False
    no_server: bool = False

    @rx.event
    async def resend(self, letter_id: str) -> None:
        """Send a letter once more, to where its reader gets letters by now."""
        self._say("")
        try:
            again = await run(lambda work: resend_letter(work, letter_id))
        except BillingError as refusal:
            self._say(str(refusal), is_good=False)
            return
        await self._turn_to_start()
        to = self._line(again)
        if to is None:
            self._say("The letter is on its way again. It stands at the top of all letters.")
        else:
            self._say(f"The letter is on its way to {to.recipient}. It stands at the top.")

    @rx.event
    def ask_to_note(self, letter_id: str) -> None:
        """Ask whether a letter really came back."""
        line = self._line(letter_id)
        if line is not None:
            self._say("")
            self._ask(
                letter_id,
                "back",
                f"Did the letter to {line.recipient} come back to you? It is noted that it did not"
                " arrive. Nothing is sent, and no money moves.",
            )

    @rx.event
    async def note_that_it_came_back(self, letter_id: str) -> None:
        """Note that a letter did not arrive, and say what to do about its address."""
        self._settle()
        try:
            await run(lambda work: mark_bounced(work, letter_id))
        except BillingError as refusal:
            self._say(str(refusal), is_good=False)
            return
        await self._turn_to_start()
        line = self._line(letter_id)
        if line is None or not line.party_path:
            self._say("It is noted that the letter did not arrive.")
            return
        self._say(
            f"It is noted that the letter did not arrive. {line.recipient} belongs to {line.party}:"
            " correct the address there, then send the letter again."
        )
        self.next_words, self.next_path = f"Go to {line.party}", line.party_path

    @rx.event
    async def retry(self, job_id: str) -> None:
        """Have something tried again that was given up."""
        self._say("")
        try:
            await run(lambda work: retry_job(work, job_id))
        except BillingError as refusal:
            self._say(str(refusal), is_good=False)
            return
        await self._turn_to_start()
        self._say("It is being tried again.")

    async def _page(self, after: str) -> str:
        if not after:
            await self._begin()
        about, search = self.said.get("about", ""), self.said.get("search", "")

        def read(work: Any) -> LetterPage:
            return letters.letters(work, about=about, search=search, after=after)

        try:
            page = await run(read)
        except NotFound:
            page = LetterPage([], "")
        shown = self.rows if after else []
        self.rows = [*shown, *map(_line_of, page.rows)]
        return page.after

    async def _begin(self) -> None:
        """What stands on the page beside the log."""
        self._say("")
        self._settle()
        settings = installation().settings
        self.demo = settings.demo
        self.no_server = not settings.smtp_url and not settings.demo
        self.dead = (await run(owed.owed)).rows

    async def _turn_to_start(self) -> None:
        self.after = await self._page("")

    def _say(self, words: str, *, is_good: bool = True) -> None:
        self.told, self.refused = (words, "") if is_good else ("", words)
        self.next_words, self.next_path = "", ""

    def _line(self, letter_id: str) -> LetterLine | None:
        return next((line for line in self.rows if line.id == letter_id), None)


def _line_of(row: LetterRow) -> LetterLine:
    party_path = room_of(row.subject.party_id)
    return LetterLine(
        id=row.id,
        recipient=row.recipient,
        party=row.subject.party,
        party_path=party_path,
        kind=row.kind,
        about=row.subject.what,
        about_path=room_of(row.subject.what_id),
        when=row.when,
        status=row.status,
        note=row.note,
        next_path=party_path if row.status == "failed" else "",
        can_go_again=row.can_go_again,
        can_come_back=row.can_come_back,
    )
