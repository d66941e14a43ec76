"""Money that was transferred to the gateway, and lies there until it is taken."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from billing_app.models.base import OrgOwned, inside_organization

LONGEST_WRITTEN = 200


class ArrivedTransfer(OrgOwned, table=True):
    """One transfer that arrived at the gateway, kept once however often it is told of.

    The gateway holds it for whoever it calls ``payer``; the customer is known if that is one of
    ours, or once somebody said whose it is. It is ours, and posted, when the attempt to take it
    succeeds. One that is nobody's waits here for a word.
    """

    prefix: ClassVar[str] = "atr"
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("attempt_id", "payment_attempt"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("attempt_id IS NULL OR customer_id IS NOT NULL", name="taken_of_somebody"),
        UniqueConstraint("gateway_reference"),
        UniqueConstraint("organization_id", "attempt_id"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "attempt_id", "kept_at"),
    )

    gateway_reference: str = Field(max_length=255)
    payer: str = Field(max_length=255)
    """The gateway's name of whom it holds the money for."""

    customer_id: UUID | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    written: str = Field(default="", max_length=LONGEST_WRITTEN)
    """The reference, as whoever transferred it wrote it."""

    arrived_at: datetime
    kept_at: datetime
    attempt_id: UUID | None = None
