"""Removing what is kept for a while only. Nothing that happened to money is among it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command
from billing_app.access.throttling import KNOWN_FOR
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.base import Table
from billing_app.models.capability import Capability
from billing_app.models.outbox import Letter
from billing_app.models.people import SignInTry, WebSession

# As many in one transaction, so that nobody waits long for a lock.
AT_ONCE = 200
_FAILED_TRIES_KEPT = timedelta(days=1)
_SESSIONS_KEPT = timedelta(days=30)
_LINKS_KEPT = timedelta(days=30)

R = TypeVar("R", bound=Table)


@runner_command
def forget_tries(work: Work[RunnerActor]) -> int:
    """Remove attempts to come in that neither slow anybody down any more nor speed them up."""
    now = clock.now()
    failed_long_ago = and_(
        col(SignInTry.succeeded).is_(False), col(SignInTry.tried_at) < now - _FAILED_TRIES_KEPT
    )
    old = or_(failed_long_ago, col(SignInTry.tried_at) < now - KNOWN_FOR)
    return _remove(work, _oldest(work, SignInTry, old))


@runner_command
def forget_sessions(work: Work[RunnerActor]) -> int:
    """Remove sessions that ended long ago: one that is not used for a month has ended."""
    old = col(WebSession.seen_at) < clock.now() - _SESSIONS_KEPT
    return _remove(work, _oldest(work, WebSession, old))


@runner_command
def forget_links(work: Work[RunnerActor]) -> int:
    """Remove secret addresses that have opened nothing for long, used or not.

    The letters that carried them stay in the log, and are not sent any more.
    """
    gone = _oldest(work, Capability, col(Capability.expires_at) < clock.now() - _LINKS_KEPT)
    carried = col(Letter.capability_id).in_([link.id for link in gone])
    for letter in work.exec(select(Letter).where(carried)):
        letter.capability_id = None
    work.flush()
    return _remove(work, gone)


def _oldest(work: Work[RunnerActor], kind: type[R], old: ColumnElement[bool]) -> list[R]:
    wanted = select(kind).where(old).order_by(col(kind.id)).limit(AT_ONCE)
    return list(work.exec(wanted.with_for_update(skip_locked=True)))


def _remove(work: Work[RunnerActor], rows: list[R]) -> int:
    for row in rows:
        work.remove(row)
    return len(rows)
