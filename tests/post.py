"""The post of a business in tests: what was written, what it says, and what is reminded of."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import system_read
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.documents.letters.message import render
from billing_app.documents.letters.rendering import as_text
from billing_app.jobs.request_payment import request_payment
from billing_app.models.outbox import Letter
from billing_app.reads import letters, telling
from billing_app.reads.letters import LetterFacts
from billing_app.reads.reminders import Reminder, reminders
from billing_app.services import asking_to_pay, reminding
from tests.attempts import Counter
from tests.links import Links
from tests.posting import PUBLIC_URL, place
from tests.purse import Purse


class Post(Links, Purse, Counter):
    """Ada's desk, and the letters that leave it."""

    def ask_for(self, document_id: str) -> None:
        """Do the job that is owed when a document is issued."""
        system = self.system
        job = SimpleNamespace(subject=document_id, organization_id=system.organization_id)
        request_payment(place(self.world), job)

    def remind(self, *days: int) -> None:
        """Choose when customers are reminded."""
        self.does(lambda work: reminding.set_reminders(work, days=days))

    def comes_round(self) -> list[tuple[str, str]]:
        """Write what is to be reminded of now; returns the kind and detail of each letter."""
        due = self.due()
        for each in due:
            self.acts(
                lambda work, each=each: asking_to_pay.remind(
                    work, each.document_id, kind=each.kind, detail=each.detail
                )
            )
        return [(each.kind, each.detail) for each in due]

    def due(self) -> list[Reminder]:
        """Who is to be reminded now."""
        return self.acts(reminders)

    def written(self, *kinds: str) -> list[str]:
        """The ids of the letters of these kinds, or of all, in the order they were written."""

        @system_read
        def look(work: Work[Any]) -> list[str]:
            wanted = select(Letter).order_by(col(Letter.id))
            found = work.exec(wanted.where(col(Letter.kind).in_(kinds)) if kinds else wanted)
            return [letter.shown_id for letter in found]

        return self.acts(look)

    def last(self, kind: str) -> LetterFacts:
        """The last letter of a kind, as it would leave now."""
        return self.full(self.written(kind)[-1])

    def full(self, letter_id: str) -> LetterFacts:
        """A letter with all that it tells, as it would leave now."""
        facts = work_now(
            RunnerActor(),
            self.world.database,
            lambda work: letters.letter(work, letter_id, public_url=PUBLIC_URL),
        )
        return self.acts(lambda work: telling.in_full(work, facts, public_url=PUBLIC_URL))

    def says(self, letter: LetterFacts) -> str:
        """A letter's subject and text, each run of blanks as one."""
        content = render(replace(letter))
        return " ".join(f"{content.subject}\n{as_text(content)}".split())
