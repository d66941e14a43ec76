"""What went back through the gateway since a moment, as our books know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.payments import RefundTold
from billing_app.kernel.money import Money
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.locales import setting
from billing_app.reads.refund_reconciliation import OurRefund, OurRefunds


@admin_read(Permission.TAKE_PAYMENTS)
def gateway_refunds(
    work: Work[AdminActor], told: Sequence[RefundTold], since: datetime
) -> OurRefunds:
    """The refunds made here since then, those that the gateway tells of, and whose they are."""
    names = [each.reference for each in told]
    wanted = _refunds().where(
        or_(
            col(RefundAttempt.made_at) >= since,
            col(RefundAttempt.gateway_refund).in_(names),
        )
    )
    refunds = [_refund(*found) for found in work.exec(wanted)]
    payments = {each.payment for each in told} | {each.payment for each in refunds}
    return OurRefunds(locale=setting(work).locale, refunds=refunds, payers=_payers(work, payments))


@admin_read(Permission.REFUND)
def is_recorded(work: Work[AdminActor], reference: str) -> bool:
    """Whether a refund is recorded here that the gateway knows by this name."""
    wanted = select(RefundAttempt.id).where(RefundAttempt.gateway_refund == reference)
    return work.exec(wanted).first() is not None


def _refunds() -> Any:
    return (
        select(RefundAttempt, PaymentAttempt.gateway_payment)
        .join(Payment, points_at(RefundAttempt, "payment_id", Payment))
        .join(PaymentAttempt, points_at(Payment, "attempt_id", PaymentAttempt))
        .order_by(col(RefundAttempt.id))
    )


def _refund(row: RefundAttempt, payment: str | None) -> OurRefund:
    return OurRefund(
        attempt_id=row.shown_id,
        reference=row.gateway_refund or "",
        payment=payment or "",
        state=row.state,
        amount=Money(row.amount_minor, row.currency),
        made_at=row.made_at,
    )


def _payers(work: Work[AdminActor], names: set[str]) -> dict[str, tuple[str, str]]:
    """The payment and the customer behind each of the gateway's names that is ours."""
    wanted: Any = (
        select(PaymentAttempt.gateway_payment, Payment, Customer.name)
        .join(Payment, points_at(Payment, "attempt_id", PaymentAttempt))
        .join(Customer, points_at(Payment, "customer_id", Customer))
        .where(col(PaymentAttempt.gateway_payment).in_(names))
    )
    return {name: (payment.shown_id, customer) for name, payment, customer in work.exec(wanted)}
