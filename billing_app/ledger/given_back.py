"""How much of a payment went back or may: by refunds, and by what its payer's bank disputes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_
from sqlmodel import col, select

from billing_app.access.kept import is_it, one_of
from billing_app.access.work import Work
from billing_app.ledger import book
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.base import points_at
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt

NO_LONGER_OWES = "no_longer_owes"


def refunded(work: Work[Any], payment_id: UUID) -> int:
    """What its own refunds gave back."""
    return int(work.exec(_REFUNDED, params={"id": payment_id}).one() or 0)


def refunded_with_notes(work: Work[Any], payment_id: UUID, invoice_id: UUID) -> int:
    """What of it went back with credit notes on an invoice, which goes on counting as paid."""
    given = {"id": payment_id, "invoice_id": invoice_id}
    return int(work.exec(_WITH_NOTES, params=given).one() or 0)


def taken_off() -> ColumnElement[bool]:
    """That an allocation takes off a document what a payment had paid, as its bank took it back.

    It came back by itself, or by a dispute that was lost.
    """
    act = col(Allocation.act_id)
    disputes = select(Dispute.id).where(Dispute.payment_id == Payment.id).correlate(Payment)
    by_bank = or_(act == Payment.id, act.in_(disputes))
    return and_(col(Allocation.reverses_id).is_not(None), by_bank)


def being_given_back(work: Work[Any], payment_id: UUID) -> int:
    """What the gateway was asked to give back, without having said yet that it did."""
    return int(work.exec(_UNDECIDED, params={"id": payment_id}).one() or 0)


def disputed(work: Work[Any], payment_id: UUID, *states: str) -> int:
    """What of it is held for disputes that stand so."""
    return int(work.exec(_HELD, params={"id": payment_id, "states": states}).one() or 0)


def taken_by_bank(work: Work[Any], payment_id: UUID) -> int:
    """What the payer's bank took for good: of a debit, or in disputes that were lost."""
    entry = book.find(work, Event.PAYMENT_REVERSED, payment_id)
    returned = book.transfers_of(work, entry) if entry else ()
    return sum(each.amount.minor for each in returned) + disputed(work, payment_id, "lost")


_REFUNDED = select(func.sum(Refund.amount_minor)).where(
    is_it(Refund.payment_id), stands(Refund, Event.REFUND_REVERSED)
)
_WITH_NOTES = (
    select(func.sum(Refund.amount_minor))
    .join(CreditNote, points_at(Refund, "credit_note_id", CreditNote))
    .where(
        is_it(Refund.payment_id),
        Refund.choice == NO_LONGER_OWES,
        col(CreditNote.invoice_id) == bindparam("invoice_id"),
    )
)
_UNDECIDED = select(func.sum(RefundAttempt.amount_minor)).where(
    is_it(RefundAttempt.payment_id), col(RefundAttempt.state).in_(UNDECIDED)
)
_HELD = select(func.sum(Dispute.amount_minor)).where(
    is_it(Dispute.payment_id),
    one_of(Dispute.state, "states"),
    col(Dispute.held),
)
