"""Locks, taken in one order by everybody: the party, then its document, then the series."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import show
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Payment


@command_step
def lock_party_of(work: Work[Clerk], invoice_id: str) -> Customer | Partner:
    """Whom an invoice is for, locked. The invoice itself is not loaded yet."""
    known = work.exec(_PARTIES, params={"id": Invoice.read_id(invoice_id)}).one_or_none()
    if known is None:
        raise NotFound
    return _lock(work, *known)


@command_step
def lock_payer_of(work: Work[Clerk], payment: Payment) -> Customer | Partner:
    """Whom a payment is from, locked."""
    return _lock(work, payment.customer_id, payment.partner_id)


def _lock(
    work: Work[Clerk], customer_id: UUID | None, partner_id: UUID | None
) -> Customer | Partner:
    if customer_id is not None:
        return work.find(Customer, show(Customer.prefix, customer_id), lock=True)
    assert partner_id is not None, "everything is a customer's or a partner's"
    return work.find(Partner, show(Partner.prefix, partner_id), lock=True)


_PARTIES = select(Invoice.customer_id, Invoice.partner_id).where(is_it(Invoice.id))
