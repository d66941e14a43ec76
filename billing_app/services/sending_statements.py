"""Sending a customer their statement."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.errors import Invalid
from billing_app.ledger.days import today
from billing_app.models.ledger import PeriodTotal
from billing_app.models.party import Customer
from billing_app.services.repeating import once, remember


@admin_command(Permission.SEE_LETTERS)
def send_statement(
    work: Work[AdminActor],
    customer_id: str,
    *,
    since: date,
    until: date,
    currency: str = "",
    command_key: str = "",
) -> str:
    """Send a customer the figures of some days, both included; returns the letter's id.

    Days that are still to come are not told of.
    """
    said = [customer_id, since, until, currency]
    if (done := once(work, command_key, "send_statement", said)) is not None:
        return done
    if type(since) is not date or type(until) is not date or until < since:
        raise Invalid("The last day lies before the first one. Nothing was sent.", field="until")
    now = today(work)
    if since > now:
        raise Invalid("These days are still to come. Nothing was sent.", field="since")
    customer = work.find(Customer, customer_id)
    chosen = _currency(work, customer, currency)
    letter = write_letter(
        work,
        "statement",
        to=customer.email,
        subject=customer.shown_id,
        detail=f"{since.isoformat()} {min(until, now).isoformat()} {chosen}",
    )
    remember(work, command_key, letter)
    return letter


def _currency(work: Work[Clerk], customer: Customer, said: str) -> str:
    """The currency of the statement: the customer's own, or one in which something moved."""
    chosen = read_currency(said or customer.currency)
    moved = select(PeriodTotal.currency).where(
        PeriodTotal.party_id == customer.id, PeriodTotal.currency == chosen
    )
    if chosen != customer.currency and work.exec(moved.limit(1)).first() is None:
        raise Invalid(
            "Nothing ever moved for this customer in that currency. Nothing was sent.",
            field="currency",
        )
    return chosen
