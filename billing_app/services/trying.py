"""A document to try paying with, before anybody else has been asked for anything.

It is a Credit Request, which posts nothing, to a customer called Test payment. It stands in the
books like any other: an admin voids it, or keeps what was paid on it as a test.
"""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_command
from billing_app.access.pay_links import pay_token
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, sort_form
from billing_app.models.credit import CreditRequest
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.services.linking import renew_pay_link
from billing_app.services.requesting import stand

CUSTOMER = "Test payment"


@system_command
def ask_for_trial(work: Work[SystemActor], *, amount: str, currency: str = "", email: str) -> str:
    """Ask the customer Test payment for an amount as typed; returns the path of the pay link.

    The currency is the organization's own unless one is named. Letters about it go to ``email``.
    """
    home = work.get(Organization, work.actor.organization_id).currency
    asked = read_amount(amount, currency or home, "en").money
    customer = _customer(work, read_email(email))
    request = CreditRequest(
        customer_id=customer.id,
        currency=asked.currency,
        total_minor=asked.minor,
        description="A payment to try",
        drafted_at=clock.now(),
    )
    work.add(request)
    work.flush()
    stand(work, customer, request)
    return f"/pay/{pay_token(renew_pay_link(work, request))}"


def _customer(work: Work[SystemActor], email: str) -> Customer:
    """The customer of trials, made when there is none; the latest address counts."""
    wanted = select(Customer).where(Customer.name == CUSTOMER, col(Customer.archived_at).is_(None))
    found = work.exec(wanted.order_by(col(Customer.id)).limit(1)).one_or_none()
    if found is not None:
        customer = work.find(Customer, found.shown_id, lock=True)
        customer.email = email
        return customer
    customer = Customer(
        name=CUSTOMER,
        sort_name=sort_form(CUSTOMER),
        email=email,
        due_days=0,
        created_at=clock.now(),
        currency=work.get(Organization, work.actor.organization_id).currency,
    )
    work.add(customer)
    return customer
