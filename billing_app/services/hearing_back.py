"""Keeping what was heard of money that goes back, and what was made of it."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.attempt import PaymentAttempt, says_the_same
from billing_app.models.base import points_at
from billing_app.models.dispute import Dispute
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
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
    last = _last_of(work, message)
    if last is None or heard.source == "submission" or not says_the_same(last, message):
        work.add(message)
    return verdict


def _last_of(work: Work[Clerk], message: MoneyBackMessage) -> MoneyBackMessage | None:
    """What was kept last of the same refund, dispute or payment."""
    subject = (message.refund_attempt_id, message.dispute_id)
    of_it = select(MoneyBackMessage).where(
        MoneyBackMessage.payment_id == message.payment_id,
        col(MoneyBackMessage.refund_attempt_id).is_not_distinct_from(subject[0]),
        col(MoneyBackMessage.dispute_id).is_not_distinct_from(subject[1]),
    )
    return work.exec(of_it.order_by(col(MoneyBackMessage.id).desc()).limit(1)).one_or_none()
