"""What was heard of money that goes back: of refunds, and of disputes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from billing_app.models.base import AppendOnly, OrgOwned, inside_organization


class MoneyBackMessage(AppendOnly, OrgOwned, table=True):
    """One thing that was heard of a refund or a dispute, and what was made of it.

    Each is about a payment. What did not fit, and so became no refund and no dispute of ours, is
    kept with the payment alone.
    """

    prefix: ClassVar[str] = "mbm"
    subject: ClassVar[tuple[str, ...]] = ("payment_id", "refund_attempt_id", "dispute_id")
    thing: ClassVar[tuple[str, ...]] = (*subject, "said")
    """What a message is of. What could not be matched says the gateway's own name of it."""

    words: ClassVar[frozenset[str]] = frozenset({"about", "said", "why"})
    __table_args__ = (
        inside_organization("payment_id", "payment"),
        inside_organization("refund_attempt_id", "refund_attempt"),
        inside_organization("dispute_id", "dispute"),
        CheckConstraint("refund_attempt_id IS NULL OR dispute_id IS NULL", name="one_subject"),
        CheckConstraint("source IN ('submission', 'webhook', 'reconciler')", name="source"),
        CheckConstraint(
            "verdict IN ('applied', 'known', 'late', 'noted', 'quarantined')", name="verdict"
        ),
        Index(None, "organization_id", "payment_id", "id"),
        Index(None, "organization_id", "verdict", "id"),
    )

    payment_id: UUID
    refund_attempt_id: UUID | None = None
    dispute_id: UUID | None = None
    source: str = Field(max_length=20)
    about: str = Field(default="", max_length=120)
    """The gateway's own name for it: an event's id, or what was asked."""

    said: str = Field(default="", max_length=40)
    verdict: str = Field(max_length=20)
    why: str = Field(default="", max_length=300)
    recorded_at: datetime
