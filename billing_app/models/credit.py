"""Money of a customer that we hold: requests for it, the lots it lies in, adjustments."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column, literal
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import (
    AppendOnly,
    OrgOwned,
    found_by_its_beginning,
    inside_organization,
)

_OPEN = column("still_to_pay_minor") > 0

# Said as an expression: Alembic cannot compare a default that is an empty text.
_EMPTY = literal("")


class CreditRequest(OrgOwned, table=True):
    """A request for money up front. Paying it raises the customer's credit.

    It is never revenue, never a tax document, and owes us nothing: no posting is about it.
    """

    prefix: ClassVar[str] = "crq"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    hidden_while = ("state", "draft")
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        CheckConstraint("state IN ('draft', 'raised', 'void')", name="state"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number_when_raised"),
        CheckConstraint("total_minor > 0", name="total"),
        CheckConstraint("still_to_pay_minor BETWEEN 0 AND total_minor", name="still_to_pay"),
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "state", "id"),
        Index(
            "ix_credit_request_open",
            "organization_id",
            "customer_id",
            "due_on",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    customer_id: UUID
    state: str = Field(default="draft", max_length=10)
    number: str | None = Field(default=None, sa_type=found_by_its_beginning(40))
    currency: str = Field(max_length=3)
    description: str = Field(default="", max_length=500)
    total_minor: int = Field(sa_type=BigInteger)
    still_to_pay_minor: int = Field(default=0, sa_type=BigInteger)
    drafted_at: datetime
    raised_on: date | None = None
    raised_at: datetime | None = None
    due_on: date | None = None
    voided_on: date | None = None
    void_reason: str = Field(
        default="", max_length=300, sa_column_kwargs={"server_default": _EMPTY}
    )
    """For admins alone."""

    snapshot: str = ""
    version: int = 1


class CreditLot(AppendOnly, OrgOwned, table=True):
    """Credit that came to a customer at once, with its pedigree. The oldest is used first.

    The amount is what it began with. What is left is the balance of account 2000 for this
    lot, and kept nowhere.
    """

    prefix: ClassVar[str] = "lot"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("payment_id", "payment"),
        inside_organization("credit_note_id", "credit_note"),
        inside_organization("credit_request_id", "credit_request"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "origin IN ('credit_request', 'overpayment', 'credit_note', 'adjustment')",
            name="origin",
        ),
        Index(None, "organization_id", "customer_id", "currency", "made_on", "id"),
        Index(None, "organization_id", "payment_id"),
        Index(None, "organization_id", "credit_note_id"),
        Index(None, "organization_id", "credit_request_id"),
    )

    customer_id: UUID
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_type=BigInteger)
    origin: str = Field(max_length=20)
    payment_id: UUID | None = None
    credit_note_id: UUID | None = None
    credit_request_id: UUID | None = None
    made_on: date
    recorded_at: datetime
    reason: str = Field(default="", max_length=300)


class Adjustment(AppendOnly, OrgOwned, table=True):
    """A customer's credit raised or lowered by hand, with the reason."""

    prefix: ClassVar[str] = "adj"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("lot_id", "credit_lot"),
        CheckConstraint("direction IN ('up', 'down')", name="direction"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "lot_id"),
    )

    customer_id: UUID
    lot_id: UUID | None = None
    direction: str = Field(max_length=4)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    reason: str = Field(max_length=300)
    adjusted_on: date
    recorded_at: datetime
