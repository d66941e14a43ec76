"""Work that is owed: jobs and letters, written in the transaction that makes them due."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, column
from sqlmodel import Field

from billing_app.models.base import Installed, OrgOwned, inside_organization

_OWED = column("done_at").is_(None) & column("dead_at").is_(None)


class Job(OrgOwned, table=True):
    """One thing to be done once, by whichever runner takes it.

    A runner holds a job by its lease; when the lease runs out, the next one takes it.
    The same kind of job for the same subject under the same key is owed once.
    """

    prefix: ClassVar[str] = "job"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "subject", "key"),
        Index("ix_job_owed", "due_at", "id", sqlite_where=_OWED, postgresql_where=_OWED),
    )

    kind: str = Field(max_length=60)
    subject: str = Field(max_length=40)
    key: str = Field(default="", max_length=60)
    made_at: datetime
    due_at: datetime
    tries: int = 0
    leased_by: str = Field(default="", max_length=60)
    leased_until: datetime | None = None
    done_at: datetime | None = None
    dead_at: datetime | None = None
    trouble: str = Field(default="", max_length=300)


class Letter(OrgOwned, table=True):
    """One letter to one person. It is rendered when it is sent, from what it is about."""

    prefix: ClassVar[str] = "let"
    __table_args__ = (
        inside_organization("membership_id", "membership"),
        ForeignKeyConstraint(["capability_id"], ["capability.id"]),
        Index(None, "organization_id", "written_at", "id"),
        Index(None, "organization_id", "subject"),
        # A runner works for all organizations, so it looks a letter up without one.
        Index(None, "id"),
        Index(None, "capability_id"),
    )

    kind: str = Field(max_length=60)
    recipient: str = Field(max_length=254)
    membership_id: UUID | None = None
    capability_id: UUID | None = None
    subject: str = Field(default="", max_length=40)
    locale: str = Field(default="en", max_length=20)
    written_at: datetime
    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    answer: str = Field(default="", max_length=300)


class Schedule(Installed, table=True):
    """Something done again and again for the installation as a whole, by one runner at a time."""

    prefix: ClassVar[str] = "sch"

    name: str = Field(max_length=60, unique=True)
    due_at: datetime
    leased_until: datetime | None = None
