"""Periodic work of the installation as a whole: each turn done by one runner.

Whoever was away for a week catches up once, not a hundred times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command, runner_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.reconciling import reconcile
from billing_app.jobs.remind import remind
from billing_app.kernel.clock import clock
from billing_app.ledger import seals
from billing_app.models.outbox import Schedule
from billing_app.services import forgetting

log = logging.getLogger("quittance.jobs")

_LEASE = timedelta(minutes=10)
_SOON = timedelta(minutes=2)
_REST_AFTER_TROUBLE = timedelta(minutes=5)


@dataclass(frozen=True)
class Periodic:
    """Something to be done again and again. It may be done twice when a runner dies.

    It usually takes less than its ``lease``: a runner that takes longer is thought to have died.
    """

    name: str
    every: timedelta
    run: Callable[[Installation], None]
    lease: timedelta = _LEASE


def _until_none_is_left(
    forget: Callable[[Work[RunnerActor]], int],
) -> Callable[[Installation], None]:
    """Repeat one short transaction, so that nobody waits long for a lock."""

    def run(place: Installation) -> None:
        while work_now(RunnerActor(), place.database, forget) == forgetting.AT_ONCE:
            pass

    return run


def _seal(place: Installation, *, everywhere: bool = False) -> None:
    """Put every organization's new rows under seals, in one short transaction each."""
    waiting = partial(seals.waiting, everywhere=everywhere)
    for organization_id in work_now(RunnerActor(), place.database, waiting):
        seal = partial(seals.seal_some, organization_id=organization_id, everywhere=everywhere)
        while work_now(RunnerActor(), place.database, seal) == seals.AT_ONCE:
            pass


PERIODIC = (
    Periodic("seal", timedelta(seconds=30), _seal),
    Periodic("seal_left_behind", timedelta(days=1), partial(_seal, everywhere=True)),
    Periodic("forget_tries", timedelta(hours=1), _until_none_is_left(forgetting.forget_tries)),
    Periodic("forget_sessions", timedelta(days=1), _until_none_is_left(forgetting.forget_sessions)),
    Periodic("forget_links", timedelta(days=1), _until_none_is_left(forgetting.forget_links)),
    # Money waits for it after a crash; two at once would only ask the same twice.
    Periodic("reconcile", timedelta(minutes=1), reconcile, lease=_SOON),
    Periodic("remind", timedelta(hours=1), remind),
    Periodic("weigh", timedelta(days=1), lambda place: place.database.weigh()),
)


def run_due(place: Installation, entries: Sequence[Periodic] = PERIODIC) -> list[str]:
    """Do what is due and not being done by somebody else; returns the names of it."""
    resting = work_now(RunnerActor(), place.database, _resting)
    return [entry.name for entry in entries if entry.name not in resting and _run(place, entry)]


def next_due(due_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The first turn that lies ahead; the turns that were missed are one."""
    return due_at + every * ((now - due_at) // every + 1)


def _run(place: Installation, entry: Periodic) -> bool:
    lease = work_now(RunnerActor(), place.database, lambda work: _take(work, entry))
    if lease is None:
        return False
    failed = False
    try:
        entry.run(place)
    except Exception:
        log.exception("Periodic work failed: %s.", entry.name)
        failed = True
    work_now(
        RunnerActor(),
        place.database,
        lambda work: _finish(work, entry, lease=lease, failed=failed),
    )
    return True


@runner_read
def _resting(work: Work[RunnerActor]) -> set[str]:
    """The names of what is not due yet."""
    waiting = select(Schedule.name).where(col(Schedule.due_at) > clock.now())
    return set(work.exec(waiting))


@runner_command
def _take(work: Work[RunnerActor], entry: Periodic) -> datetime | None:
    """Take the turn if it is due and free; what comes back proves later that it is ours."""
    now = clock.now()
    work.add_unless_there(Schedule(name=entry.name, due_at=now))
    row = work.exec(
        select(Schedule).where(Schedule.name == entry.name).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None or row.due_at > now or (row.leased_until and row.leased_until > now):
        return None
    row.leased_until = now + entry.lease
    return row.leased_until


@runner_command
def _finish(work: Work[RunnerActor], entry: Periodic, *, lease: datetime, failed: bool) -> None:
    row = work.exec(
        select(Schedule)
        .where(Schedule.name == entry.name, Schedule.leased_until == lease)
        .with_for_update()
    ).one_or_none()
    if row is not None:
        now = clock.now()
        due_at = next_due(row.due_at, entry.every, now)
        row.due_at = min(due_at, now + _REST_AFTER_TROUBLE) if failed else due_at
        row.leased_until = None
