"""The two kinds of party an organization settles with."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, false, literal
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.kernel.entries import LONGEST_NAME, LONGEST_SORT_FORM
from billing_app.models.base import OrgOwned, found_by_its_beginning

LONGEST_DUE_DAYS = 365
PARTNERS_DUE_DAYS = 14
_EDITION = 16

# Said as an expression: Alembic cannot compare a default that is an empty text.
_EMPTY = literal("")


class Customer(OrgOwned, table=True):
    """A party we bill. Archived when it is over, never deleted."""

    prefix: ClassVar[str] = "cus"
    audited = frozenset({"name", "email", "legal_name", "address", "tax_id"})
    audited_values = frozenset({"due_days", "currency", "locale", "autopay", "prefers_transfer"})
    seen_by = {Audience.CUSTOMER: "id"}
    __table_args__ = (
        CheckConstraint(f"due_days BETWEEN 0 AND {LONGEST_DUE_DAYS}", name="due_days"),
        Index(None, "organization_id", "sort_name", "id"),
        Index(None, "organization_id", "email"),
    )

    name: str = Field(max_length=LONGEST_NAME)
    sort_name: str = Field(sa_type=found_by_its_beginning(LONGEST_SORT_FORM))
    email: str = Field(max_length=254)
    due_days: int
    created_at: datetime
    archived_at: datetime | None = None
    legal_name: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": _EMPTY})
    address: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": _EMPTY})
    tax_id: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": _EMPTY})
    currency: str = Field(default="", max_length=3, sa_column_kwargs={"server_default": _EMPTY})
    """What new documents are made out in. Their own currency is what counts afterwards."""

    locale: str = Field(default="en", max_length=20, sa_column_kwargs={"server_default": "en"})
    autopay: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether they wish to be charged by themselves, where the organization does that."""

    prefers_transfer: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether they pay by bank transfer: then nothing that they saved is charged by itself."""

    @property
    def edition(self) -> str:
        """A mark of all that is on record: another one, and somebody changed some of it."""
        kept = [str(getattr(self, name)) for name in sorted(self.audited | self.audited_values)]
        return sha256("\0".join(kept).encode()).hexdigest()[:_EDITION]


class Partner(OrgOwned, table=True):
    """A party we settle with: a school, an agent, a supplier."""

    prefix: ClassVar[str] = "par"
    seen_by = {Audience.PARTNER: "id"}
    __table_args__ = (
        CheckConstraint("kind IN ('school', 'agent', 'supplier')", name="kind"),
        Index(None, "organization_id", "sort_name", "id"),
        Index(None, "organization_id", "email"),
    )

    name: str = Field(max_length=LONGEST_NAME)
    sort_name: str = Field(sa_type=found_by_its_beginning(LONGEST_SORT_FORM))
    email: str = Field(max_length=254)
    kind: str = Field(max_length=20)
    created_at: datetime
    archived_at: datetime | None = None
