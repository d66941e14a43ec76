"""Adding and archiving the parties an organization settles with."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import (
    LONGEST_NAME,
    read_email,
    read_line,
    read_name,
    read_paragraphs,
    read_whole_number,
    sort_form,
)
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.numerals import known_locale
from billing_app.models.books import LONGEST_ADDRESS, LONGEST_TAX_ID, OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.models.party import LONGEST_DUE_DAYS, Customer, Partner
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.calling_off import call_off
from billing_app.services.resending import follow_to_new_address
from billing_app.services.warning import tell_both_addresses

PARTNER_KINDS = ("school", "agent", "supplier")


class ChangedMeanwhile(Conflict):
    """The record is not the one that the form was filled in over."""

    sentence = (
        "Somebody changed this record while you were writing. Nothing of yours was saved; open"
        " the form again to see what is there now."
    )


@admin_command(Permission.KEEP_CUSTOMERS)
def add_customer(
    work: Work[AdminActor], customer_id: str, *, name: str, email: str, due_days: str
) -> str:
    """Add a party we bill.

    The id is drawn when the form opens. Sending the form again therefore finds the same
    customer instead of making a second one; sending other words under it is refused.
    """
    customer = Customer(
        id=Customer.read_id(customer_id),
        name=read_name(name),
        sort_name=sort_form(read_name(name)),
        email=read_email(email),
        due_days=read_whole_number(due_days, lowest=0, highest=LONGEST_DUE_DAYS, field="due_days"),
        created_at=clock.now(),
        currency=_home_currency(work),
        locale=work.exec(select(OrganizationProfile.locale)).one(),
    )
    return _keep_once(work, customer, ("name", "email", "due_days"))


@admin_command(Permission.KEEP_CUSTOMERS)
def change_customer(
    work: Work[AdminActor],
    customer_id: str,
    *,
    name: str,
    email: str,
    due_days: str,
    legal_name: str,
    address: str,
    tax_id: str,
    currency: str,
    locale: str,
    autopay: bool,
    prefers_transfer: bool = False,
    edition: str = "",
) -> str:
    """Change what is on record about a customer, for what is drafted and issued from now on.

    The currency is only what new documents begin with; those there are keep theirs. Without
    ``autopay``, or with ``prefers_transfer``, the charges that were planned are called off.
    ``edition`` is that of the record which was shown: what somebody else wrote is not undone.
    """
    customer = work.find(Customer, customer_id, lock=True)
    found = customer.edition
    customer.name = read_name(name)
    customer.sort_name = sort_form(customer.name)
    before, customer.email = customer.email, read_email(email)
    if before != customer.email:
        follow_to_new_address(work, customer, before)
        tell_both_addresses(work, customer, before)
    customer.due_days = read_whole_number(
        due_days, lowest=0, highest=LONGEST_DUE_DAYS, field="due_days"
    )
    customer.legal_name = read_line(
        legal_name, longest=LONGEST_NAME, what="legal name", field="legal_name", required=False
    )
    customer.address = read_paragraphs(
        address, longest=LONGEST_ADDRESS, what="address", field="address"
    )
    customer.tax_id = read_line(
        tax_id, longest=LONGEST_TAX_ID, what="tax id", field="tax_id", required=False
    )
    customer.currency = read_currency(currency)
    customer.locale = known_locale(locale)
    customer.autopay, customer.prefers_transfer = autopay, prefers_transfer
    # The same form sent twice changes nothing the second time, and undoes nobody's work.
    if edition and found not in (edition, customer.edition):
        raise ChangedMeanwhile
    if prefers_transfer or not autopay:
        call_off(work, col(PlannedCharge.customer_id) == customer.id)
    return customer.shown_id


@admin_command(Permission.KEEP_PARTNERS)
def add_partner(
    work: Work[AdminActor], partner_id: str, *, name: str, email: str, kind: str
) -> str:
    """Add a party we settle with; repeating it is harmless, as with a customer."""
    if kind not in PARTNER_KINDS:
        raise Invalid("Choose a school, an agent or a supplier.", field="kind")
    partner = Partner(
        id=Partner.read_id(partner_id),
        name=read_name(name),
        sort_name=sort_form(read_name(name)),
        email=read_email(email),
        kind=kind,
        created_at=clock.now(),
    )
    return _keep_once(work, partner, ("name", "email", "kind"))


@admin_command(Permission.KEEP_CUSTOMERS)
def archive_customer(work: Work[AdminActor], customer_id: str) -> str:
    """Put a customer away. Their history stays; nothing new can be billed to them.

    What was planned to be charged by itself is called off; what they owe, they owe.
    """
    customer = work.find(Customer, customer_id, lock=True)
    call_off(work, col(PlannedCharge.customer_id) == customer.id)
    return _archive(customer)


@admin_command(Permission.KEEP_PARTNERS)
def archive_partner(work: Work[AdminActor], partner_id: str) -> str:
    """Put a partner away. Their history stays."""
    return _archive(work.find(Partner, partner_id, lock=True))


@admin_command(Permission.KEEP_CUSTOMERS)
def restore_customer(work: Work[AdminActor], customer_id: str) -> str:
    """Bring an archived customer back."""
    return _restore(work.find(Customer, customer_id, lock=True))


@admin_command(Permission.KEEP_PARTNERS)
def restore_partner(work: Work[AdminActor], partner_id: str) -> str:
    """Bring an archived partner back."""
    return _restore(work.find(Partner, partner_id, lock=True))


def _home_currency(work: Work[Clerk]) -> str:
    return work.exec(select(Organization.currency)).one()


def _keep_once(work: Work[Clerk], party: Customer | Partner, said: tuple[str, ...]) -> str:
    if not work.add_unless_there(party):
        kept = work.find(type(party), party.shown_id)
        if any(getattr(kept, word) != getattr(party, word) for word in said):
            raise Conflict("This form was already sent with other words. Open it again.")
    return party.shown_id


def _archive(party: Customer | Partner) -> str:
    party.archived_at = party.archived_at or clock.now()
    return party.shown_id


def _restore(party: Customer | Partner) -> str:
    party.archived_at = None
    return party.shown_id
