"""Disputes: a payer's bank wants money back that had come in."""

from __future__ import annotations

from datetime import UTC, datetime

import stripe

from billing_app.gateways.payments import DisputeTold
from billing_app.gateways.stripe.line import Line, reference
from billing_app.gateways.stripe.money import from_stripe
from billing_app.kernel.money import Money

_STATES = {"won": "won", "lost": "lost", "warning_closed": "won", "prevented": "won"}


def look_at_dispute(line: Line, dispute_reference: str) -> DisputeTold:
    """How a dispute stands now, and what it has cost so far."""
    dispute = line.ask(lambda: line.v1.disputes.retrieve(dispute_reference, {"expand": ["charge"]}))
    details = dispute.evidence_details
    due_by = getattr(details, "due_by", None)
    return DisputeTold(
        reference=dispute.id,
        payment=reference(dispute.payment_intent),
        amount=from_stripe(dispute.amount, dispute.currency),
        state=_state(dispute.status),
        withdrawn=any(moved.amount < 0 for moved in dispute.balance_transactions),
        held=_is_contested(dispute),
        fee=_fee(dispute),
        reason=dispute.reason,
        opened_at=_moment(dispute.created),
        due_by=_moment(due_by) if due_by else None,
    )


def _state(status: str) -> str:
    if status in _STATES:
        return _STATES[status]
    return "warning" if status.startswith("warning_") else "open"


def _is_contested(dispute: stripe.Dispute) -> bool:
    """Nobody can contest a debit that a bank took back; a card's dispute can be won."""
    charge = dispute.charge
    method = charge.payment_method_details if isinstance(charge, stripe.Charge) else None
    return getattr(method, "type", "card") == "card"


def _fee(dispute: stripe.Dispute) -> Money | None:
    """What Stripe keeps for it, where it is counted in the currency that was disputed."""
    fees = [
        from_stripe(moved.fee, moved.currency)
        for moved in dispute.balance_transactions
        if moved.fee and moved.currency == dispute.currency
    ]
    return sum(fees[1:], start=fees[0]) if fees else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
