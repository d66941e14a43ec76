"""Adding and archiving the parties an organization settles with."""

from __future__ import annotations

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, read_name, read_whole_number, sort_form
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.models.party import LONGEST_DUE_DAYS, Customer, Partner

PARTNER_KINDS = ("school", "agent", "supplier")


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
    )
    return _keep_once(work, customer, ("name", "email", "due_days"))


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
    """Put a customer away. Their history stays; nothing new can be billed to them."""
    return _archive(work.find(Customer, customer_id, lock=True))


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


def _keep_once(work: Work[AdminActor], party: Customer | Partner, said: tuple[str, ...]) -> str:
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
