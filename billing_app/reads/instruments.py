"""What payments were made with, in words: the card or account where it is known."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import tell
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.payment import Payment
from billing_app.reads.methods import method_words


@member_read
def methods_of(work: Work[Member], payments: Iterable[Payment]) -> dict[UUID, str]:
    """How each payment came in: through the gateway, what it was paid with there."""
    paid = list(payments)
    begun = [payment.attempt_id for payment in paid if payment.attempt_id]
    wanted = select(PaymentAttempt).where(col(PaymentAttempt.id).in_(begun))
    words = {row.id: tell(row.instrument) for row in work.exec(wanted)} if begun else {}
    return {
        payment.id: (words.get(payment.attempt_id) if payment.attempt_id else "")
        or method_words(payment)
        for payment in paid
    }
