"""Money that looks recorded already: the same sum from the same payer, a few days apart."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import is_it
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
    same = _OF_CUSTOMER if payment.customer_id else _OF_PARTNER
    said = {
        "id": payment.customer_id or payment.partner_id,
        "since": payment.received_on - doubt,
        "until": payment.received_on + doubt,
        "minor": payment.amount_minor,
        "currency": payment.currency,
        "itself": payment.id,
    }
    earlier = work.exec(same, params=said).first()
    if earlier is not None:
        raise LooksRecorded(earlier)


_OF_CUSTOMER, _OF_PARTNER = (
    select(Payment)
    .where(
        is_it(party),
        col(Payment.received_on) >= bindparam("since"),
        col(Payment.received_on) <= bindparam("until"),
        col(Payment.amount_minor) == bindparam("minor"),
        col(Payment.currency) == bindparam("currency"),
        col(Payment.id) != bindparam("itself"),
        stands(Payment, Event.PAYMENT_REVERSED),
    )
    .limit(1)
    for party in (Payment.customer_id, Payment.partner_id)
)
