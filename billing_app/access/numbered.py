"""Whether documents of a kind carry numbers yet: from then on their series goes on by itself."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from billing_app.access.work import Work
from billing_app.kernel.references import Numbered
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.payment import Payment


def has_numbered(work: Work[Any], kind: str) -> bool:
    """Whether a document of this kind was numbered in the organization's own series."""
    numbered = {
        Numbered.INVOICE: select(Invoice.id).where(
            col(Invoice.number).is_not(None), col(Invoice.partner_id).is_(None)
        ),
        Numbered.CREDIT_NOTE: select(CreditNote.id),
        Numbered.CREDIT_REQUEST: select(CreditRequest.id).where(
            col(CreditRequest.number).is_not(None)
        ),
        Numbered.RECEIPT: select(Payment.id).where(col(Payment.number).is_not(None)),
    }
    return work.exec(numbered[Numbered(kind)].limit(1)).first() is not None
