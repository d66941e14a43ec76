"""What we know of the gateway: its customers, what they saved there, and the news it sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, column
from sqlmodel import Field

from billing_app.kernel.audience import Audience
from billing_app.models.base import Installed, OrgOwned, inside_organization

_IS_DEFAULT: ColumnElement[bool] = column("is_default")


class GatewayCustomer(OrgOwned, table=True):
    """A customer as the gateway knows them: made there once, when they first pay through it."""

    prefix: ClassVar[str] = "gcu"
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        UniqueConstraint("organization_id", "customer_id"),
        UniqueConstraint("reference"),
    )

    customer_id: UUID
    reference: str = Field(max_length=255)
    made_at: datetime


class PaymentMethod(OrgOwned, table=True):
    """A way of paying that a customer let the gateway keep: a reference, and nothing secret."""

    prefix: ClassVar[str] = "pmt"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        CheckConstraint("kind IN ('card', 'direct_debit')", name="kind"),
        UniqueConstraint("reference"),
        Index(None, "organization_id", "customer_id", "id"),
        Index(
            "ix_payment_method_default",
            "organization_id",
            "customer_id",
            unique=True,
            sqlite_where=_IS_DEFAULT,
            postgresql_where=_IS_DEFAULT,
        ),
    )

    customer_id: UUID
    reference: str = Field(max_length=255)
    kind: str = Field(max_length=20)
    words: str = Field(max_length=60)
    """What people call it, such as Visa and four digits."""

    expires_on: date | None = None
    """The last day on which it can be charged: a card's own, or an account's until it was told
    that its bank lets us debit it no more."""

    is_default: bool = False
    saved_at: datetime
    detached_at: datetime | None = None


class GatewayEvent(Installed, table=True):
    """News that the gateway sent, verified and kept once. What it means is asked for afresh.

    It belongs to no organization until it is known about whom it is; news about nobody we know
    is kept all the same.
    """

    prefix: ClassVar[str] = "gev"
    __table_args__ = (UniqueConstraint("reference"), Index(None, "organization_id", "received_at"))

    reference: str = Field(max_length=255)
    kind: str = Field(max_length=80)
    about: str = Field(max_length=255)
    """The gateway's name of what changed."""

    payment: str = Field(default="", max_length=255)
    """The gateway's name of the payment that it belongs to, where it belongs to one."""

    payer: str | None = Field(default=None, max_length=255)
    """The gateway's name of the customer it is about, where it is about one's money."""

    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    live: bool = False
    happened_at: datetime
    received_at: datetime
