"""Giving money back the way it came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import stripe

from billing_app.gateways.payments import RefundTold
from billing_app.gateways.stripe.line import Line, label, reference, was_replayed
from billing_app.gateways.stripe.money import from_stripe, to_stripe
from billing_app.kernel.money import Money

_MOST = 100
_STATES = {"succeeded": "succeeded", "failed": "failed", "canceled": "canceled"}
_NO_CARD = (
    "The card that was paid with is gone, so the money could not be given back to it. It has come"
    " back to us; please give it back another way."
)
_CAME_BACK = (
    "The payer's bank did not take the money back. It has come back to us; please give it back"
    " another way."
)


def refund(
    line: Line, refund_id: str, *, organization: str, payment: str, amount: Money
) -> RefundTold:
    """Give so much of a payment back."""
    params: stripe.params.RefundCreateParams = {
        "payment_intent": payment,
        "amount": to_stripe(amount),
        "metadata": {"refund": refund_id, "organization": organization},
    }
    key = f"rf:{refund_id}"
    made = line.ask(lambda: line.v1.refunds.create(params, {"idempotency_key": key}))
    return look_at_refund(line, made.id) if was_replayed(made) else _told(made)


def look_at_refund(line: Line, refund_reference: str) -> RefundTold:
    """How a refund stands now: one that succeeded can fail days later."""
    return _told(line.ask(lambda: line.v1.refunds.retrieve(refund_reference)))


def find_refund(line: Line, refund_id: str, *, payment: str) -> RefundTold | None:
    """The refund of a payment that carries our id."""
    params: stripe.params.RefundListParams = {"payment_intent": payment, "limit": _MOST}
    for made in line.each(lambda: line.v1.refunds.list(params)):
        if label(made, "refund") == refund_id:
            return _told(made)
    return None


def refunds_since(line: Line, moment: datetime) -> Iterator[RefundTold]:
    """Every refund made since then, as it stands now."""
    params: stripe.params.RefundListParams = {
        "created": {"gte": int(moment.timestamp())},
        "limit": _MOST,
    }
    for made in line.each(lambda: line.v1.refunds.list(params)):
        yield _told(made)


def _told(made: stripe.Refund) -> RefundTold:
    return RefundTold(
        reference=made.id,
        refund=label(made, "refund"),
        organization=label(made, "organization"),
        payment=reference(made.payment_intent),
        amount=from_stripe(made.amount, made.currency),
        state=_STATES.get(made.status or "", "pending"),
        failure=_failure(made),
    )


def _failure(made: stripe.Refund) -> str:
    if made.status != "failed":
        return ""
    gone = ("expired_or_canceled_card", "lost_or_stolen_card")
    return _NO_CARD if getattr(made, "failure_reason", "") in gone else _CAME_BACK
