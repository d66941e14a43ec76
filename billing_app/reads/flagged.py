"""What is to be known of customers before more is sold to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.base import points_at
from billing_app.models.invoice import Invoice, WriteOff
from billing_app.reads.disputes import disputing_customers
from billing_app.reads.statuses import Flag


@admin_read()
def customer_flags(work: Work[AdminActor], customers: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The flags of each customer: a bad debt stays theirs, whatever its invoice shows.

    One that was taken back flags nobody, and no more does a dispute that was won.
    """
    lost = set(work.exec(_LOST, params={"ids": customers}))
    disputing = disputing_customers(work, customers)
    return {
        customer: [
            flag
            for flag, bearers in ((Flag.BAD_DEBT, lost), (Flag.DISPUTED, disputing))
            if customer in bearers
        ]
        for customer in customers
    }


_LOST: Any = (
    select(Invoice.customer_id)
    .join(WriteOff, points_at(WriteOff, "invoice_id", Invoice))
    .where(
        one_of(Invoice.customer_id),
        WriteOff.kind == "bad_debt",
        stands(WriteOff, Event.WRITE_OFF_REVERSED),
    )
    .distinct()
)
