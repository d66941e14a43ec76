"""What payers transferred to their virtual accounts: it lies there until we take it.

Stripe calls it a customer's cash balance. It would apply it by rules of its own; for every payer
to whom we show an account it is told to wait, so that ours decide.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import stripe

from billing_app.gateways.news import TransferTold
from billing_app.gateways.payments import Asked, Stage, Told
from billing_app.gateways.refusals import Crowded, GatewayRefusal
from billing_app.gateways.stripe.instruments import virtual_account
from billing_app.gateways.stripe.line import Line, label, reference
from billing_app.gateways.stripe.money import from_stripe, to_stripe
from billing_app.gateways.stripe.payments import cancel_payment, labels, look_at_payment, words
from billing_app.kernel.entries import fit_to_keep
from billing_app.kernel.money import Money

log = logging.getLogger("quittance.stripe")

_FUNDED = "funded"
_PREPARED = ("requires_payment_method", "requires_confirmation")
_AWAITS = "requires_action"
_LONGEST_WRITTEN = 500


def let_wait(line: Line, payer: str) -> None:
    """Have what this payer transfers wait for us."""
    params: stripe.params.CustomerCashBalanceUpdateParams = {
        "settings": {"reconciliation_mode": "manual"}
    }
    # No key: doing it twice comes to the same.
    line.ask(lambda: line.v1.customers.cash_balance.update(payer, params))


def look_at_transfer(line: Line, payer: str, transfer: str) -> TransferTold | None:
    """A transfer as it arrived; None if this moved the money on, or back."""
    moved = line.ask(
        lambda: line.v1.customers.cash_balance_transactions.retrieve(
            payer, transfer, {"expand": ["customer"]}
        )
    )
    if moved.type != _FUNDED:
        return None
    return TransferTold(
        reference=moved.id,
        payer=reference(moved.customer),
        organization=label(moved.customer, "organization"),
        amount=from_stripe(moved.net_amount, moved.currency),
        written=_written(moved),
        arrived_at=datetime.fromtimestamp(moved.created, UTC),
        live=moved.livemode,
    )


def begin_taking(line: Line, asked: Asked) -> str:
    """Prepare a payment out of what the payer transferred. Nothing of it comes from the clock."""
    params: stripe.params.PaymentIntentCreateParams = {
        "amount": to_stripe(asked.amount),
        "currency": asked.amount.currency.lower(),
        "customer": asked.payer,
        "allowed_payment_method_types": ["customer_balance"],
        "payment_method_data": {"type": "customer_balance"},
        "payment_method_options": {
            "customer_balance": {
                "funding_type": "bank_transfer",
                "bank_transfer": virtual_account(asked.amount.currency),
            }
        },
        "description": words(asked),
        "metadata": labels(asked),
    }
    key = f"pi:{asked.attempt}"
    made = line.ask(lambda: line.v1.payment_intents.create(params, {"idempotency_key": key}))
    return made.id


def take_transferred(line: Line, payment: str) -> Told:
    """Confirm it and pay it with what waits. How it stands says what is left to be done.

    No keys: a refusal kept under one would hide that it can be done by now.
    """
    if _status(line, payment) in _PREPARED:
        _unless_refused(line, lambda: line.v1.payment_intents.confirm(payment))
    if _status(line, payment) == _AWAITS:
        _unless_refused(line, lambda: line.v1.payment_intents.apply_customer_balance(payment))
    told = look_at_payment(line, payment)
    # Somebody used the money at Stripe, or sent it back: there is nothing to wait for.
    return cancel_payment(line, payment) if told.stage is Stage.REQUIRES_ACTION else told


def untaken(line: Line, payer: str) -> Sequence[Money]:
    """What lies there untaken, in each currency."""
    found = line.ask(lambda: line.v1.customers.cash_balance.retrieve(payer))
    available = found.available.to_dict() if found.available else {}
    return [from_stripe(amount, code) for code, amount in sorted(available.items()) if amount > 0]


def _status(line: Line, payment: str) -> str:
    return line.ask(lambda: line.v1.payment_intents.retrieve(payment)).status


def _unless_refused(line: Line, step: Callable[[], stripe.PaymentIntent]) -> None:
    """Do it, if Stripe lets us; how the payment stands afterwards says more than its refusal."""
    try:
        line.ask(step)
    except Crowded:
        raise
    except GatewayRefusal as refusal:
        log.warning("A transfer could not be taken: %s", refusal.code)


def _written(moved: stripe.CustomerCashBalanceTransaction) -> str:
    transfer = getattr(getattr(moved, "funded", None), "bank_transfer", None)
    return fit_to_keep(getattr(transfer, "reference", None), longest=_LONGEST_WRITTEN)
