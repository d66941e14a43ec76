"""What payers' banks dispute. Only admins are told; a portal sees no dispute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.models.base import points_at
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Allocation, Payment

TELLING = ("open", "lost")
"""The states in which the money of a payment is held, or gone."""


@member_read
def disputed_invoices(work: Work[Member], ids: Sequence[UUID]) -> set[UUID]:
    """Those of the invoices that were paid by money which is disputed now."""
    return set(work.exec(_DISPUTED_INVOICES, params={"ids": ids}))


@admin_read()
def disputing_customers(work: Work[AdminActor], customers: Sequence[UUID]) -> set[UUID]:
    """Those of the customers whose bank disputes a payment, or won such a dispute."""
    return set(work.exec(_DISPUTING, params={"ids": customers}))


_DISPUTING: Any = (
    select(Payment.customer_id)
    .join(Dispute, points_at(Dispute, "payment_id", Payment))
    .where(one_of(Payment.customer_id), col(Dispute.state).in_(TELLING))
)
_DISPUTED_INVOICES: Any = (
    select(Allocation.invoice_id)
    .join(Dispute, col(Dispute.payment_id) == Allocation.payment_id)
    .where(
        one_of(Allocation.invoice_id),
        col(Dispute.organization_id) == Allocation.organization_id,
        Dispute.state == "open",
    )
)
