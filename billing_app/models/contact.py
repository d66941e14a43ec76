"""The people at a customer or partner whom the organization writes to."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, literal
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import OrgOwned, inside_organization

# Said as an expression: Alembic cannot compare a default that is an empty text.
_EMPTY = literal("")


class Contact(OrgOwned, table=True):
    """A person at one party.

    Being a contact gives no access; that is granted apart, as the membership named here.
    """

    prefix: ClassVar[str] = "con"
    audited = frozenset({"name", "email"})
    audited_values = frozenset({"locale"})
    seen_by = {Audience.CUSTOMER: "customer_id", Audience.PARTNER: "partner_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("partner_id", "partner"),
        inside_organization("membership_id", "membership"),
        UniqueConstraint("organization_id", "membership_id"),
        CheckConstraint("(customer_id IS NULL) <> (partner_id IS NULL)", name="one_party"),
        UniqueConstraint("organization_id", "customer_id", "email"),
        UniqueConstraint("organization_id", "partner_id", "email"),
    )

    customer_id: UUID | None = None
    partner_id: UUID | None = None
    membership_id: UUID | None = None
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    locale: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": _EMPTY})
    """The language in which they are written to; empty for that of their party."""

    added_at: datetime
    removed_at: datetime | None = None
