"""Locks, taken in one order by everybody: the party, then its document, then the series."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import show
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner


@command_step
def lock_party_of(work: Work[AdminActor], invoice_id: str) -> Customer | Partner:
    """Whom an invoice is for, locked. The invoice itself is not loaded yet."""
    known = work.exec(
        select(Invoice.customer_id, Invoice.partner_id).where(
            Invoice.id == Invoice.read_id(invoice_id)
        )
    ).one_or_none()
    if known is None:
        raise NotFound
    customer_id, partner_id = known
    if customer_id is not None:
        return work.find(Customer, show(Customer.prefix, customer_id), lock=True)
    assert partner_id is not None, "an invoice is for a customer or a partner"
    return work.find(Partner, show(Partner.prefix, partner_id), lock=True)
