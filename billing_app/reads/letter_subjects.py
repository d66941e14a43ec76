"""Which letters are about a document, or went to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.base import OrgOwned
from billing_app.models.contact import Contact
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.outbox import Letter
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.models.people import Identity, Membership


@admin_read(Permission.SEE_LETTERS)
def concerning(work: Work[AdminActor], about: str) -> ColumnElement[bool]:
    """The condition on letters that this document or somebody's id stands for."""
    for kind, column in ((Invoice, "invoice_id"), (CreditRequest, "credit_request_id")):
        if kind.is_named_by(about):
            document = work.find(kind, about)
            return col(Letter.subject).in_([about, *_around(work, column, document.id)])
    if Contact.is_named_by(about):
        return col(Letter.recipient) == work.find(Contact, about).email
    if Membership.is_named_by(about):
        person = select(Identity.email).where(
            Identity.id == work.find(Membership, about).identity_id
        )
        return col(Letter.recipient) == work.exec(person).one()
    return _to_party(work, about)


def _to_party(work: Work[AdminActor], about: str) -> ColumnElement[bool]:
    party: Customer | Partner
    if Partner.is_named_by(about):
        party, column = work.find(Partner, about), Contact.partner_id
    else:
        party, column = work.find(Customer, about), Contact.customer_id
    people = work.exec(select(Contact.email).where(col(column) == party.id)).all()
    return or_(
        col(Letter.recipient).in_([party.email, *people]), col(Letter.subject) == party.shown_id
    )


def _around(work: Work[AdminActor], column: str, document_id: UUID) -> list[str]:
    """The payments, credit notes and refunds of a document."""
    paid = select(Allocation.payment_id).where(
        col(getattr(Allocation, column)) == document_id, col(Allocation.payment_id).is_not(None)
    )
    payments = {each for each in work.exec(paid) if each}
    notes = (
        set(work.exec(select(CreditNote.id).where(CreditNote.invoice_id == document_id)))
        if column == "invoice_id"
        else set()
    )
    back = select(Refund.id).where(
        or_(col(Refund.payment_id).in_(payments), col(Refund.credit_note_id).in_(notes))
    )
    kinds: tuple[tuple[type[OrgOwned], Iterable[Any]], ...] = (
        (Payment, payments),
        (CreditNote, notes),
        (Refund, work.exec(back).all()),
    )
    return [show(kind.prefix, each) for kind, ids in kinds for each in ids]
