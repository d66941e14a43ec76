"""What was to be taken through the gateway since a moment, and what our books say came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.money import Money
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import AttemptMessage, PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.gateway import GatewayCustomer
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.reads.locales import setting
from billing_app.reads.reconciliation import Ours, OurSide


@admin_read(Permission.TAKE_PAYMENTS)
def gateway_payments(work: Work[AdminActor], since: datetime) -> OurSide:
    """Our side of a reconciliation: each attempt made since then, with the payment it became."""
    wanted = (
        select(PaymentAttempt, Customer.name, Payment)
        .join(Customer, points_at(PaymentAttempt, "customer_id", Customer))
        .join(Payment, points_at(Payment, "attempt_id", PaymentAttempt), isouter=True)
        .where(col(PaymentAttempt.made_at) >= since)
        .order_by(col(PaymentAttempt.id))
    )
    organization = work.exec(select(Organization)).one()
    put_aside = _put_aside(work, since)
    return OurSide(
        organization=organization.shown_id,
        currency=organization.currency,
        payers=frozenset(work.exec(select(GatewayCustomer.reference))),
        locale=setting(work).locale,
        attempts=[_ours(*found, put_aside) for found in work.exec(wanted)],
        transferred_by=_transferred_by(work),
    )


def _transferred_by(work: Work[AdminActor]) -> dict[str, str]:
    """Whoever was told an account to transfer to, or transferred without that."""
    told = (
        select(PaymentAttempt.gateway_payer, Customer.name)
        .join(Customer, points_at(PaymentAttempt, "customer_id", Customer))
        .where(
            PaymentAttempt.method == Way.BANK_TRANSFER,
            col(PaymentAttempt.gateway_payer).is_not(None),
        )
    )
    unasked = select(ArrivedTransfer.payer).where(col(ArrivedTransfer.customer_id).is_(None))
    return dict.fromkeys(work.exec(unasked), "") | {
        payer: name for payer, name in work.exec(told) if payer
    }


def _put_aside(work: Work[AdminActor], since: datetime) -> frozenset[UUID]:
    """The attempts of which it was heard that they succeeded, in a way that does not fit them."""
    wanted = (
        select(AttemptMessage.attempt_id)
        .join(PaymentAttempt, points_at(AttemptMessage, "attempt_id", PaymentAttempt))
        .where(
            AttemptMessage.verdict == "quarantined",
            AttemptMessage.said == "succeeded",
            col(PaymentAttempt.made_at) >= since,
        )
    )
    return frozenset(work.exec(wanted))


def _ours(
    attempt: PaymentAttempt,
    customer: str,
    payment: Payment | None,
    put_aside: frozenset[UUID],
) -> Ours:
    return Ours(
        attempt_id=attempt.shown_id,
        reference=attempt.gateway_payment or "",
        state=attempt.state,
        amount=Money(attempt.amount_minor, attempt.currency),
        customer=customer,
        payment_id=payment.shown_id if payment else "",
        made_at=attempt.made_at,
        put_aside=attempt.id in put_aside,
    )
