"""Money in, what it was applied to, and money back out."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import (
    AppendOnly,
    OrgOwned,
    found_by_its_beginning,
    inside_organization,
)
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import LONGEST_REFERENCE, Invoice


class UnidentifiedReceipt(AppendOnly, OrgOwned, table=True):
    """Money that came in, from whom nobody knows. No portal sees it.

    It never gets a party: what turns out to be somebody's becomes a payment of theirs. What
    is nobody's yet is the balance of account 2010 for this receipt, and kept nowhere.
    """

    prefix: ClassVar[str] = "unr"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "external_kind IN ('cash', 'cheque', 'bank_transfer', 'other')", name="external_kind"
        ),
    )

    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    external_kind: str = Field(max_length=20)
    reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    received_on: date
    recorded_at: datetime


class Payment(AppendOnly, OrgOwned, table=True):
    """Money that came in, from one customer or one partner.

    With a ``receipt_id`` it had come in before, and counts from the day it was identified; with
    an ``attempt_id`` it came through the gateway.
    """

    prefix: ClassVar[str] = "pay"
    seen_by = {Audience.CUSTOMER: "customer_id", Audience.PARTNER: "partner_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("partner_id", "partner"),
        inside_organization("receipt_id", "unidentified_receipt"),
        inside_organization("attempt_id", "payment_attempt"),
        CheckConstraint("(customer_id IS NULL) <> (partner_id IS NULL)", name="one_party"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("method IN ('external', 'gateway')", name="method"),
        CheckConstraint("(method = 'gateway') = (attempt_id IS NOT NULL)", name="gateway_attempt"),
        CheckConstraint(
            "external_kind IN ('cash', 'cheque', 'bank_transfer', 'other')", name="external_kind"
        ),
        UniqueConstraint("organization_id", "number"),
        UniqueConstraint("organization_id", "attempt_id"),
        Index(None, "organization_id", "customer_id", "received_on", "id"),
        Index(None, "organization_id", "partner_id", "received_on", "id"),
        Index(None, "organization_id", "received_on", "id"),
        Index(None, "organization_id", "amount_minor", "received_on", "id"),
        Index(None, "organization_id", "reference"),
        Index(None, "organization_id", "receipt_id"),
    )

    customer_id: UUID | None = None
    partner_id: UUID | None = None
    receipt_id: UUID | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    method: str = Field(default="external", max_length=20)
    external_kind: str | None = Field(default=None, max_length=20)
    reference: str = Field(default="", sa_type=found_by_its_beginning(LONGEST_REFERENCE))
    received_on: date
    recorded_at: datetime
    number: str | None = Field(default=None, max_length=40)
    attempt_id: UUID | None = None


class Allocation(AppendOnly, OrgOwned, table=True):
    """That a payment or a lot of credit was applied to a document.

    ``act_id`` is the act it was done in, the source of the ledger's entry. A row with
    ``reverses_id`` takes another one back, in part or whole.
    """

    prefix: ClassVar[str] = "alc"
    seen_through = {"invoice_id": Invoice, "credit_request_id": CreditRequest}
    __table_args__ = (
        inside_organization("payment_id", "payment"),
        inside_organization("lot_id", "credit_lot"),
        inside_organization("invoice_id", "invoice"),
        inside_organization("credit_request_id", "credit_request"),
        inside_organization("reverses_id", "allocation"),
        CheckConstraint("(payment_id IS NULL) <> (lot_id IS NULL)", name="one_source"),
        CheckConstraint("(invoice_id IS NULL) <> (credit_request_id IS NULL)", name="one_document"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        Index(None, "organization_id", "act_id"),
        Index(None, "organization_id", "payment_id"),
        Index(None, "organization_id", "lot_id"),
        Index(None, "organization_id", "invoice_id"),
        Index(None, "organization_id", "credit_request_id"),
        Index(None, "organization_id", "reverses_id"),
    )

    act_id: UUID
    payment_id: UUID | None = None
    lot_id: UUID | None = None
    invoice_id: UUID | None = None
    credit_request_id: UUID | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    made_on: date
    recorded_at: datetime
    reverses_id: UUID | None = None


class Refund(AppendOnly, OrgOwned, table=True):
    """Money handed back, and whether the customer still owes it.

    By the method ``gateway`` it went the way it came; its id is that of the attempt to do so.
    """

    prefix: ClassVar[str] = "ref"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("payment_id", "payment"),
        inside_organization("customer_id", "customer"),
        inside_organization("credit_note_id", "credit_note"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("choice IN ('still_owes', 'no_longer_owes', 'from_credit')", name="choice"),
        CheckConstraint("method IN ('outside', 'gateway')", name="method"),
        Index(None, "organization_id", "payment_id"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "credit_note_id"),
    )

    payment_id: UUID | None = None
    customer_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    choice: str = Field(max_length=20)
    credit_note_id: UUID | None = None
    method: str = Field(default="outside", max_length=20)
    reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    refunded_on: date
    recorded_at: datetime
    reason: str = Field(default="", max_length=300)
