"""Secret addresses behind which one document can be paid."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from billing_app.models.base import OrgOwned, inside_organization


class PayLink(OrgOwned, table=True):
    """The address behind which a customer's document can be paid by whoever holds it.

    A document has one. What it holds is derived from the key, its id and its generation, and
    only its hash is kept; another generation is another address, and ends the one before.
    """

    prefix: ClassVar[str] = "lnk"
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("invoice_id", "invoice"),
        inside_organization("credit_request_id", "credit_request"),
        CheckConstraint("(invoice_id IS NULL) <> (credit_request_id IS NULL)", name="one_document"),
        UniqueConstraint("organization_id", "invoice_id"),
        UniqueConstraint("organization_id", "credit_request_id"),
        UniqueConstraint("token_hash"),
    )

    customer_id: UUID
    invoice_id: UUID | None = None
    credit_request_id: UUID | None = None
    generation: int = 1
    token_hash: str = Field(max_length=64)
    made_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
