"""What asks for somebody's word: each kind as the statement that finds it, to count or to list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from billing_app.access.permissions import Permission
from billing_app.kernel.clock import clock
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import DEALT_WITH, AttemptClaim, AttemptMessage, PaymentAttempt
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


class Kind(StrEnum):
    """What asks for somebody's word."""

    UNKNOWN = "unknown"
    PUT_ASIDE = "put aside"
    TRANSFER = "transfers"
    UNPLACED = "unplaced"
    FAILED = "failed"
    DISPUTE = "disputes"
    GIVEN_UP = "given up"


NEEDS: Mapping[Kind, Permission] = {
    Kind.TRANSFER: Permission.TAKE_PAYMENTS,
    Kind.GIVEN_UP: Permission.SEE_LETTERS,
}
"""What one may have to be allowed, to see a kind at all."""


def statements(kind: Kind) -> tuple[Any, ...]:
    """The statements that find all of one kind."""
    return _STATEMENTS[kind]()


def _unknown() -> tuple[Any, ...]:
    """Nobody knows what became of it, and by now the payment provider should have said."""
    since = clock.now() - TOO_LONG
    taking, giving = col(PaymentAttempt.state), col(RefundAttempt.state)
    waited = [col(kind.changed_at) <= since for kind in (PaymentAttempt, RefundAttempt)]
    return (
        select(PaymentAttempt).where(or_(taking == "unknown", (taking == "created") & waited[0])),
        select(RefundAttempt).where(giving.in_(UNDECIDED), or_(giving == "unknown", waited[1])),
    )


def _put_aside() -> tuple[Any, ...]:
    """News that does not fit, of which nobody has said yet that it is dealt with."""
    found = []
    for kind, subject in ((AttemptMessage, "attempt_id"), (MoneyBackMessage, "payment_id")):
        later: Any = aliased(kind)
        of_it = getattr(later, subject) == getattr(kind, subject)
        mine = later.organization_id == kind.organization_id
        said = select(later.id).where(mine, of_it, later.id > kind.id, later.about == DEALT_WITH)
        newer = select(later.id).where(
            mine, of_it, later.id > kind.id, later.verdict == "quarantined"
        )
        found.append(
            select(kind).where(kind.verdict == "quarantined", ~said.exists(), ~newer.exists())
        )
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
    later = aliased(AttemptClaim)
    same = or_(
        later.invoice_id == AttemptClaim.invoice_id,
        later.credit_request_id == AttemptClaim.credit_request_id,
    )
    tried_since = select(later.id).where(
        later.organization_id == AttemptClaim.organization_id,
        same,
        later.id > AttemptClaim.id,
        later.attempt_state != "canceled",
    )
    again = select(PlannedCharge.id).where(
        PlannedCharge.organization_id == PaymentAttempt.organization_id,
        PlannedCharge.retry_of_id == PaymentAttempt.id,
        col(PlannedCharge.called_off_at).is_(None),
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
            PaymentAttempt.state == "failed",
            AttemptClaim.attempt_state == "failed",
            or_(PaymentAttempt.how == "saved", PaymentAttempt.method == "direct_debit"),
            asks,
            ~tried_since.exists(),
            ~again.exists(),
        ),
    )


def _disputes() -> tuple[Any, ...]:
    return (select(Dispute).where(col(Dispute.state).in_(("warning", "open"))),)


def _given_up() -> tuple[Any, ...]:
    return (select(Job).where(col(Job.dead_at).is_not(None)),)


_STATEMENTS = {
    Kind.UNKNOWN: _unknown,
    Kind.PUT_ASIDE: _put_aside,
    Kind.TRANSFER: _transfers,
    Kind.UNPLACED: _unplaced,
    Kind.FAILED: _failed,
    Kind.DISPUTE: _disputes,
    Kind.GIVEN_UP: _given_up,
}
