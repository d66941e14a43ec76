"""Attempts to give money back the way it came, kept before the gateway hears of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from billing_app.models.base import OrgOwned, inside_organization

REFUND_STATES = ("created", "unknown", "pending", "succeeded", "failed", "canceled")

UNDECIDED = ("created", "unknown")
"""While an attempt is in one of these, its money may have gone back, and is not posted yet."""

_STATES = ", ".join(f"'{state}'" for state in REFUND_STATES)


class RefundAttempt(OrgOwned, table=True):
    """One attempt to give money back to the card or account that it came from.

    Its id makes the gateway's key, and is the id of the Refund that it becomes: so whatever is
    sent or told twice counts once. ``arguments`` is the rest of what was asked for, as JSON, to
    be posted once the gateway has taken it on.
    """

    prefix: ClassVar[str] = "rfa"
    __table_args__ = (
        inside_organization("payment_id", "payment"),
        inside_organization("customer_id", "customer"),
        inside_organization("membership_id", "membership"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("choice IN ('still_owes', 'no_longer_owes', 'from_credit')", name="choice"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        UniqueConstraint("gateway_refund"),
        Index(None, "organization_id", "payment_id"),
        Index(None, "state", "changed_at"),
    )

    payment_id: UUID
    customer_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    choice: str = Field(max_length=20)
    arguments: str
    reason: str = Field(default="", max_length=300)
    membership_id: UUID | None = None
    state: str = Field(default="created", max_length=20)
    gateway_refund: str | None = Field(default=None, max_length=255)
    failure: str = Field(default="", max_length=300)
    """Why it failed, or what is to be known of it beside its state."""

    made_at: datetime
    changed_at: datetime
