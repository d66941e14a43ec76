"""How money comes in and goes out: what is said of it, its event, and where it lay."""

from __future__ import annotations

from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Invalid
from billing_app.ledger import accounts
from billing_app.ledger.accounts import Account
from billing_app.ledger.events import Event
from billing_app.models.invoice import LONGEST_REFERENCE
from billing_app.models.payment import Payment, Refund

EXTERNAL_KINDS = {
    "cash": "Cash",
    "cheque": "Cheque",
    "bank_transfer": "Bank transfer",
    "other": "Other",
}

OUTSIDE, BY_GATEWAY = "outside", "gateway"
"""How money goes back: handed over by somebody, or by the payment provider the way it came."""


def read_kind(kind: str) -> str:
    """How the money came."""
    if kind not in EXTERNAL_KINDS:
        raise Invalid("Choose cash, cheque, bank transfer or other.", field="kind")
    return kind


def read_reference(reference: str) -> str:
    """What the money said of itself, made fit to keep."""
    return read_line(
        reference, longest=LONGEST_REFERENCE, what="reference", field="reference", required=False
    )


def arrival_of(payment: Payment) -> Event:
    """The event by which a payment's money came to its party."""
    return Event.PAYMENT_RECEIVED if payment.receipt_id is None else Event.PAYMENT_ALLOCATED


def paid_out_of(refund: Refund) -> Account:
    """Where the money of a refund lay before it went back."""
    return accounts.GATEWAY if refund.method == BY_GATEWAY else accounts.BANK
