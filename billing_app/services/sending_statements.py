"""Sending a customer their statement."""

from __future__ import annotations

from datetime import date

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.errors import Invalid
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
    """Send a customer the figures of some days, both included; returns the letter's id."""
    said = [customer_id, since, until, currency]
    if (done := once(work, command_key, "send_statement", said)) is not None:
        return done
    if type(since) is not date or type(until) is not date or until < since:
        raise Invalid("The last day lies before the first one. Nothing was sent.", field="until")
    customer = work.find(Customer, customer_id)
    chosen = read_currency(currency or customer.currency)
    letter = write_letter(
        work,
        "statement",
        to=customer.email,
        subject=customer.shown_id,
        detail=f"{since.isoformat()} {until.isoformat()} {chosen}",
    )
    remember(work, command_key, letter)
    return letter
