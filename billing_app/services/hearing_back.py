"""Keeping what was heard of money that goes back, and what was made of it."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.dispute import Dispute
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.keeping_heard import keep_message
from billing_app.services.settling import Heard


@command_step
def payment_named(work: Work[Clerk], reference: str) -> Payment | None:
    """The payment that the gateway knows by this name, if it is one of ours."""
    wanted = (
        select(Payment)
        .join(PaymentAttempt, points_at(Payment, "attempt_id", PaymentAttempt))
        .where(PaymentAttempt.gateway_payment == reference)
    )
    return work.exec(wanted).one_or_none() if reference else None


@command_step
def keep_heard(
    work: Work[Clerk],
    of: RefundAttempt | Dispute | Payment,
    heard: Heard,
    *,
    said: str,
    verdict: str,
    why: str = "",
) -> str:
    """Keep one message and return its verdict. What could not be matched is of its payment only.

    The reconciler asks again and again; that nothing changed meanwhile is not kept.
    """
    if verdict == "known" and heard.source == "reconciler":
        return verdict
    message = MoneyBackMessage(
        payment_id=of.id if isinstance(of, Payment) else of.payment_id,
        refund_attempt_id=of.id if isinstance(of, RefundAttempt) else None,
        dispute_id=of.id if isinstance(of, Dispute) else None,
        source=heard.source,
        about=heard.about[:120],
        said=said[:40],
        verdict=verdict,
        why=why[:300],
        recorded_at=clock.now(),
    )
    return keep_message(work, message)
