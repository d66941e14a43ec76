"""What can go back of a payment, which way, and what became of giving it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.events import Event
from billing_app.ledger.given_back import being_given_back, disputed
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.ledger import Entry
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.locales import setting
from billing_app.reads.payments import PaymentRow, payment
from billing_app.reads.shown import Amount, amount
from billing_app.reads.statuses import Flag


@dataclass(frozen=True)
class Refundable:
    """A payment, and what of it can go back now. The command decides what really can.

    ``instrument`` is what it was paid with through the gateway; empty if it came in outside.
    ``failed`` says that the provider could not give some of it back, so that it may be handed
    back in another way; ``came_as_credit``, that what came back became the customer's credit.
    """

    payment_id: str
    party: str
    what: str
    instrument: str
    received_on: str
    left: Amount
    failed: bool
    came_as_credit: bool


@dataclass(frozen=True)
class RefundTried:
    """What came of giving money back the way it was paid."""

    state: str
    amount: Money
    why: str


@admin_read()
def refundable(work: Work[AdminActor], payment_id: str) -> Refundable:
    """What is to be known of a payment before some of it goes back."""
    found = work.find(Payment, payment_id)
    row = payment(work, payment_id).row
    attempt = work.get(PaymentAttempt, found.attempt_id) if found.attempt_id else None
    if attempt is not None and attempt.method == "bank_transfer":
        # The provider does not know the payer's account well enough to put it back there.
        attempt = None
    return Refundable(
        payment_id=row.id,
        party=row.party,
        what=row.method,
        instrument=(attempt.instrument or "the provider") if attempt else "",
        received_on=row.received_on,
        left=left_of(work, found, row),
        failed=_is_any(work, _failed(found)),
        came_as_credit=_is_any(work, _came_as_credit(found)),
    )


@admin_read()
def left_of(work: Work[AdminActor], found: Payment, row: PaymentRow) -> Amount:
    """What of a payment can go back: less what is going or its bank took, none while it is open."""
    held = disputed(work, found, "lost") + being_given_back(work, found)
    gone = Flag.TAKEN_BACK in row.flags or disputed(work, found, "open")
    left = 0 if gone else max(row.amount.minor - row.refunded.minor - held, 0)
    return amount(left, found.currency, setting(work).locale)


@admin_read()
def refund_tried(work: Work[AdminActor], attempt_id: str) -> RefundTried:
    """How a refund through the gateway stands."""
    found = work.find(RefundAttempt, attempt_id)
    return RefundTried(found.state, Money(found.amount_minor, found.currency), found.failure)


def _failed(found: Payment) -> Any:
    return select(RefundAttempt.id).where(
        RefundAttempt.payment_id == found.id, col(RefundAttempt.state).in_(("failed", "canceled"))
    )


def _came_as_credit(found: Payment) -> Any:
    """What came back and took no entry back has become credit."""
    return (
        select(Entry.id)
        .join(Refund, points_at(Entry, "source_id", Refund))
        .where(
            Refund.payment_id == found.id,
            Entry.event == Event.REFUND_REVERSED,
            col(Entry.reverses_id).is_(None),
        )
    )


def _is_any(work: Work[AdminActor], wanted: Any) -> bool:
    return work.exec(wanted.limit(1)).first() is not None
