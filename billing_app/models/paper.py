"""Documents as they went out: the very bytes, kept for good."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from billing_app.models.base import AppendOnly, OrgOwned, inside_organization
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.payment import Payment


class IssuedPrint(AppendOnly, OrgOwned, table=True):
    """One document as it was issued, as a PDF. A later way of printing cannot change it.

    Who sees the document sees its print. It holds no pay link, which is a secret that ends.
    """

    prefix: ClassVar[str] = "prt"
    seen_through = {
        "invoice_id": Invoice,
        "credit_request_id": CreditRequest,
        "credit_note_id": CreditNote,
        "payment_id": Payment,
    }
    __table_args__ = (
        inside_organization("invoice_id", "invoice"),
        inside_organization("credit_request_id", "credit_request"),
        inside_organization("credit_note_id", "credit_note"),
        inside_organization("payment_id", "payment"),
        CheckConstraint(
            "(CASE WHEN invoice_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN credit_request_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN credit_note_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN payment_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_document",
        ),
        UniqueConstraint("organization_id", "invoice_id"),
        UniqueConstraint("organization_id", "credit_request_id"),
        UniqueConstraint("organization_id", "credit_note_id"),
        UniqueConstraint("organization_id", "payment_id"),
    )

    invoice_id: UUID | None = None
    credit_request_id: UUID | None = None
    credit_note_id: UUID | None = None
    payment_id: UUID | None = None
    content: bytes
    content_hash: str = Field(max_length=64)
    """SHA-256 of the content, by which anybody can tell that theirs is the same."""

    made_at: datetime
    made_with: str = Field(max_length=40)
