"""Secret addresses that do one thing once: sign in, accept an invitation, set a password."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from billing_app.models.base import Installed


class Capability(Installed, table=True):
    """A secret address. What it holds is derived from the key, never kept: only its hash is.

    It belongs to a person before any organization is known, except an invitation, which
    names the membership it is for.
    """

    prefix: ClassVar[str] = "cap"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "membership_id"], ["membership.organization_id", "membership.id"]
        ),
        CheckConstraint("purpose IN ('sign_in', 'invitation', 'reset')", name="purpose"),
        CheckConstraint(
            "(purpose = 'invitation') = (membership_id IS NOT NULL)", name="invitation_to_what"
        ),
        CheckConstraint(
            "(organization_id IS NULL) = (membership_id IS NULL)", name="whole_membership"
        ),
    )

    purpose: str = Field(max_length=20)
    identity_id: UUID = Field(foreign_key="identity.id", index=True)
    organization_id: UUID | None = None
    membership_id: UUID | None = None
    generation: int = 1
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
