"""Money that looks recorded already: the same sum from the same payer, a few days apart."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.payment import Payment

DAYS_OF_DOUBT = 7
"""Within so many days, the same money from the same payer is asked about."""


class LooksRecorded(Conflict):
    """The same sum came from the same payer a few days ago."""

    def __init__(self, earlier: Payment) -> None:
        money = Money(earlier.amount_minor, earlier.currency)
        super().__init__(
            f"{shown(money)} from the same payer was already recorded as received on"
            f" {earlier.received_on.isoformat()}. Nothing was recorded now. If this is other"
            " money, say so and record it again."
        )


@command_step
def refuse_recorded(work: Work[Clerk], payment: Payment) -> None:
    """Ask about the same money from the same payer, unless it was taken back as a mistake."""
    doubt = timedelta(days=DAYS_OF_DOUBT)
    party = Payment.customer_id if payment.customer_id else Payment.partner_id
    earlier = work.exec(
        select(Payment)
        .where(
            col(party) == (payment.customer_id or payment.partner_id),
            col(Payment.received_on) >= payment.received_on - doubt,
            col(Payment.received_on) <= payment.received_on + doubt,
            Payment.amount_minor == payment.amount_minor,
            Payment.currency == payment.currency,
            Payment.id != payment.id,
            stands(Payment, Event.PAYMENT_REVERSED),
        )
        .limit(1)
    ).first()
    if earlier is not None:
        raise LooksRecorded(earlier)
