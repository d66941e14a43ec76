"""What a customer's contact sees."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import tell_many
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.reads.times import on_day


@dataclass(frozen=True)
class Account:
    """The customer, as their own portal shows it."""

    id: str
    name: str
    email: str
    biller: str
    terms: str
    since: str
    autopay: bool


@customer_read
def account(work: Work[CustomerActor]) -> Account:
    """The customer's own record with the business that bills them."""
    customer = work.exec(select(Customer)).one()
    biller = work.exec(select(Organization)).one()
    return Account(
        id=customer.shown_id,
        name=customer.name,
        email=customer.email,
        biller=biller.name,
        terms=tell_many(
            "%(count)d day after an invoice is issued",
            "%(count)d days after an invoice is issued",
            customer.due_days,
        ),
        since=on_day(customer.created_at, biller.time_zone),
        autopay=customer.autopay,
    )
