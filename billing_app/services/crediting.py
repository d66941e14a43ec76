"""Paying invoices from a customer's credit: by hand, at issue, and when credit arrives.

Credit only ever moves from one place of the books to another, so it is dated the day it is
applied, in the organization's zone, whatever day the invoice or the money bears.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, func, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotPayable
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.days import first_open_day, today
from billing_app.ledger.events import Event
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.services.allocating import use_credit
from billing_app.services.locking import lock_party_of
from billing_app.services.lots import Unused, currencies_of_credit, unused_credit
from billing_app.services.naming import named
from billing_app.services.organizing import settings_of
from billing_app.services.repeating import once, remember
from billing_app.services.telling import ACT, tell

_AT_ONCE = 50


class SettingOff(Conflict):
    """Credit is not used while its setting is off."""

    def __init__(self, setting: str) -> None:
        super().__init__(
            f"'{setting}' is off in 'General Accounting Settings', so credit is not used here."
            " Nothing was paid; turn it on first, or record a payment."
        )


class NoCredit(Conflict):
    """There is no credit that could pay this."""

    def __init__(self, name: str, currency: str, others: Sequence[str] = ()) -> None:
        elsewhere = f" Their credit in {' and '.join(others)} cannot pay it." if others else ""
        super().__init__(f"{name} has no unused credit in {currency}.{elsewhere} Nothing was paid.")


class NoCreditForPartners(Conflict):
    """Credit is kept for customers only."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is a partner's, and credit is kept for customers only. Nothing was paid."
        )


@admin_command(Permission.TAKE_PAYMENTS)
def pay_from_credit(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    amount: Money | None = None,
    command_key: str = "",
) -> str:
    """'Pay From Credit': pay this invoice, in full or in part, from credit that is there.

    Without an amount it is as much as there is credit for, up to what is still to pay. It
    goes with 'Automatically mark Invoices paid' and is refused while that is off.
    """
    first = once(work, command_key, "pay_from_credit", [invoice_id, amount])
    if first is not None:
        return first
    party = lock_party_of(work, invoice_id)
    invoice = work.find(Invoice, invoice_id, lock=True)
    if isinstance(party, Partner):
        raise NoCreditForPartners(named(invoice))
    if not settings_of(work).apply_credit_to_invoices:
        raise SettingOff("Automatically mark Invoices paid")
    _refuse_unpayable(invoice)
    unused = _some_credit(work, party, invoice.currency)
    share, on = unused.share_of(invoice, amount), today(work)
    _apply(work, invoice, unused, share, on=on, key=command_key)
    remember(work, command_key, invoice.shown_id)
    return invoice.shown_id


@command_step
def apply_credit_at_issue(work: Work[Clerk], invoice: Invoice) -> None:
    """Pay an invoice that is being issued from the customer's credit, if the setting is on.

    This comes before anybody is told of the invoice, so that the first letter asks for no
    more than is still to pay. The customer's row is locked by whoever issues.
    """
    assert invoice.customer_id is not None, "only a customer has credit"
    if not invoice.still_to_pay_minor or not settings_of(work).apply_credit_to_invoices:
        return
    unused = unused_credit(work, invoice.customer_id, invoice.currency)
    _apply_what_there_is(work, invoice, unused, on=today(work), at_issue=True)


@command_step
def apply_arrived_credit(work: Work[Clerk], customer: Customer) -> None:
    """Pay a customer's open invoices from credit that has just arrived, if the setting is on.

    The invoice due first comes first, then the one issued first, then the lower number; each
    in its own currency. The customer's row is locked by whoever brings the credit.
    """
    if not settings_of(work).apply_credit_to_invoices:
        return
    for currency in currencies_of_credit(work, customer.id):
        unused = unused_credit(work, customer.id, currency)
        while unused.shares and (invoices := _open_invoices(work, customer, currency)):
            for invoice in invoices:
                unused = _apply_what_there_is(work, invoice, unused, on=first_open_day(work))


def _open_invoices(work: Work[Clerk], customer: Customer, currency: str) -> Sequence[Invoice]:
    """The next invoices with something still to pay. A longer number is a later one."""
    return work.exec(
        select(Invoice)
        .where(
            Invoice.customer_id == customer.id,
            Invoice.currency == currency,
            Invoice.state == "issued",
            Invoice.still_to_pay_minor > 0,
        )
        .order_by(
            col(Invoice.due_on),
            col(Invoice.issued_on),
            func.length(Invoice.number),
            col(Invoice.number),
        )
        .limit(_AT_ONCE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _refuse_unpayable(invoice: Invoice) -> None:
    if invoice.state == "draft":
        raise NotPayable(f"{named(invoice)} is a draft; issue it first.")
    if invoice.state == "void":
        raise NotPayable(f"{named(invoice)} is void.")
    if not invoice.still_to_pay_minor:
        raise NotPayable(f"{named(invoice)} has nothing still to pay.")


def _some_credit(work: Work[Clerk], customer: Customer, currency: str) -> Unused:
    """The customer's unused credit; that there is none in this currency is a refusal."""
    unused = unused_credit(work, customer.id, currency)
    if unused.shares:
        return unused
    others = [
        other
        for other in currencies_of_credit(work, customer.id)
        if other != currency and unused_credit(work, customer.id, other).shares
    ]
    raise NoCredit(customer.name, currency, others)


def _apply_what_there_is(
    work: Work[Clerk], invoice: Invoice, unused: Unused, *, on: date, at_issue: bool = False
) -> Unused:
    """Use credit as far as it and the invoice reach; returns what is unused afterwards."""
    share = unused.share_of(invoice)
    return _apply(work, invoice, unused, share, on=on, at_issue=at_issue) if share else unused


def _apply(
    work: Work[Clerk],
    invoice: Invoice,
    unused: Unused,
    amount: Money,
    *,
    on: date,
    key: str = "",
    at_issue: bool = False,
) -> Unused:
    """Pay an amount from the oldest lots: one act, a transfer and an allocation for each."""
    assert invoice.customer_id is not None, "only a customer has credit"
    act_id = new_id()
    taken, left = unused.take(amount)
    lots = [(accounts.credit(invoice.customer_id, each.lot.id), each.amount) for each in taken]
    book.post(
        work,
        Event.CREDIT_APPLIED,
        act_id,
        recipes.credit_applied(accounts.receivable(invoice.customer_id, invoice.id), lots),
        on=on,
        key=key,
    )
    reach("credit.posted")
    use_credit(work, taken, invoice, act_id=act_id, on=on)
    reach("credit.allocated")
    # The letter that asks for the rest of a new invoice says by itself what was taken off.
    if not (at_issue and invoice.still_to_pay_minor):
        customer = work.get(Customer, invoice.customer_id)
        tell(work, "credit_applied", customer, invoice.shown_id, detail=show(ACT, act_id))
    return left
