"""Who may come in: people, what each of them may be, and their open sessions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, column, true
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import Installed, OrgOwned, inside_organization

_ONLY_ADMINS = column("audience") == "admin"


class Identity(Installed, table=True):
    """A person, known by one e-mail address to the whole installation.

    It has no organization: the same person may run one and be a customer of another.
    """

    prefix: ClassVar[str] = "idn"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower"),)

    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    created_at: datetime
    password_hash: str | None = Field(default=None, max_length=200)
    password_changed_at: datetime | None = None
    slash_searches: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """Whether the key ``/`` alone leads into the search of a list."""


class Membership(OrgOwned, table=True):
    """What a person may be in one organization: its admin, or the contact of one party.

    Nobody is made an admin by a stranger: until an invitation is accepted, the membership
    opens nothing, and the organization knows the person by no other name than the one it
    typed, ``invited_as``. A contact's is accepted from the start.
    """

    prefix: ClassVar[str] = "mem"
    audited_values = frozenset({"role"})
    seen_by = {Audience.CUSTOMER: "customer_id", Audience.PARTNER: "partner_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("partner_id", "partner"),
        CheckConstraint(
            "(audience = 'admin' AND role IS NOT NULL"
            " AND customer_id IS NULL AND partner_id IS NULL)"
            " OR (audience = 'customer' AND role IS NULL"
            " AND customer_id IS NOT NULL AND partner_id IS NULL)"
            " OR (audience = 'partner' AND role IS NULL"
            " AND customer_id IS NULL AND partner_id IS NOT NULL)",
            name="one_audience",
        ),
        UniqueConstraint("organization_id", "identity_id", "customer_id"),
        UniqueConstraint("organization_id", "identity_id", "partner_id"),
        Index(
            "uq_membership_admin",
            "organization_id",
            "identity_id",
            unique=True,
            sqlite_where=_ONLY_ADMINS,
            postgresql_where=_ONLY_ADMINS,
        ),
    )

    identity_id: UUID = Field(foreign_key="identity.id", index=True)
    audience: str = Field(max_length=20)
    role: str | None = Field(default=None, max_length=20)
    invited_as: str | None = Field(default=None, max_length=200)
    customer_id: UUID | None = None
    partner_id: UUID | None = None
    granted_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


class WebSession(OrgOwned, table=True):
    """One browser, signed in as one membership. The cookie's token is kept as a hash only."""

    prefix: ClassVar[str] = "ses"
    __table_args__ = (
        inside_organization("membership_id", "membership"),
        Index(None, "organization_id", "membership_id"),
    )

    token_hash: str = Field(max_length=64, unique=True)
    membership_id: UUID
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    stepped_up_at: datetime | None = None
    device: str | None = Field(default=None, max_length=60)
    proven_by: str | None = Field(default=None, max_length=20)


class SignInTry(Installed, table=True):
    """One attempt to come in, kept to slow down whoever guesses: a good one for 30 days.

    It is about a door of the installation, whether or not anybody lives behind it, so
    it has no organization. The account is named by a hash of the address that was typed.
    Its tries are numbered, so that of many at once each sees those before it.
    """

    prefix: ClassVar[str] = "try"
    __table_args__ = (
        UniqueConstraint("account", "number"),
        Index(None, "address", "tried_at"),
        Index(None, "tried_at"),
    )

    account: str = Field(max_length=64)
    number: int
    address: str = Field(max_length=60)
    tried_at: datetime
    succeeded: bool
