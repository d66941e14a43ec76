"""Who holds which job: taken by a lease, kept by it, and finished only while it is held.

Each function is one transaction. Two runners never hold a job at once: PostgreSQL skips
the rows that another one is just taking, SQLite lets one transaction write at a time. A
runner that was away so long that its lease ran out can no longer finish anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command, runner_read
from billing_app.access.work import Work
from billing_app.kernel import failpoints
from billing_app.kernel.clock import clock
from billing_app.models.outbox import Job

# How long a job rests after it has failed once, twice, and so on. Then it is given up.
RESTS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
MOST_TRIES = len(RESTS) + 1
_LONGEST_TROUBLE = 300
_RUNNER_DIED = "Whoever worked on it ended each time before it was done."


@dataclass(frozen=True, kw_only=True)
class JobFacts:
    """A job as the function that does it gets to know it."""

    organization_id: UUID
    row_id: UUID
    id: str
    kind: str
    subject: str
    key: str
    tries: int
    made_at: datetime


@runner_read
def anything_due(work: Work[RunnerActor]) -> bool:
    """Whether there is a job to take. Asking costs no lock, so it may be asked each second."""
    return work.exec(select(Job.id).where(_takable(clock.now())).limit(1)).first() is not None


@runner_command
def take(work: Work[RunnerActor], *, holder: str, lease: timedelta, at_most: int) -> list[JobFacts]:
    """Take what has been due longest. Nobody else gets it before the lease runs out.

    A job whose last holder let the lease run out may have ended that process, so it is
    taken alone, and given up when that has happened too often: it shall not take others
    down with it again and again.
    """
    now = clock.now()
    rows = work.exec(
        select(Job)
        .where(_takable(now))
        .order_by(col(Job.due_at), col(Job.id))
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    taken = (
        rows[:1] if rows and rows[0].leased_by else takewhile(lambda row: not row.leased_by, rows)
    )
    facts = [_lease(row, holder, now, lease) for row in taken]
    work.flush()
    failpoints.reach("take")
    return [job for job in facts if job is not None]


@runner_command
def hold_on(
    work: Work[RunnerActor], jobs: list[JobFacts], *, holder: str, lease: timedelta
) -> set[str]:
    """Prolong the leases of jobs that take long; returns the ids of those still held."""
    kept = set()
    for job in sorted(jobs, key=lambda job: job.id):
        row = _held(work, job, holder)
        if row is not None:
            row.leased_until = clock.now() + lease
            kept.add(job.id)
    return kept


@runner_command
def give_back(work: Work[RunnerActor], jobs: list[JobFacts], *, holder: str) -> None:
    """Let others have jobs that were taken and not begun; that was no try."""
    for job in sorted(jobs, key=lambda job: job.id):
        row = _held(work, job, holder)
        if row is not None:
            row.tries -= 1
            _let_go(row)


@runner_command
def note_done(work: Work[RunnerActor], job: JobFacts, *, holder: str) -> bool:
    """The job is done for good. False if somebody else holds it by now: it is theirs to note."""
    row = _held(work, job, holder)
    if row is not None:
        row.done_at, row.trouble = clock.now(), ""
        _let_go(row)
        work.flush()
    failpoints.reach("done")
    return row is not None


@runner_command
def note_trouble(
    work: Work[RunnerActor],
    job: JobFacts,
    *,
    holder: str,
    trouble: str,
    for_good: bool,
    is_try: bool = True,
) -> bool:
    """The job failed: it rests, longer each time, or is given up. False as in ``note_done``.

    What was no try rests for the first time again and again, and is never given up.
    """
    row = _held(work, job, holder)
    if row is not None:
        row.trouble = trouble[:_LONGEST_TROUBLE]
        if not is_try:
            row.tries -= 1
            row.due_at = clock.now() + RESTS[0]
        elif for_good or row.tries >= MOST_TRIES:
            row.dead_at = clock.now()
        else:
            row.due_at = clock.now() + RESTS[row.tries - 1]
        _let_go(row)
        work.flush()
    failpoints.reach("trouble")
    return row is not None


def _lease(row: Job, holder: str, now: datetime, lease: timedelta) -> JobFacts | None:
    if row.leased_by and row.tries >= MOST_TRIES:
        row.dead_at, row.trouble = now, _RUNNER_DIED
        _let_go(row)
        return None
    row.leased_by, row.leased_until = holder, now + lease
    row.tries += 1
    return JobFacts(
        organization_id=row.organization_id,
        row_id=row.id,
        id=row.shown_id,
        kind=row.kind,
        subject=row.subject,
        key=row.key,
        tries=row.tries,
        made_at=row.made_at,
    )


def _let_go(row: Job) -> None:
    row.leased_by, row.leased_until = "", None


def _held(work: Work[RunnerActor], job: JobFacts, holder: str) -> Job | None:
    """The job's row, locked, if ``holder`` still holds it."""
    return work.exec(
        select(Job)
        .where(Job.organization_id == job.organization_id, Job.id == job.row_id)
        .where(Job.leased_by == holder, _is_owed())
        .with_for_update()
    ).one_or_none()


def _takable(now: datetime) -> ColumnElement[bool]:
    free = or_(col(Job.leased_until).is_(None), col(Job.leased_until) <= now)
    return and_(_is_owed(), col(Job.due_at) <= now, free)


def _is_owed() -> ColumnElement[bool]:
    return and_(col(Job.done_at).is_(None), col(Job.dead_at).is_(None))
