"""The letter that asked for a document's money last, so that nobody sends it twice by mistake."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.outbox import SEND_LETTER
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.outbox import ASKING, Job, Letter
from billing_app.reads.letters import KINDS
from billing_app.reads.locales import setting
from billing_app.reads.times import at_time


@dataclass(frozen=True)
class AskedBefore:
    """A letter that asked for money: to whom, and when it left, or was written while it waits."""

    kind: str
    recipient: str
    when: str
    waits: bool
    came_back: bool


@admin_read(Permission.SEE_LETTERS)
def asked_before(work: Work[AdminActor], document_id: str) -> AskedBefore | None:
    """The last letter that asked for a document's money; not one that never left and never will."""
    is_request = CreditRequest.is_named_by(document_id)
    document = work.find(CreditRequest if is_request else Invoice, document_id)
    wanted = select(Letter).where(Letter.subject == document.shown_id, col(Letter.kind).in_(ASKING))
    latest_first = wanted.order_by(col(Letter.written_at).desc(), col(Letter.id).desc())
    for letter in work.exec(latest_first):
        if letter.sent_at is not None or _waits(work, letter):
            return AskedBefore(
                kind=KINDS[letter.kind],
                recipient=letter.recipient,
                when=at_time(letter.sent_at or letter.written_at, setting(work).zone),
                waits=letter.sent_at is None,
                came_back=letter.bounced_at is not None,
            )
    return None


def _waits(work: Work[AdminActor], letter: Letter) -> bool:
    job = select(Job.id).where(
        Job.kind == SEND_LETTER,
        Job.subject == letter.shown_id,
        col(Job.done_at).is_(None),
        col(Job.dead_at).is_(None),
    )
    return work.exec(job.limit(1)).first() is not None
