"""The ledger: entries of postings, never changed; the sums kept of them, and their seals."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import AppendOnly, OrgOwned, inside_organization
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import WriteOff
from billing_app.models.payment import Payment, Refund

LONGEST_REASON = 300
LONGEST_KEY = 80

# The order of a statement: of one currency, by day, an entry's postings side by side.
_STATEMENT = ("currency", "effective_on", "entry_id")


def _having(name: str, value: str, *then: str) -> Index:
    """An index over the postings that have ``value`` on one of their sides."""
    there = column(value).is_not(None)
    return Index(name, "organization_id", value, *then, sqlite_where=there, postgresql_where=there)


def _nobodys(side: str) -> Index:
    """An index over one side of an account that no party has, such as the bank.

    A party's postings stay out of it: without figures about the table, SQLite would walk
    through a whole account instead of one party's part of it.
    """
    nobody = column(f"{side}_party_id").is_(None)
    return Index(
        f"ix_posting_{side}_account",
        "organization_id",
        f"{side}_account",
        "effective_on",
        "id",
        sqlite_where=nobody,
        postgresql_where=nobody,
    )


_UNIDENTIFIED = column("credit_account") == "2010"


class Entry(AppendOnly, OrgOwned, table=True):
    """One business event in the ledger, told by the one act that caused it.

    ``source_id`` names the act (this payment, that refund), never the document: the second
    step of one document would look like a repeat. An entry is taken back once, by another.

    Whose payment, refund or invoice it is may know that the act was taken back.
    """

    prefix: ClassVar[str] = "ent"
    seen_through = {"source_id": (Payment, Refund, WriteOff)}
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    __table_args__ = (
        inside_organization("membership_id", "membership"),
        inside_organization("reverses_id", "entry"),
        UniqueConstraint("organization_id", "source_id", "event"),
        UniqueConstraint("organization_id", "reverses_id"),
        Index(None, "organization_id", "effective_on", "id"),
    )

    event: str = Field(max_length=40)
    source_id: UUID
    effective_on: date
    recorded_at: datetime
    membership_id: UUID | None = None
    reason: str = Field(default="", max_length=LONGEST_REASON)
    command_key: str = Field(default="", max_length=LONGEST_KEY)
    reverses_id: UUID | None = None


class Posting(AppendOnly, OrgOwned, table=True):
    """One transfer from one account to another.

    Both sides share one row and one amount, so an entry out of balance cannot be written.
    ``party`` is the customer or partner whose account it is, ``item`` the invoice or credit
    lot. The date is the entry's, copied so that a statement is read from one index.

    A customer may know what came out of their own credit, and of no other posting.
    """

    prefix: ClassVar[str] = "pst"
    seen_through = {"debit_item_id": CreditLot}
    __table_args__ = (
        inside_organization("entry_id", "entry"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        UniqueConstraint("organization_id", "entry_id", "position"),
        _having("ix_posting_debit_party", "debit_party_id", *_STATEMENT),
        _having("ix_posting_credit_party", "credit_party_id", *_STATEMENT),
        _having("ix_posting_debit_item", "debit_item_id"),
        _having("ix_posting_credit_item", "credit_item_id"),
        _nobodys("debit"),
        _nobodys("credit"),
        Index(
            "ix_posting_unidentified",
            "organization_id",
            "credit_item_id",
            sqlite_where=_UNIDENTIFIED,
            postgresql_where=_UNIDENTIFIED,
        ),
    )

    entry_id: UUID
    position: int
    debit_account: str = Field(max_length=4)
    debit_party_id: UUID | None = None
    debit_item_id: UUID | None = None
    credit_account: str = Field(max_length=4)
    credit_party_id: UUID | None = None
    credit_item_id: UUID | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    effective_on: date


class PeriodTotal(OrgOwned, table=True):
    """What one party's account took in and gave out within a month or a day.

    Kept so that the opening balance of a statement costs the same at any age; proven from
    the postings. Only the ledger writes it.
    """

    prefix: ClassVar[str] = "tot"
    seen_by = {Audience.CUSTOMER: "party_id"}
    __table_args__ = (
        CheckConstraint("period IN ('month', 'day')", name="period"),
        UniqueConstraint(
            "organization_id",
            "party_id",
            "account",
            "currency",
            "period",
            "starts_on",
            name="uq_period_total_one",
        ),
    )

    party_id: UUID
    account: str = Field(max_length=4)
    currency: str = Field(max_length=3)
    period: str = Field(max_length=5)
    starts_on: date
    debit_minor: int = Field(default=0, sa_type=BigInteger)
    credit_minor: int = Field(default=0, sa_type=BigInteger)


class Seal(AppendOnly, OrgOwned, table=True):
    """A number and a root hash over rows, so that a later change to them is noticed.

    Each root contains the one before, so no seal can be replaced alone.
    """

    prefix: ClassVar[str] = "sea"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)

    number: int
    previous_root: str = Field(max_length=64)
    root: str = Field(max_length=64)
    sealed_at: datetime
    through_id: UUID
    """The youngest row sealed so far; the next search begins a little before it."""

    row_count: int


class SealedRow(AppendOnly, OrgOwned, table=True):
    """That a row of some table is under a seal, and the hash it had."""

    prefix: ClassVar[str] = "srw"
    __table_args__ = (
        inside_organization("seal_id", "seal"),
        CheckConstraint("kind IN ('entry', 'posting', 'audit_entry')", name="kind"),
        UniqueConstraint("organization_id", "seal_id", "position"),
        UniqueConstraint("organization_id", "kind", "row_id"),
    )

    seal_id: UUID
    position: int
    kind: str = Field(max_length=20)
    row_id: UUID
    hash: str = Field(max_length=64)


class CommandKey(OrgOwned, table=True):
    """What a command answered, so that the same command sent again answers the same.

    The id follows from the key, so that a key has one row.
    """

    prefix: ClassVar[str] = "key"

    key: str = Field(max_length=LONGEST_KEY)
    verb: str = Field(max_length=60)
    arguments_hash: str = Field(max_length=64)
    result: str = Field(max_length=200)
    made_at: datetime
