"""What can go back of a payment, which way, and what became of giving it back."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.locales import setting
from billing_app.reads.payments import payment
from billing_app.reads.shown import Amount, amount


@dataclass(frozen=True)
class Refundable:
    """A payment, and what of it did not go back yet. The command decides what really can.

    ``instrument`` is what it was paid with through the gateway; empty if it came in outside.
    """

    payment_id: str
    party: str
    what: str
    instrument: str
    received_on: str
    left: Amount


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
    left = row.amount.minor - row.refunded.minor
    return Refundable(
        payment_id=row.id,
        party=row.party,
        what=row.method,
        instrument=(attempt.instrument or "the provider") if attempt else "",
        received_on=row.received_on,
        left=amount(left, found.currency, setting(work).locale),
    )


@admin_read()
def refund_tried(work: Work[AdminActor], attempt_id: str) -> RefundTried:
    """How a refund through the gateway stands."""
    found = work.find(RefundAttempt, attempt_id)
    return RefundTried(found.state, Money(found.amount_minor, found.currency), found.failure)
