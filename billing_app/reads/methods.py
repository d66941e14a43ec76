"""What ways of paying and kinds of credit are called on screens and statements."""

from __future__ import annotations

from typing import Protocol

from billing_app.kernel.tongue import marked, tell
from billing_app.models.credit import CreditLot

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


class CameIn(Protocol):
    """What says how money came in."""

    @property
    def external_kind(self) -> str | None: ...
    @property
    def reference(self) -> str: ...


def paid_with(instrument: str | None, payment: CameIn) -> str:
    """What was paid with through the gateway; else how the money came in."""
    return tell(instrument) if instrument else method_words(payment)


def method_words(payment: CameIn) -> str:
    """How money came in, with its reference if it has one."""
    words = tell(EXTERNAL[payment.external_kind] if payment.external_kind else marked("Online"))
    return f"{words}, {payment.reference}" if payment.reference else words


def credit_words(lot: CreditLot | None) -> str:
    """That credit was used, and where that credit came from."""
    return tell(_CREDIT[lot.origin]) if lot else tell("Credit")
