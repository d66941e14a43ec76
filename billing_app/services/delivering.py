"""What became of a letter, noted by whoever tried to send it."""

from __future__ import annotations

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.outbox import Letter


@runner_command
def note_sent(work: Work[RunnerActor], letter_id: str, *, answer: str = "") -> None:
    """The letter is out of our hands. Only now is it never sent again by itself."""
    letter = work.find(Letter, letter_id, lock=True)
    letter.sent_at = letter.sent_at or clock.now()
    letter.bounced_at, letter.answer = None, answer


@runner_command
def note_refused(work: Work[RunnerActor], letter_id: str, *, answer: str) -> None:
    """No server will take the letter. ``answer`` is our sentence, never the server's words."""
    letter = work.find(Letter, letter_id, lock=True)
    if letter.sent_at is None:
        letter.bounced_at, letter.answer = clock.now(), answer


@runner_command
def note_needless(work: Work[RunnerActor], letter_id: str, *, answer: str) -> None:
    """The letter would open nothing any more, so it stays here."""
    letter = work.find(Letter, letter_id, lock=True)
    if letter.sent_at is None:
        letter.bounced_at, letter.answer = None, answer
