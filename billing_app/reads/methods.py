"""What ways of paying and kinds of credit are called on screens and statements."""

from __future__ import annotations

from billing_app.models.credit import CreditLot
from billing_app.models.payment import Payment, UnidentifiedReceipt

EXTERNAL = {
    "cash": "Cash",
    "cheque": "Cheque",
    "bank_transfer": "Bank transfer",
    "other": "External",
}

ORIGINS = {
    "credit_request": "Credit Request paid",
    "overpayment": "Overpayment",
    "credit_note": "Credit note",
    "adjustment": "Adjustment",
}


def method_words(payment: Payment | UnidentifiedReceipt) -> str:
    """How money came in, with its reference if it has one."""
    words = EXTERNAL[payment.external_kind] if payment.external_kind else "Online"
    return f"{words}, {payment.reference}" if payment.reference else words


def credit_words(lot: CreditLot | None) -> str:
    """That credit was used, and where that credit came from."""
    return f"Credit ({ORIGINS[lot.origin].lower()})" if lot else "Credit"
