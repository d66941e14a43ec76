"""Invoices with their lines and due parts, and what lowers them: credit notes, write-offs."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import (
    AppendOnly,
    OrgOwned,
    found_by_its_beginning,
    inside_organization,
)

LONGEST_DESCRIPTION = 500
LONGEST_NOTE = 2_000
LONGEST_REFERENCE = 120

_OPEN = column("still_to_pay_minor") > 0


class Invoice(OrgOwned, table=True):
    """A demand for payment. Once issued its words and amounts stand; what is owed moves.

    Only the state is kept; every status is derived. ``still_to_pay_minor`` is the one kept
    sum: the ledger writes it, and proof recomputes it.
    """

    prefix: ClassVar[str] = "inv"
    seen_by = {Audience.CUSTOMER: "customer_id", Audience.PARTNER: "partner_id"}
    hidden_while = ("state", "draft")
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("partner_id", "partner"),
        inside_organization("duplicate_of_id", "invoice"),
        CheckConstraint("(customer_id IS NULL) <> (partner_id IS NULL)", name="one_party"),
        CheckConstraint("state IN ('draft', 'issued', 'void')", name="state"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number_at_issue"),
        CheckConstraint("tax_rounding IN ('document', 'line')", name="tax_rounding"),
        CheckConstraint("still_to_pay_minor BETWEEN 0 AND total_minor", name="still_to_pay"),
        CheckConstraint("total_minor >= 0 AND total_minor = net_minor + tax_minor", name="total"),
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "partner_id", "id"),
        Index(None, "organization_id", "state", "id"),
        Index(None, "organization_id", "issued_on", "id"),
        Index(None, "organization_id", "due_on", "id"),
        Index(None, "organization_id", "total_minor", "id"),
        Index(None, "organization_id", "duplicate_of_id"),
        Index(
            "ix_invoice_open_by_customer",
            "organization_id",
            "customer_id",
            "currency",
            "due_on",
            "still_to_pay_minor",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_invoice_open_by_due_date",
            "organization_id",
            "due_on",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    customer_id: UUID | None = None
    partner_id: UUID | None = None
    state: str = Field(default="draft", max_length=10)
    number: str | None = Field(default=None, sa_type=found_by_its_beginning(40))
    currency: str = Field(max_length=3)
    prices_include_tax: bool = False
    tax_rounding: str = Field(default="document", max_length=10)
    reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    drafted_at: datetime
    issued_on: date | None = None
    issued_at: datetime | None = None
    due_on: date | None = None
    voided_on: date | None = None
    net_minor: int = Field(default=0, sa_type=BigInteger)
    tax_minor: int = Field(default=0, sa_type=BigInteger)
    total_minor: int = Field(default=0, sa_type=BigInteger)
    still_to_pay_minor: int = Field(default=0, sa_type=BigInteger)
    snapshot: str = ""
    """Names, addresses, tax ids and rates as they were at issue, as JSON."""

    duplicate_of_id: UUID | None = None
    version: int = 1


class InvoiceLine(OrgOwned, table=True):
    """One thing that an invoice charges for, with its share of the document's tax."""

    prefix: ClassVar[str] = "lin"
    seen_through = {"invoice_id": Invoice}
    __table_args__ = (
        inside_organization("invoice_id", "invoice"),
        inside_organization("tax_rate_id", "tax_rate"),
        CheckConstraint("discount_bp BETWEEN 0 AND 10000", name="discount_bp"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax_bp"),
        CheckConstraint("gross_minor = net_minor + tax_minor", name="gross"),
        UniqueConstraint("organization_id", "invoice_id", "position"),
    )

    invoice_id: UUID
    position: int
    description: str = Field(max_length=LONGEST_DESCRIPTION)
    quantity_milli: int = Field(sa_type=BigInteger)
    unit_price_minor: int = Field(sa_type=BigInteger)
    discount_bp: int = 0
    tax_rate_id: UUID | None = None
    tax_name: str = Field(default="", max_length=60)
    tax_bp: int = 0
    net_minor: int = Field(sa_type=BigInteger)
    tax_minor: int = Field(sa_type=BigInteger)
    gross_minor: int = Field(sa_type=BigInteger)


class PlanPart(OrgOwned, table=True):
    """One due part of an invoice that is paid in parts. Its state is derived."""

    prefix: ClassVar[str] = "pln"
    seen_through = {"invoice_id": Invoice}
    __table_args__ = (
        inside_organization("invoice_id", "invoice"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        UniqueConstraint("organization_id", "invoice_id", "position"),
        Index(None, "organization_id", "due_on", "id"),
    )

    invoice_id: UUID
    position: int
    due_on: date
    amount_minor: int = Field(sa_type=BigInteger)


class CreditNote(AppendOnly, OrgOwned, table=True):
    """The document that reduces what an invoice asks.

    Its total lowers what is still to pay first; the rest went to the customer's credit, was
    refunded, or was handed back outside.
    """

    prefix: ClassVar[str] = "crn"
    seen_through = {"invoice_id": Invoice}
    __table_args__ = (
        inside_organization("invoice_id", "invoice"),
        CheckConstraint(
            "reason_code IN ('error', 'cancelled_service', 'negotiated_discount', 'duplicate',"
            " 'write_off', 'goodwill')",
            name="reason_code",
        ),
        CheckConstraint("total_minor > 0 AND total_minor = net_minor + tax_minor", name="total"),
        CheckConstraint(
            "lowered_minor >= 0 AND to_credit_minor >= 0 AND refunded_minor >= 0"
            " AND outside_minor >= 0"
            " AND lowered_minor + to_credit_minor + refunded_minor + outside_minor = total_minor",
            name="whole",
        ),
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "invoice_id"),
    )

    invoice_id: UUID
    number: str = Field(max_length=40)
    reason_code: str = Field(max_length=20)
    reason: str = Field(default="", max_length=300)
    effective_on: date
    recorded_at: datetime
    currency: str = Field(max_length=3)
    net_minor: int = Field(sa_type=BigInteger)
    tax_minor: int = Field(sa_type=BigInteger)
    total_minor: int = Field(sa_type=BigInteger)
    lowered_minor: int = Field(sa_type=BigInteger)
    to_credit_minor: int = Field(sa_type=BigInteger)
    refunded_minor: int = Field(sa_type=BigInteger)
    outside_minor: int = Field(sa_type=BigInteger)
    snapshot: str = ""


class CreditNoteLine(AppendOnly, OrgOwned, table=True):
    """What a credit note takes off one line, as a share of that line's own net and tax."""

    prefix: ClassVar[str] = "cnl"
    seen_through = {"credit_note_id": CreditNote}
    __table_args__ = (
        inside_organization("credit_note_id", "credit_note"),
        inside_organization("invoice_line_id", "invoice_line"),
        CheckConstraint("gross_minor = net_minor + tax_minor", name="gross"),
        UniqueConstraint(
            "organization_id",
            "credit_note_id",
            "invoice_line_id",
            name="uq_credit_note_line_once",
        ),
        Index(None, "organization_id", "invoice_line_id"),
    )

    credit_note_id: UUID
    invoice_line_id: UUID
    net_minor: int = Field(sa_type=BigInteger)
    tax_minor: int = Field(sa_type=BigInteger)
    gross_minor: int = Field(sa_type=BigInteger)


class WriteOff(AppendOnly, OrgOwned, table=True):
    """What we gave up on an invoice. ``tax_minor`` is the part of it that was tax relief.

    A portal has to know the kind, for the status it shows; the words are for admins alone.
    """

    prefix: ClassVar[str] = "wof"
    seen_through = {"invoice_id": Invoice}
    __table_args__ = (
        inside_organization("invoice_id", "invoice"),
        CheckConstraint("kind IN ('bad_debt', 'small_balance')", name="kind"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("tax_minor BETWEEN 0 AND amount_minor", name="tax"),
        Index(None, "organization_id", "invoice_id"),
    )

    invoice_id: UUID
    kind: str = Field(max_length=20)
    amount_minor: int = Field(sa_type=BigInteger)
    tax_minor: int = Field(default=0, sa_type=BigInteger)
    reason: str = Field(default="", max_length=300)
    written_off_on: date
    recorded_at: datetime
