"""Whose account an invoice is owed on."""

from __future__ import annotations

from billing_app.ledger.accounts import Account, partner_receivable, receivable
from billing_app.models.invoice import Invoice


def owed_on(invoice: Invoice) -> Account:
    """The receivable of an invoice: its customer's or its partner's."""
    if invoice.customer_id is not None:
        return receivable(invoice.customer_id, invoice.id)
    assert invoice.partner_id is not None, "an invoice is for a customer or a partner"
    return partner_receivable(invoice.partner_id, invoice.id)
