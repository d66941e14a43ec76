"""What ways of paying and kinds of credit are called on screens and statements."""

from __future__ import annotations

from billing_app.kernel.tongue import marked, tell
from billing_app.models.credit import CreditLot
from billing_app.models.payment import Payment, UnidentifiedReceipt

EXTERNAL = {
    "cash": marked("Cash"),
    "cheque": marked("Cheque"),
    "bank_transfer": marked("Bank transfer"),
    "other": marked("External"),
}

ORIGINS = {
    "credit_request": marked("Credit Request paid"),
    "overpayment": marked("Overpayment"),
    "credit_note": marked("Credit note"),
    "adjustment": marked("Adjustment"),
}

_CREDIT = {
    "credit_request": marked("Credit (credit request paid)"),
    "overpayment": marked("Credit (overpayment)"),
    "credit_note": marked("Credit (credit note)"),
    "adjustment": marked("Credit (adjustment)"),
}


def method_words(payment: Payment | UnidentifiedReceipt) -> str:
    """How money came in, with its reference if it has one."""
    words = tell(EXTERNAL[payment.external_kind] if payment.external_kind else marked("Online"))
    return f"{words}, {payment.reference}" if payment.reference else words


def credit_words(lot: CreditLot | None) -> str:
    """That credit was used, and where that credit came from."""
    return tell(_CREDIT[lot.origin]) if lot else tell("Credit")
