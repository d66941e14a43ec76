"""Charges that nobody has to ask for: what is going to be taken, and from when on."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from billing_app.kernel.audience import Audience
from billing_app.models.base import OrgOwned, inside_organization


class PlannedCharge(OrgOwned, table=True):
    """That what is due of a document on a day is going to be charged to a saved way of paying.

    How much, and to which, is found out on that day. The attempt that then begins has the id of
    its plan: so a plan is charged once, however often somebody sets about it, and what came of
    it is the attempt, which is kept nowhere twice.
    """

    prefix: ClassVar[str] = "plc"
    seen_by = {Audience.CUSTOMER: "customer_id"}
    __table_args__ = (
        inside_organization("customer_id", "customer"),
        inside_organization("invoice_id", "invoice"),
        inside_organization("credit_request_id", "credit_request"),
        inside_organization("retry_of_id", "payment_attempt"),
        CheckConstraint("(invoice_id IS NULL) <> (credit_request_id IS NULL)", name="one_document"),
        UniqueConstraint("organization_id", "retry_of_id"),
        Index(None, "organization_id", "invoice_id"),
        Index(None, "organization_id", "credit_request_id"),
    )

    customer_id: UUID
    invoice_id: UUID | None = None
    credit_request_id: UUID | None = None
    charge_on: date
    retry_of_id: UUID | None = None
    """The attempt that failed, if this one tries again."""

    made_at: datetime
    """Since when it is planned for this day, or, trying again, the first try was for its own.

    What was announced before then was another charge.
    """

    called_off_at: datetime | None = None
