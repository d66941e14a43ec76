"""Work that is owed: jobs and letters, written in the transaction that makes them due."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    column,
    false,
    literal,
)
from sqlmodel import Field

from billing_app.models.base import Installed, OrgOwned, inside_organization

_OWED = column("done_at").is_(None) & column("dead_at").is_(None)
_DEAD = column("dead_at").is_not(None)
_ONCE: ColumnElement[bool] = column("once")

# Said as an expression: Alembic cannot compare a default that is an empty text.
_EMPTY = literal("")

ASKING = frozenset({"payment_request", "reminder", "instalment_due"})
"""The kinds of letters that ask for money."""


class Job(OrgOwned, table=True):
    """One thing to be done once, by whichever runner takes it.

    A runner holds a job by its lease; when the lease runs out, the next one takes it.
    The same kind of job for the same subject under the same key is owed once.
    """

    prefix: ClassVar[str] = "job"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "subject", "key"),
        Index("ix_job_owed", "due_at", "id", sqlite_where=_OWED, postgresql_where=_OWED),
        Index("ix_job_dead", "organization_id", "id", sqlite_where=_DEAD, postgresql_where=_DEAD),
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
    """One letter to one person. It is rendered when it is sent, from what it is about.

    ``detail`` says which of several letters about the same subject it is: the day of a reminder,
    the days of a statement. Of those written ``once`` there is one for each kind, subject and
    detail, however often somebody sets about writing it.
    """

    prefix: ClassVar[str] = "let"
    __table_args__ = (
        inside_organization("membership_id", "membership"),
        ForeignKeyConstraint(["capability_id"], ["capability.id"]),
        Index(None, "organization_id", "written_at", "id"),
        Index(None, "organization_id", "subject"),
        # A runner works for all organizations, so it looks a letter up without one.
        Index(None, "id"),
        Index(None, "capability_id"),
        Index(None, "organization_id", "subject", "id"),
        Index(None, "organization_id", "recipient", "id"),
        Index(
            "uq_letter_once",
            "organization_id",
            "kind",
            "subject",
            "detail",
            unique=True,
            sqlite_where=_ONCE,
            postgresql_where=_ONCE,
        ),
    )

    kind: str = Field(max_length=60)
    recipient: str = Field(max_length=254)
    membership_id: UUID | None = None
    capability_id: UUID | None = None
    subject: str = Field(default="", max_length=40)
    detail: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": _EMPTY})
    once: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
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
