"""What became of a letter, noted by whoever tried to send it."""

from __future__ import annotations

from billing_app.access.actors import AdminActor, RunnerActor
from billing_app.access.guard import admin_command, runner_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.models.outbox import Letter

CAME_BACK = "It came back: a server behind ours did not deliver it."
_NOT_SENT = "This letter has not left, so it cannot have come back. Nothing was changed."


@runner_command
def note_sent(work: Work[RunnerActor], letter_id: str, *, to: str, answer: str = "") -> None:
    """The letter is out of our hands. Only now is it never sent again by itself.

    It went ``to`` that address, wherever its reader gets letters since.
    """
    letter = work.find(Letter, letter_id, lock=True)
    letter.recipient = to
    letter.sent_at = letter.sent_at or clock.now()
    letter.bounced_at, letter.answer = None, answer


@runner_command
def note_refused(work: Work[RunnerActor], letter_id: str, *, to: str, answer: str) -> None:
    """No server will take the letter. ``answer`` is our sentence, never the server's words."""
    letter = work.find(Letter, letter_id, lock=True)
    if letter.sent_at is None:
        letter.recipient = to
        letter.bounced_at, letter.answer = clock.now(), answer


@runner_command
def note_needless(work: Work[RunnerActor], letter_id: str, *, answer: str) -> None:
    """The letter would open nothing any more, so it stays here."""
    letter = work.find(Letter, letter_id, lock=True)
    if letter.sent_at is None:
        letter.bounced_at, letter.answer = None, answer


@admin_command(Permission.SEE_LETTERS)
def mark_bounced(work: Work[AdminActor], letter_id: str) -> str:
    """Note that a letter which was sent did not arrive.

    Servers that refuse at once are noticed by themselves. One that takes a letter and sends it
    back later writes to the sender's own mailbox, which nobody reads here: an admin who finds
    that answer notes it with this.
    """
    letter = work.find(Letter, letter_id, lock=True)
    if letter.sent_at is None:
        raise Conflict(_NOT_SENT)
    letter.bounced_at, letter.answer = letter.bounced_at or clock.now(), CAME_BACK
    return letter.shown_id
