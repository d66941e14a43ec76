"""Ways of paying that customers saved: which of them can be charged while they are away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, or_, select

from billing_app.access.work import Work
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.gateway import PaymentMethod


def chargeable(
    work: Work[Any], customer_id: UUID, currency: str, on: date
) -> Sequence[PaymentMethod]:
    """What of a customer's can pay an amount of that currency on a day, the usual one first.

    A card pays any currency. An account pays the one in which it has paid before: that is how
    it came to be saved.
    """
    used = select(PaymentAttempt.id).where(
        PaymentAttempt.customer_id == customer_id,
        PaymentAttempt.currency == currency,
        PaymentAttempt.method == PaymentMethod.kind,
        or_(
            and_(PaymentAttempt.instrument == PaymentMethod.words, PaymentAttempt.instrument != ""),
            col(PaymentAttempt.payment_method_id) == PaymentMethod.id,
        ),
    )
    wanted = select(PaymentMethod).where(
        PaymentMethod.customer_id == customer_id,
        col(PaymentMethod.detached_at).is_(None),
        or_(col(PaymentMethod.expires_on).is_(None), col(PaymentMethod.expires_on) >= on),
        or_(PaymentMethod.kind == "card", used.exists()),
    )
    usual_first = col(PaymentMethod.is_default).desc(), col(PaymentMethod.id).desc()
    return work.exec(wanted.order_by(*usual_first)).all()
