"""What was done, by whom, when: one row for each command that succeeded."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from billing_app.models.base import AppendOnly, OrgOwned, inside_organization

LONGEST_CHANGES = 2_000


class AuditEntry(AppendOnly, OrgOwned, table=True):
    """One command that succeeded. It names ids and verbs, never the values of a person."""

    prefix: ClassVar[str] = "aud"
    words: ClassVar[frozenset[str]] = frozenset({"changes"})
    __table_args__ = (
        inside_organization("membership_id", "membership"),
        Index(None, "organization_id", "recorded_at"),
        Index(None, "organization_id", "membership_id", "recorded_at"),
        Index(None, "organization_id", "subject", "id"),
    )

    recorded_at: datetime
    membership_id: UUID | None = None
    verb: str = Field(max_length=60)
    subject: str = Field(max_length=40)
    changes: str | None = Field(default=None, max_length=LONGEST_CHANGES)
    """What was changed of a setting or of what is on record, as ``access/changes.py`` writes it."""
