"""Calling off charges that were planned and have not begun."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.claiming import Document
from billing_app.services.locking import lock_party_of


class NothingPlanned(Conflict):
    """There is no charge to call off."""

    sentence = (
        "No charge is planned for this document, or it has begun already. Nothing was changed."
    )


@admin_command(Permission.TAKE_PAYMENTS)
def call_off_charge(work: Work[AdminActor], document_id: str) -> str:
    """Call off what is planned to be charged for a document. Doing it twice is fine.

    The document goes on asking for its money, and can be paid in any other way.
    """
    document = lock_document(work, document_id)
    is_invoice = isinstance(document, Invoice)
    column = PlannedCharge.invoice_id if is_invoice else PlannedCharge.credit_request_id
    if not call_off(work, col(column) == document.id):
        raise NothingPlanned
    return document.shown_id


@command_step
def call_off(work: Work[Clerk], which: ColumnElement[bool]) -> bool:
    """Call off those of these charges that have not begun; whether there are any."""
    begun = select(PaymentAttempt.id).where(PaymentAttempt.id == PlannedCharge.id).exists()
    ahead = work.exec(select(PlannedCharge.id).where(which, ~begun)).all()
    for plan in work.lock(PlannedCharge, ahead):
        plan.called_off_at = plan.called_off_at or clock.now()
    return bool(ahead)


@command_step
def lock_document(work: Work[Clerk], document_id: str) -> Document:
    """A document, locked; its customer first, as everywhere."""
    if CreditRequest.is_named_by(document_id):
        request = work.find(CreditRequest, document_id)
        work.find(Customer, show(Customer.prefix, request.customer_id), lock=True)
        return work.find(CreditRequest, document_id, lock=True)
    lock_party_of(work, document_id)
    return work.find(Invoice, document_id, lock=True)
