"""Work that nobody sees being done: how much waits, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.outbox import (
    APPLY_NEWS,
    CHARGE_PLANNED,
    FORGET_METHOD,
    GIVE_UP_PAYMENT,
    PAYMENT_REQUEST,
    PRINT_PAPER,
    SEND_LETTER,
)
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.outbox import Job, Letter
from billing_app.reads.locales import setting
from billing_app.reads.times import at_time

PAGE = 50

# What each kind of job is called. One that is missing here is shown by its own name.
KINDS = {
    SEND_LETTER: "Send a letter",
    PAYMENT_REQUEST: "Ask for payment",
    PRINT_PAPER: "Print a document as issued",
    APPLY_NEWS: "Take in news of a payment",
    FORGET_METHOD: "Have Stripe forget a way of paying",
    CHARGE_PLANNED: "Charge what was planned",
    GIVE_UP_PAYMENT: "Have Stripe give a payment up",
}


@dataclass(frozen=True)
class DeadJob:
    """Something that was tried and given up."""

    id: str
    kind: str
    about: str
    tries: str
    since: str
    trouble: str


@dataclass(frozen=True)
class Owed:
    """How the work stands that is done in the background, and what was given up of it."""

    waiting: str
    late: str
    dead: str
    rows: list[DeadJob]


@admin_read(Permission.SEE_LETTERS)
def owed(work: Work[AdminActor]) -> Owed:
    """What waits, what waits because it failed, and what was given up, the latest first."""
    zone = setting(work).zone
    dead = list(
        work.exec(
            select(Job)
            .where(col(Job.dead_at).is_not(None))
            .order_by(col(Job.dead_at).desc(), col(Job.id).desc())
            .limit(PAGE)
        )
    )
    about = _about(work, dead)
    open_now = col(Job.done_at).is_(None), col(Job.dead_at).is_(None)
    return Owed(
        waiting=str(_count(work, *open_now)),
        late=str(_count(work, *open_now, Job.trouble != "")),
        dead=str(_count(work, col(Job.dead_at).is_not(None))),
        rows=[_row(job, about.get(job.subject, ""), zone) for job in dead],
    )


def _count(work: Work[AdminActor], *conditions: object) -> int:
    wanted = select(func.count()).select_from(Job).where(*conditions)  # type: ignore[arg-type]
    return work.exec(wanted).one()


def _about(work: Work[AdminActor], jobs: list[Job]) -> dict[str, str]:
    """Whom or what the jobs are about, in words, by their subjects."""
    letters = [Letter.read_id(job.subject) for job in jobs if Letter.is_named_by(job.subject)]
    wanted = select(Letter).where(col(Letter.id).in_(letters))
    return {letter.shown_id: letter.recipient for letter in work.exec(wanted)}


def _row(job: Job, about: str, zone: str) -> DeadJob:
    since: datetime = job.dead_at or clock.now()
    return DeadJob(
        id=job.shown_id,
        kind=KINDS.get(job.kind, job.kind),
        about=about,
        tries=str(job.tries),
        since=at_time(since, zone),
        trouble=job.trouble,
    )
