"""Giving up on what is owed: bad debts, and rests too small to ask for.

A credit note says "you do not owe it". A bad debt says "you owe it, and we gave up": the
sale stands, and the loss is ours.
"""

from __future__ import annotations

from datetime import date

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money, half_up
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero, shown
from billing_app.ledger import book, recipes
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.ledger.transfers import Transfers
from billing_app.models.invoice import Invoice, WriteOff
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.organization import Organization
from billing_app.services.locking import lock_party_of
from billing_app.services.naming import named
from billing_app.services.organizing import settings_of
from billing_app.services.owing import owed_on
from billing_app.services.reducing import noted_before, written_off_before
from billing_app.services.repeating import keep_new, once


class NothingOwed(Conflict):
    """There is nothing on the invoice to give up."""

    def __init__(self, invoice: Invoice) -> None:
        why = {"draft": "is a draft", "void": "is void"}.get(
            invoice.state, "has nothing still to pay"
        )
        super().__init__(f"{named(invoice)} {why}. Nothing was written off.")


class NotSmall(Conflict):
    """The rest is above what the organization lets go."""

    def __init__(self, rest: Money, limit: Money) -> None:
        allowed = f"up to {shown(limit)} is let go" if limit else "none is let go"
        if rest.currency != limit.currency:
            allowed = f"only what is in {limit.currency} is let go"
        super().__init__(
            f"{shown(rest)} is still to pay, and as a small balance {allowed} by"
            " 'General Accounting Settings'. Nothing was written off."
        )


@admin_command(Permission.GIVE_CREDIT)
def write_off_bad_debt(
    work: Work[AdminActor],
    write_off_id: str,
    *,
    invoice_id: str,
    reason: str,
    amount: Money | None = None,
    tax_relief: bool = False,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Give up on all that is still to pay, or on part of it. The customer is not told.

    With ``tax_relief``, where the law gives it, the tax in the amount is taken back.
    """
    said = [write_off_id, invoice_id, reason, amount, tax_relief, on]
    first = once(work, command_key, "write_off_bad_debt", said, makes=write_off_id)
    if first is not None:
        return first
    invoice = _locked(work, invoice_id)
    given_up = _given_up(invoice, amount)
    tax = _relief(work, invoice, given_up) if tax_relief else Money.zero(invoice.currency)
    loss = _write_off(work, invoice, write_off_id, "bad_debt", given_up, tax, reason, on)
    transfers = recipes.bad_debt(owed_on(invoice), net=given_up - tax, tax=tax)
    _post(work, loss, Event.BAD_DEBT, transfers, command_key)
    return write_off_id


@admin_command(Permission.GIVE_CREDIT)
def write_off_small_balance(
    work: Work[AdminActor],
    write_off_id: str,
    *,
    invoice_id: str,
    reason: str = "Small balance",
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Let go of the whole rest, if it is no more than the settings allow. It shows as Paid.

    The limit is set in the organization's own currency, and no rate is ever guessed. So in
    any other currency nothing is small.
    """
    said = [write_off_id, invoice_id, reason, on]
    first = once(work, command_key, "write_off_small_balance", said, makes=write_off_id)
    if first is not None:
        return first
    invoice = _locked(work, invoice_id)
    rest = _still_to_pay(invoice)
    own = work.get(Organization, work.actor.organization_id)
    limit = Money(settings_of(work).small_balance_minor, own.currency)
    if rest.currency != limit.currency or rest > limit:
        raise NotSmall(rest, limit)
    no_tax = Money.zero(invoice.currency)
    loss = _write_off(work, invoice, write_off_id, "small_balance", rest, no_tax, reason, on)
    transfers = recipes.small_balance(owed_on(invoice), rest)
    _post(work, loss, Event.SMALL_BALANCE, transfers, command_key)
    return write_off_id


def _locked(work: Work[Clerk], invoice_id: str) -> Invoice:
    lock_party_of(work, invoice_id)
    return work.find(Invoice, invoice_id, lock=True)


def _still_to_pay(invoice: Invoice) -> Money:
    if invoice.state != "issued" or not invoice.still_to_pay_minor:
        raise NothingOwed(invoice)
    return Money(invoice.still_to_pay_minor, invoice.currency)


def _given_up(invoice: Invoice, amount: Money | None) -> Money:
    """All that is still to pay, or the amount said, if it is no more than that."""
    still = _still_to_pay(invoice)
    if amount is None:
        return still
    if above_zero(amount).currency != invoice.currency:
        raise WrongCurrency(named(invoice), invoice.currency)
    if amount > still:
        raise TooMuch(f"is still to pay on {named(invoice)}", still)
    return amount


def _relief(work: Work[Clerk], invoice: Invoice, given_up: Money) -> Money:
    """The tax in what is given up, so that several losses never take back more than there was.

    Its share is that of the invoice as its credit notes left it, which may be nothing. When a
    payment that a note handed back never came in, more is owed than was left.
    """
    noted, before = noted_before(work, invoice), written_off_before(work, invoice)
    tax, total = invoice.tax_minor - noted.tax, invoice.total_minor - noted.total
    if not total:
        return Money.zero(invoice.currency)
    share = half_up(tax * (before.relieved + given_up.minor), total) - before.tax
    most = min(tax - before.tax, given_up.minor)
    return Money(max(min(share, most), 0), invoice.currency)


def _write_off(
    work: Work[Clerk],
    invoice: Invoice,
    write_off_id: str,
    kind: str,
    amount: Money,
    tax: Money,
    reason: str,
    on: date | None,
) -> WriteOff:
    return WriteOff(
        id=WriteOff.read_id(write_off_id),
        invoice_id=invoice.id,
        kind=kind,
        amount_minor=amount.minor,
        tax_minor=tax.minor,
        reason=read_line(reason, longest=LONGEST_REASON, what="reason", field="reason"),
        written_off_on=day_of_act(work, on, since=invoice.issued_on),
        recorded_at=clock.now(),
    )


def _post(work: Work[Clerk], loss: WriteOff, event: Event, transfers: Transfers, key: str) -> None:
    keep_new(work, loss)
    reach("write_off.written")
    book.post(
        work,
        event,
        loss.id,
        transfers,
        on=loss.written_off_on,
        reason=loss.reason,
        key=key,
    )
    reach("write_off.posted")
