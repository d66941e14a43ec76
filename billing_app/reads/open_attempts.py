"""Attempts of which it is not known yet how they end, and those for whom that takes too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import OperatorActor, RunnerActor
from billing_app.access.guard import operator_read, runner_read
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.attempt import HOLDING, PaymentAttempt
from billing_app.models.outbox import Schedule
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt

_AT_REST = timedelta(seconds=60)
"""An attempt that changed this lately is in somebody's hands."""

_TOO_LONG = timedelta(minutes=15)
_ANSWERED_AT_ONCE = ("created", "unknown")


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt that has not ended, and since when nothing was heard of it."""

    organization_id: UUID
    id: UUID
    shown_id: str
    state: str
    changed_at: datetime


@runner_read
def open_attempts(work: Work[RunnerActor]) -> list[OpenAttempt]:
    """The attempts to take money, or to give it back, that have not ended.

    Those of all organizations that nobody is just at.
    """
    return _attempts(work, (*HOLDING, "processing"), (*UNDECIDED, "pending"), _AT_REST)


@runner_read
def stuck_attempts(work: Work[RunnerActor]) -> list[OpenAttempt]:
    """The attempts that the gateway should have answered long ago."""
    return _attempts(work, _ANSWERED_AT_ONCE, UNDECIDED, _TOO_LONG)


@operator_read
def inspect_attempts(work: Work[OperatorActor]) -> list[str]:
    """The attempts that the gateway should have answered long ago, in words."""
    return [
        f"attempt {each.shown_id} is {each.state} since {each.changed_at:%Y-%m-%d %H:%M} UTC"
        for each in _attempts(work, _ANSWERED_AT_ONCE, UNDECIDED, _TOO_LONG)
    ]


@runner_read
def last_look(work: Work[RunnerActor], what: str) -> datetime | None:
    """The moment up to which this was looked at; None before the first time."""
    wanted = select(Schedule.due_at).where(Schedule.name == what)
    return work.exec(wanted).one_or_none()


def _attempts(
    work: Work[Any], states: tuple[str, ...], of_refunds: tuple[str, ...], at_rest: timedelta
) -> list[OpenAttempt]:
    """Attempts to take money and to give it back that stand so, those at rest longest first."""
    since = clock.now() - at_rest
    taking = select(PaymentAttempt).where(
        col(PaymentAttempt.state).in_(states), col(PaymentAttempt.changed_at) <= since
    )
    giving = select(RefundAttempt).where(
        col(RefundAttempt.state).in_(of_refunds), col(RefundAttempt.changed_at) <= since
    )
    found = [
        OpenAttempt(each.organization_id, each.id, each.shown_id, each.state, each.changed_at)
        for each in [*work.exec(taking), *work.exec(giving)]
    ]
    return sorted(found, key=lambda each: each.changed_at)
