"""What is on record about a customer, for the form that changes it, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access import changes
from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.audit import AuditEntry
from billing_app.models.base import points_at
from billing_app.models.books import AccountingSettings
from billing_app.models.contact import Contact
from billing_app.models.party import Customer
from billing_app.models.people import Identity, Membership
from billing_app.reads.locales import setting
from billing_app.reads.names import known_as
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from billing_app.reads.times import on_day

# Of the latest changes to somebody's record, so many are looked into for the one asked for.
_LOOKED_INTO = 50
_CHANGES = ("change_customer", "agree_to_charges")


@dataclass(frozen=True)
class CustomerDetails:
    """A customer's record in the words of its form. ``edition`` is what a change is about."""

    id: str
    name: str
    email: str
    due_days: str
    legal_name: str
    address: str
    tax_id: str
    currency: str
    locale: str
    autopay: bool
    prefers_transfer: bool
    edition: str


@dataclass(frozen=True)
class Ways:
    """What a customer saved, and whether they wish to be charged by themselves.

    ``told_by`` and ``told_on`` say who said so last, and when, if anybody ever did.
    """

    methods: list[SavedMethodView]
    autopay: bool
    prefers_transfer: bool
    told_by: str
    told_on: str
    charges_invoices: bool
    charges_requests: bool


@admin_read()
def details(work: Work[AdminActor], customer_id: str) -> CustomerDetails:
    """The record of a customer."""
    found = work.find(Customer, customer_id)
    return CustomerDetails(
        id=found.shown_id,
        name=found.name,
        email=found.email,
        due_days=str(found.due_days),
        legal_name=found.legal_name,
        address=found.address,
        tax_id=found.tax_id,
        currency=found.currency,
        locale=found.locale,
        autopay=found.autopay,
        prefers_transfer=found.prefers_transfer,
        edition=found.edition,
    )


@admin_read()
def ways(work: Work[AdminActor], customer_id: str) -> Ways:
    """How a customer can be charged, and what was agreed about it."""
    found = work.find(Customer, customer_id)
    charges = work.exec(select(AccountingSettings)).one()
    told_by, told_on = _told(work, found)
    return Ways(
        methods=list(saved_methods(work, customer_id)),
        autopay=found.autopay,
        prefers_transfer=found.prefers_transfer,
        told_by=told_by,
        told_on=told_on,
        charges_invoices=charges.charge_invoices,
        charges_requests=charges.charge_requests,
    )


def _told(work: Work[AdminActor], customer: Customer) -> tuple[str, str]:
    """Who said last whether the customer is charged by themselves, and on which day."""
    rows = work.exec(
        select(AuditEntry, known_as())
        .join(Membership, points_at(AuditEntry, "membership_id", Membership))
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(AuditEntry.subject == customer.shown_id, col(AuditEntry.verb).in_(_CHANGES))
        .order_by(col(AuditEntry.id).desc())
        .limit(_LOOKED_INTO)
    )
    for entry, who in rows:
        if any(name == "autopay" for name, *_ in changes.read(entry.changes)):
            return who, on_day(entry.recorded_at, setting(work).zone)
    return "", ""
