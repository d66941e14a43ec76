"""Disputes: a payer, through their bank, wants money back that had come in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from billing_app.models.base import OrgOwned, inside_organization


class Dispute(OrgOwned, table=True):
    """One dispute about a payment, as the gateway tells of it.

    A ``warning`` asks for an answer and moves no money. While a dispute is ``open`` the gateway
    holds the amount; ``won`` it comes back, ``lost`` it is gone. A debit that a bank took back
    cannot be contested, so nothing of it is ever ``held``: only its fee is told here.
    """

    prefix: ClassVar[str] = "dsp"
    __table_args__ = (
        inside_organization("payment_id", "payment"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("fee_minor >= 0", name="fee_is_not_negative"),
        CheckConstraint("state IN ('warning', 'open', 'won', 'lost')", name="state"),
        UniqueConstraint("gateway_dispute"),
        Index(None, "organization_id", "payment_id"),
        Index(None, "organization_id", "state"),
    )

    payment_id: UUID
    gateway_dispute: str = Field(max_length=255)
    amount_minor: int = Field(sa_type=BigInteger)
    fee_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = Field(max_length=3)
    held: bool = True
    state: str = Field(max_length=10)
    reason: str = Field(default="", max_length=60)
    """The gateway's own word for why."""

    opened_at: datetime
    due_by: datetime | None = None
    """Until when evidence can be handed in."""

    changed_at: datetime
