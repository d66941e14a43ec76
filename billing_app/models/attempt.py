"""Attempts to take money through a gateway: what each claims, and all that was heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    column,
)
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import AppendOnly, OrgOwned, inside_organization

STATES = (
    "created",
    "requires_action",
    "processing",
    "unknown",
    "succeeded",
    "failed",
    "canceled",
    "reversed",
)

HOLDING = ("created", "requires_action", "unknown")
"""While an attempt is in one of these, nobody else may try to pay the same document."""

DEALT_WITH = "dealt with"
"""What a message is about by which somebody says that what was put aside is dealt with."""

_STATES = ", ".join(f"'{state}'" for state in STATES)
_HOLDS = column("attempt_state").in_(HOLDING)


class PaymentAttempt(OrgOwned, table=True):
    """One attempt to take money through the gateway, kept before the gateway hears of it.

    Its id makes the gateway's idempotency keys, so that whatever is sent twice counts once. What
    it came to is a Payment; until then nothing is posted. A ``page`` is the gateway's own page,
    where the payer may try several cards; ``saved`` charges a way of paying that was saved;
    ``transfer`` takes money that was transferred to the gateway and waits there for us.
    """

    prefix: ClassVar[str] = "att"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("payment_method_id", "payment_method"),
        inside_organization("retry_of_id", "payment_attempt"),
        inside_organization("membership_id", "membership"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("how IN ('page', 'saved', 'transfer')", name="how"),
        CheckConstraint("method IN ('card', 'bank_transfer', 'direct_debit')", name="method"),
        CheckConstraint(
            "begun_by IN ('payer', 'contact', 'admin', 'organization')", name="begun_by"
        ),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(how = 'saved') = (payment_method_id IS NOT NULL)", name="saved_method"),
        # What claims point at, so that a claim can never say another state than its attempt.
        UniqueConstraint("organization_id", "id", "state"),
        UniqueConstraint("gateway_session"),
        UniqueConstraint("gateway_payment"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(None, "organization_id", "amount_minor", "id"),
        Index(None, "organization_id", "state"),
        Index(None, "state", "changed_at"),
        Index(None, "gateway_payer"),
    )

    customer_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    how: str = Field(max_length=10)
    method: str = Field(max_length=20)
    payment_method_id: UUID | None = None
    saves_method: bool = False
    """Whether the payer may let the gateway's page save their way of paying."""

    retry_of_id: UUID | None = None
    begun_by: str = Field(max_length=20)
    membership_id: UUID | None = None
    state: str = Field(default="created", max_length=20)
    gateway_session: str | None = Field(default=None, max_length=255)
    gateway_payment: str | None = Field(default=None, max_length=255)
    gateway_payer: str | None = Field(default=None, max_length=255)
    """Whose money it is there: the customer, or whoever the gateway made of one with a pay link."""

    submitted: int = 0
    """How often it was sent to the gateway, always under the same keys."""

    instrument: str = Field(default="", max_length=60)
    """What it was paid with, such as Visa and four digits, once that is known."""

    failure_code: str = Field(default="", max_length=60)
    failure: str = Field(default="", max_length=300)
    made_at: datetime
    changed_at: datetime
    ends_at: datetime | None = None
    """When the gateway's page closes by itself."""

    @property
    def partner_id(self) -> None:
        """Partners pay nothing through the gateway."""
        return None


class AttemptClaim(OrgOwned, table=True):
    """How much of one document an attempt is meant to pay.

    The state is the attempt's own, carried over by the database, so that it can itself refuse
    a second claim on a document while the first may still be paid.
    """

    prefix: ClassVar[str] = "acl"
    seen_through = {"attempt_id": PaymentAttempt}
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "attempt_id", "attempt_state"],
            ["payment_attempt.organization_id", "payment_attempt.id", "payment_attempt.state"],
            onupdate="CASCADE",
        ),
        inside_organization("invoice_id", "invoice"),
        inside_organization("credit_request_id", "credit_request"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("(invoice_id IS NULL) <> (credit_request_id IS NULL)", name="one_document"),
        Index(
            "ix_attempt_claim_holds_invoice",
            "organization_id",
            "invoice_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
        Index(
            "ix_attempt_claim_holds_request",
            "organization_id",
            "credit_request_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
        Index(None, "organization_id", "invoice_id"),
        Index(None, "organization_id", "credit_request_id"),
        Index(None, "organization_id", "attempt_id", "attempt_state"),
    )

    attempt_id: UUID
    attempt_state: str = Field(default="created", max_length=20)
    position: int
    invoice_id: UUID | None = None
    credit_request_id: UUID | None = None
    amount_minor: int = Field(sa_type=BigInteger)


class AttemptMessage(AppendOnly, OrgOwned, table=True):
    """One thing that was heard of an attempt, from wherever, and what was made of it."""

    prefix: ClassVar[str] = "atm"
    subject: ClassVar[tuple[str, ...]] = ("attempt_id",)
    thing: ClassVar[tuple[str, ...]] = subject
    """What a message is of: that the newest of it does not fit counts for all before it."""

    words: ClassVar[frozenset[str]] = frozenset({"about", "said", "why"})
    __table_args__ = (
        inside_organization("attempt_id", "payment_attempt"),
        CheckConstraint(
            "source IN ('submission', 'return', 'webhook', 'reconciler')", name="source"
        ),
        CheckConstraint(
            "verdict IN ('applied', 'known', 'late', 'noted', 'quarantined')", name="verdict"
        ),
        Index(None, "organization_id", "attempt_id", "id"),
        Index(None, "organization_id", "verdict", "id"),
    )

    attempt_id: UUID
    source: str = Field(max_length=20)
    about: str = Field(default="", max_length=120)
    """The gateway's own name for it: an event's id, or what was asked."""

    said: str = Field(default="", max_length=40)
    verdict: str = Field(max_length=20)
    why: str = Field(default="", max_length=300)
    recorded_at: datetime


def are_alike(names: Sequence[str], this: Any, that: Any) -> list[Any]:
    """The conditions that two messages have the same under these names, a table and a row too."""
    first, *others = names
    same = [getattr(this, name).is_not_distinct_from(getattr(that, name)) for name in others]
    return [getattr(this, first) == getattr(that, first), *same]


def says_the_same(last: object, message: object) -> bool:
    """Whether two messages differ in nothing but their moment."""
    told = ("source", "about", "said", "verdict", "why")
    return all(getattr(last, name) == getattr(message, name) for name in told)
