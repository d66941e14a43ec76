"""How an organization keeps its books: what it prints, its numbers, its taxes, its settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column, false, literal
from sqlmodel import Field

from billing_app.models.base import OrgOwned, inside_organization

_OWN = column("partner_id").is_(None)

LONGEST_ADDRESS = 500
LONGEST_TAX_ID = 40
ALL_WAYS = "card,bank_transfer,direct_debit"

# Said as an expression: Alembic cannot compare a default that is an empty text.
_EMPTY = literal("")


class Series(OrgOwned, table=True):
    """The next number of one kind of document. Numbers leave no gap and are never reused.

    What a partner can see has a series of its own for each partner, so that its numbers do
    not count anybody else's documents.
    """

    prefix: ClassVar[str] = "ser"
    audited_values = frozenset({"number_prefix"})
    __table_args__ = (
        inside_organization("partner_id", "partner"),
        CheckConstraint(
            "kind IN ('invoice', 'credit_note', 'credit_request', 'receipt')", name="kind"
        ),
        CheckConstraint("next_number > 0", name="next_number"),
        UniqueConstraint("organization_id", "kind", "partner_id"),
        Index(
            "uq_series_own",
            "organization_id",
            "kind",
            unique=True,
            sqlite_where=_OWN,
            postgresql_where=_OWN,
        ),
    )

    kind: str = Field(max_length=20)
    partner_id: UUID | None = None
    number_prefix: str = Field(max_length=20)
    next_number: int = 1


class TaxRate(OrgOwned, table=True):
    """A tax under its name. Lines copy name and rate, so that changing one changes no document."""

    prefix: ClassVar[str] = "tax"
    __table_args__ = (
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_bp"),
        Index(None, "organization_id", "name", "id"),
    )

    name: str = Field(max_length=60)
    rate_bp: int
    archived_at: datetime | None = None


class OrganizationProfile(OrgOwned, table=True):
    """What the organization says of itself on documents, and until when its books are closed."""

    prefix: ClassVar[str] = "pro"
    audited = frozenset({"legal_name", "abn", "tax_id", "address", "bank_details", "logo"})
    audited_values = frozenset({"colour", "locale", "paper", "books_closed_until", "customer_ways"})
    __table_args__ = (UniqueConstraint("organization_id"),)

    legal_name: str = Field(default="", max_length=200)
    abn: str = Field(default="", max_length=20)
    tax_id: str = Field(default="", max_length=LONGEST_TAX_ID)
    address: str = Field(default="", max_length=LONGEST_ADDRESS)
    bank_details: str = Field(default="", max_length=LONGEST_ADDRESS)
    logo: bytes | None = None
    colour: str = Field(default="", max_length=7)
    locale: str = Field(default="en", max_length=20)
    paper: str = Field(default="", max_length=10, sa_column_kwargs={"server_default": _EMPTY})
    """``a4`` or ``letter``; empty for what is usual where the organization's currency is."""

    books_closed_until: date | None = None
    customer_ways: str = Field(
        default=ALL_WAYS, max_length=60, sa_column_kwargs={"server_default": ALL_WAYS}
    )
    """How customers are offered to pay by themselves; empty for not at all."""

    def offers(self, way: str) -> bool:
        """Whether customers are offered to pay in this way."""
        return way in self.customer_ways.split(",")


class AccountingSettings(OrgOwned, table=True):
    """The 'General Accounting Settings' of an organization."""

    prefix: ClassVar[str] = "acs"
    audited_values = frozenset(
        {
            *("apply_credit_to_invoices", "apply_credit_to_requests", "tax_rounding"),
            *("prices_include_tax", "small_balance_minor", "charge_invoices", "charge_requests"),
            *("charge_after_days", "retry_after_days", "reminder_days"),
        }
    )
    __table_args__ = (
        UniqueConstraint("organization_id"),
        CheckConstraint("tax_rounding IN ('document', 'line')", name="tax_rounding"),
        CheckConstraint("small_balance_minor >= 0", name="small_balance"),
    )

    apply_credit_to_invoices: bool = False
    """'Automatically mark Invoices paid'."""

    apply_credit_to_requests: bool = False
    tax_rounding: str = Field(default="document", max_length=10)
    prices_include_tax: bool = False
    small_balance_minor: int = Field(default=0, sa_type=BigInteger)
    """The largest rest that is let go, in the organization's own currency and in no other."""

    charge_invoices: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    charge_requests: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether customers who wish it are charged for what is issued, and for what is raised."""

    charge_after_days: int = Field(default=3, sa_column_kwargs={"server_default": "3"})
    """How long a customer who was told of a charge has to object."""

    retry_after_days: str = Field(
        default="3,5,7", max_length=20, sa_column_kwargs={"server_default": "3,5,7"}
    )
    """After how many days a charge is tried again that another day may cure; empty for never."""

    reminder_days: str = Field(
        default="", max_length=40, sa_column_kwargs={"server_default": _EMPTY}
    )
    """On which days, counted from the due date, customers are reminded; empty for never."""
