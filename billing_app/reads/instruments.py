"""What payments were made with, in words: the card or account where it is known."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.payment import Payment
from billing_app.reads.methods import paid_with


@member_read
def methods_of(work: Work[Member], payments: Iterable[Payment]) -> dict[UUID, str]:
    """How each payment came in: through the gateway, what it was paid with there."""
    paid = list(payments)
    begun = work.get_all(PaymentAttempt, (payment.attempt_id for payment in paid))
    words = {attempt: row.instrument for attempt, row in begun.items()}
    return {payment.id: paid_with(words.get(payment.attempt_id), payment) for payment in paid}
