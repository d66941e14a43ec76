"""How much of a payment went back or may: by refunds, and by what its payer's bank disputes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.work import Work
from billing_app.ledger import book
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt


def refunded(work: Work[Any], payment: Payment) -> int:
    """What its own refunds gave back."""
    wanted = select(func.sum(Refund.amount_minor)).where(
        Refund.payment_id == payment.id, stands(Refund, Event.REFUND_REVERSED)
    )
    return int(work.exec(wanted).one() or 0)


def being_given_back(work: Work[Any], payment: Payment) -> int:
    """What the gateway was asked to give back, without having said yet that it did."""
    wanted = select(func.sum(RefundAttempt.amount_minor)).where(
        RefundAttempt.payment_id == payment.id, col(RefundAttempt.state).in_(UNDECIDED)
    )
    return int(work.exec(wanted).one() or 0)


def disputed(work: Work[Any], payment: Payment, *states: str) -> int:
    """What of it is held for disputes that stand so."""
    wanted = select(func.sum(Dispute.amount_minor)).where(
        Dispute.payment_id == payment.id, col(Dispute.state).in_(states), col(Dispute.held)
    )
    return int(work.exec(wanted).one() or 0)


def taken_by_bank(work: Work[Any], payment: Payment) -> int:
    """What the payer's bank took for good: of a debit, or in disputes that were lost."""
    entry = book.find(work, Event.PAYMENT_REVERSED, payment.id)
    returned = book.transfers_of(work, entry) if entry else ()
    return sum(each.amount.minor for each in returned) + disputed(work, payment, "lost")
