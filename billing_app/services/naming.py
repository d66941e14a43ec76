"""What documents are called within a sentence."""

from __future__ import annotations

from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice


def named(document: Invoice | CreditRequest) -> str:
    """Its kind and number; a draft has no number yet."""
    what = "Invoice" if isinstance(document, Invoice) else "Credit Request"
    return f"{what} {document.number}" if document.number else f"This {what}"
