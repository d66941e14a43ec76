"""Disputes: a payer's bank wants money back that had come in."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import stripe

from billing_app.gateways.payments import DisputeTold
from billing_app.gateways.stripe.failures import LONGEST_CODE
from billing_app.gateways.stripe.line import Line, reference
from billing_app.gateways.stripe.money import from_stripe
from billing_app.kernel.entries import fit_to_keep
from billing_app.kernel.money import Money

log = logging.getLogger("quittance.stripe")

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
        fee=fee_of(dispute),
        reason=fit_to_keep(dispute.reason, longest=LONGEST_CODE),
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


def fee_of(dispute: stripe.Dispute) -> Money | None:
    """What Stripe keeps for it, in the currency of the balance that it is taken from.

    That is one currency; a fee in a second one would be a change at Stripe that somebody has to
    look at, and is said in the log.
    """
    fees: dict[str, Money] = {}
    for moved in dispute.balance_transactions:
        if moved.fee:
            fee = from_stripe(moved.fee, moved.currency)
            fees[fee.currency] = fees.get(fee.currency, Money.zero(fee.currency)) + fee
    if len(fees) > 1:
        log.error("Dispute %s costs fees in several currencies: %s.", dispute.id, [*fees.values()])
    return next(iter(fees.values()), None)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
