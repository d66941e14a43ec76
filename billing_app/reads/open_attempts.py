"""What has not ended at the gateway yet, and attempts that should have ended long ago."""

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
from billing_app.models.dispute import Dispute
from billing_app.models.outbox import Schedule
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt

_AT_REST = timedelta(seconds=60)
"""An attempt that changed this lately is in somebody's hands."""

TOO_LONG = timedelta(minutes=15)
_ANSWERED_AT_ONCE = ("created", "unknown")


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt or a dispute that has not ended, and since when nothing was heard of it."""

    organization_id: UUID
    id: UUID
    shown_id: str
    state: str
    changed_at: datetime


@runner_read
def open_attempts(work: Work[RunnerActor]) -> list[OpenAttempt]:
    """The attempts to take money or to give it back, and the disputes, that have not ended.

    Those of all organizations that nobody is just at.
    """
    attempts = _attempts(work, (*HOLDING, "processing"), (*UNDECIDED, "pending"), _AT_REST)
    undecided = select(Dispute).where(
        col(Dispute.state).in_(("warning", "open")),
        col(Dispute.changed_at) <= clock.now() - _AT_REST,
    )
    return attempts + [_open(each) for each in work.exec(undecided)]


@runner_read
def stuck_attempts(work: Work[RunnerActor]) -> list[OpenAttempt]:
    """The attempts that the gateway should have answered long ago."""
    return _attempts(work, _ANSWERED_AT_ONCE, UNDECIDED, TOO_LONG)


@operator_read
def inspect_attempts(work: Work[OperatorActor]) -> list[str]:
    """The attempts that the gateway should have answered long ago, in words."""
    return [
        f"{_word(each)} {each.shown_id} is {each.state} since {each.changed_at:%Y-%m-%d %H:%M} UTC"
        for each in _attempts(work, _ANSWERED_AT_ONCE, UNDECIDED, TOO_LONG)
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
    found = [_open(each) for each in [*work.exec(taking), *work.exec(giving)]]
    return sorted(found, key=lambda each: each.changed_at)


def _open(row: PaymentAttempt | RefundAttempt | Dispute) -> OpenAttempt:
    return OpenAttempt(row.organization_id, row.id, row.shown_id, row.state, row.changed_at)


def _word(each: OpenAttempt) -> str:
    return "refund" if RefundAttempt.is_named_by(each.shown_id) else "attempt"
