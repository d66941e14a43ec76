"""Owing work: a job or a letter, kept in the same transaction as the fact it follows from.

If the transaction fails, nothing is owed; if it holds, a runner will do it, whatever
crashes in between. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Actor
from billing_app.access.scope import organization_of
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.capability import Capability
from billing_app.models.outbox import Job, Letter

SEND_LETTER = "send_letter"
PAYMENT_REQUEST = "payment_request"
FORGET_METHOD = "forget_method"
APPLY_NEWS = "apply_news"
CHARGE_PLANNED = "charge_planned"
GIVE_UP_PAYMENT = "give_up_payment"
PRINT_PAPER = "print_paper"

_runners_here: list[Callable[[], None]] = []


@contextmanager
def told_when_owed(wake: Callable[[], None]) -> Iterator[None]:
    """Call ``wake`` whenever this process has committed something that is due at once.

    It spares a runner here its next look; runners elsewhere find the job by themselves.
    """
    _runners_here.append(wake)
    try:
        yield
    finally:
        _runners_here.remove(wake)


def owe(
    work: Work[Actor],
    kind: str,
    subject: str,
    *,
    organization_id: UUID | None = None,
    key: str = "",
    due_at: datetime | None = None,
) -> None:
    """Owe one job of ``kind`` about ``subject``. The same job under the same key is owed once."""
    now = clock.now()
    work.add_unless_there(
        Job(
            organization_id=organization_id or organization_of(work.actor),
            kind=kind,
            subject=subject,
            key=key,
            made_at=now,
            due_at=due_at or now,
        )
    )
    work.after_commit(_wake_runners)


def owe_again(work: Work[Actor], job: Job) -> None:
    """Owe a job that was given up anew, with all its tries."""
    job.dead_at, job.trouble, job.tries, job.due_at = None, "", 0, clock.now()
    work.after_commit(_wake_runners)


def put_off(work: Work[Actor], kind: str, subject: str, *, until: datetime) -> None:
    """Let what is owed about a subject wait for something that is just being done."""
    wanted = select(Job).where(Job.kind == kind, Job.subject == subject, col(Job.done_at).is_(None))
    for job in work.exec(wanted):
        job.due_at = until


def write_letter(
    work: Work[Actor],
    kind: str,
    *,
    to: str,
    organization_id: UUID | None = None,
    membership_id: UUID | None = None,
    capability: Capability | None = None,
    subject: str = "",
    detail: str = "",
    once: bool = False,
) -> str:
    """Write a letter and owe its sending; returns its id.

    It is rendered when it is sent, from its kind, from what it is about (``subject`` and
    ``detail``) and from the secret address it carries, so that nothing readable lies waiting.
    With ``once`` nothing is written, and nothing returned, if that letter was written before.
    """
    letter = Letter(
        organization_id=organization_id or organization_of(work.actor),
        kind=kind,
        recipient=to,
        membership_id=membership_id,
        capability_id=capability.id if capability else None,
        subject=subject,
        detail=detail,
        once=once,
        written_at=clock.now(),
    )
    return _post(work, letter)


def write_again(work: Work[Actor], letter: Letter, *, to: str) -> str:
    """Write the same letter once more; returns the new one's id."""
    again = Letter(
        organization_id=letter.organization_id,
        kind=letter.kind,
        recipient=to,
        membership_id=letter.membership_id,
        capability_id=letter.capability_id,
        subject=letter.subject,
        detail=letter.detail,
        written_at=clock.now(),
    )
    return _post(work, again)


def _post(work: Work[Actor], letter: Letter) -> str:
    if not letter.once:
        work.add(letter)
    elif not work.add_unless_there(letter):
        return ""
    owe(work, SEND_LETTER, letter.shown_id, organization_id=letter.organization_id)
    return letter.shown_id


def _wake_runners() -> None:
    for wake in list(_runners_here):
        wake()
