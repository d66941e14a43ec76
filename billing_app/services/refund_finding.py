"""Refunds that were made at the gateway itself, and not by us: the money has left all the same."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import system_command
from billing_app.access.work import Work
from billing_app.gateways.payments import RefundTold
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.hearing_back import keep_heard, payment_named
from billing_app.services.locking import lock_payer_of
from billing_app.services.refund_asking import NOTHING_MORE
from billing_app.services.refund_settling import settle_locked
from billing_app.services.returning import gone_pieces
from billing_app.services.settling import Heard

_MADE_THERE = "Given back at the payment provider itself"
_CAME_TO_NOTHING = frozenset({"failed", "canceled"})


@system_command
def settle_found_refund(work: Work[SystemActor], told: RefundTold, heard: Heard) -> str:
    """Record a refund of a payment of ours that nobody asked for here, as far as it fits.

    It is recorded as still owed: what of the payment is unused credit goes first, then the
    documents it paid ask again. That is the one choice which forgives nothing and writes no tax
    document on its own; whoever meant to forgive issues the credit note. What exceeds what the
    payment can give back, but for what its payer's bank took, is put aside. Returns 'applied',
    'noted' where it came to nothing, 'quarantined', or 'unknown' where it is no payment of ours.
    """
    payment = payment_named(work, told.payment)
    if payment is None:
        return "unknown"
    lock_payer_of(work, payment)
    wanted = select(RefundAttempt).where(RefundAttempt.gateway_refund == told.reference)
    if (known := work.exec(wanted).one_or_none()) is not None:
        return settle_locked(work, known, told, heard)
    said = f"refund {told.reference}"
    if told.state in _CAME_TO_NOTHING:
        why = f"{told.reference} gave nothing back."
        return keep_heard(work, payment, heard, said=said, verdict="noted", why=why)
    if strange := _what_is_strange(work, payment, told):
        return keep_heard(work, payment, heard, said=said, verdict="quarantined", why=strange)
    return settle_locked(work, _kept(work, payment, told), told, heard)


def _what_is_strange(work: Work[Clerk], payment: Payment, told: RefundTold) -> str:
    """Why it cannot be a refund of this payment; empty if it can."""
    if RefundAttempt.is_named_by(told.refund):
        return f"{told.reference} names a refund that is not ours, {told.refund}."
    try:
        gone_pieces(work, payment, told.amount)
    except BillingError as refusal:
        return f"{told.reference} over {told.amount} does not fit: {refusal}"
    return ""


def _kept(work: Work[Clerk], payment: Payment, told: RefundTold) -> RefundAttempt:
    """The attempt that we did not make. Nobody sends it, so its key was never used."""
    assert payment.customer_id is not None, "partners pay nothing through the gateway"
    now = clock.now()
    attempt = RefundAttempt(
        payment_id=payment.id,
        customer_id=payment.customer_id,
        amount_minor=told.amount.minor,
        currency=told.amount.currency,
        choice="still_owes",
        arguments=NOTHING_MORE,
        reason=_MADE_THERE,
        gateway_refund=told.reference,
        made_at=now,
        changed_at=now,
    )
    work.add(attempt)
    return attempt
