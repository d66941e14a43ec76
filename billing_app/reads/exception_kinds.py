"""What asks for somebody's word: each kind as the statement that finds it, to count or to list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from billing_app.access.permissions import Permission
from billing_app.kernel.clock import clock
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import (
    DEALT_WITH,
    AttemptClaim,
    AttemptMessage,
    PaymentAttempt,
    are_alike,
)
from billing_app.models.base import points_at
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import Invoice
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.outbox import Job
from billing_app.models.planned_charge import PlannedCharge
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from billing_app.reads.arrived_transfers import ENDED_UNTAKEN
from billing_app.reads.open_attempts import TOO_LONG
from billing_app.reads.waiting import waiting_items

_ONE_DAY = timedelta(days=1)
"""By so much at most is it another day where the organization is."""


class Kind(StrEnum):
    """What asks for somebody's word."""

    UNKNOWN = "unknown"
    PUT_ASIDE = "put aside"
    TRANSFER = "transfers"
    UNPLACED = "unplaced"
    FAILED = "failed"
    TAKEN_BACK = "taken back"
    DISPUTE = "disputes"
    GIVEN_UP = "given up"


NEEDS: Mapping[Kind, Permission] = {
    Kind.TRANSFER: Permission.TAKE_PAYMENTS,
    Kind.GIVEN_UP: Permission.SEE_LETTERS,
}
"""What one may have to be allowed, to see a kind at all."""


@cache
def statements(kind: Kind) -> tuple[Any, ...]:
    """The statements that find all of one kind, once ``by_now`` is given with them."""
    return _STATEMENTS[kind]()


def by_now() -> dict[str, Any]:
    """What goes on with the clock: whom we have waited for too long, and which days have passed."""
    now = clock.now()
    return {"long_ago": now - TOO_LONG, "yesterday": (now - _ONE_DAY).date()}


def _unknown() -> tuple[Any, ...]:
    """Nobody knows what became of it, and by now the payment provider should have said."""
    taking, giving = col(PaymentAttempt.state), col(RefundAttempt.state)
    waited = [
        col(kind.changed_at) <= bindparam("long_ago") for kind in (PaymentAttempt, RefundAttempt)
    ]
    return (
        select(PaymentAttempt).where(or_(taking == "unknown", (taking == "created") & waited[0])),
        select(RefundAttempt).where(giving.in_(UNDECIDED), or_(giving == "unknown", waited[1])),
    )


def _put_aside() -> tuple[Any, ...]:
    """News that does not fit, the newest of each thing, until somebody says it is dealt with."""
    found = []
    kinds: tuple[Any, ...] = (AttemptMessage, MoneyBackMessage)
    for kind in kinds:
        later: Any = aliased(kind)
        since = select(later.id).where(
            later.organization_id == kind.organization_id,
            *are_alike(kind.thing, later, kind),
            later.id > kind.id,
            or_(later.about == DEALT_WITH, later.verdict == "quarantined"),
        )
        found.append(select(kind).where(kind.verdict == "quarantined", ~since.exists()))
    return tuple(found)


def _transfers() -> tuple[Any, ...]:
    ended = col(PaymentAttempt.state).in_(ENDED_UNTAKEN)
    return (
        select(ArrivedTransfer)
        .join(
            PaymentAttempt, points_at(ArrivedTransfer, "attempt_id", PaymentAttempt), isouter=True
        )
        .where(or_(col(ArrivedTransfer.attempt_id).is_(None), ended)),
    )


def _unplaced() -> tuple[Any, ...]:
    return (waiting_items(),)


def _failed() -> tuple[Any, ...]:
    """A charge or debit that failed, for a document that still asks and that nobody tried since."""
    again = select(PlannedCharge.id).where(
        PlannedCharge.organization_id == PaymentAttempt.organization_id,
        PlannedCharge.retry_of_id == PaymentAttempt.id,
        col(PlannedCharge.called_off_at).is_(None),
        # One whose day has passed either became an attempt of its own, or nothing any more.
        col(PlannedCharge.charge_on) >= bindparam("yesterday"),
    )
    tried = or_(PaymentAttempt.how == "saved", PaymentAttempt.method == "direct_debit")
    return (_ended("failed").where(tried, ~again.exists()),)


def _taken_back() -> tuple[Any, ...]:
    """Money that a bank took back after it had come, until what it paid is paid again."""
    return (_ended("reversed"),)


def _ended(state: str) -> Any:
    """What was claimed by attempts that ended so, if the document asks and it is the last word.

    What was tried since has the word while it may still come, once it came, and where it is an
    exception of its own; not where it was given up, or declined while the payer was looking.
    """
    later: Any = aliased(AttemptClaim)
    since: Any = aliased(PaymentAttempt)
    tried_since = (
        select(later.id)
        .join(
            since, (since.organization_id == later.organization_id) & (since.id == later.attempt_id)
        )
        .where(
            later.organization_id == AttemptClaim.organization_id,
            or_(
                later.invoice_id == AttemptClaim.invoice_id,
                later.credit_request_id == AttemptClaim.credit_request_id,
            ),
            or_(
                since.changed_at > PaymentAttempt.changed_at,
                (since.changed_at == PaymentAttempt.changed_at) & (since.id > PaymentAttempt.id),
            ),
            since.state != "canceled",
            or_(since.state != "failed", since.how == "saved", since.method == "direct_debit"),
        )
    )
    asks = or_(
        (col(Invoice.state) == "issued") & (col(Invoice.still_to_pay_minor) > 0),
        (col(CreditRequest.state) == "raised") & (col(CreditRequest.still_to_pay_minor) > 0),
    )
    return (
        select(AttemptClaim)
        .join(PaymentAttempt, points_at(AttemptClaim, "attempt_id", PaymentAttempt))
        .join(Invoice, points_at(AttemptClaim, "invoice_id", Invoice), isouter=True)
        .join(
            CreditRequest, points_at(AttemptClaim, "credit_request_id", CreditRequest), isouter=True
        )
        .where(
            PaymentAttempt.state == state,
            AttemptClaim.attempt_state == state,
            asks,
            ~tried_since.exists(),
        )
    )


def _disputes() -> tuple[Any, ...]:
    """Those that can be answered; of a debit that was taken back, what it paid asks again."""
    undecided = col(Dispute.state).in_(("warning", "open"))
    return (select(Dispute).where(undecided, col(Dispute.held)),)


def _given_up() -> tuple[Any, ...]:
    return (select(Job).where(col(Job.dead_at).is_not(None)),)


_STATEMENTS = {
    Kind.UNKNOWN: _unknown,
    Kind.PUT_ASIDE: _put_aside,
    Kind.TRANSFER: _transfers,
    Kind.UNPLACED: _unplaced,
    Kind.FAILED: _failed,
    Kind.TAKEN_BACK: _taken_back,
    Kind.DISPUTE: _disputes,
    Kind.GIVEN_UP: _given_up,
}
