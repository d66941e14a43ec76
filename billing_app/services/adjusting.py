"""A customer's credit raised or lowered by hand, with the reason. No money moves.

Money that did come in is a payment, and its excess becomes credit by itself; this is for
goodwill, and for what was wrong.
"""

from __future__ import annotations

from datetime import date

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, above_zero
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.days import day_of_act, today
from billing_app.ledger.events import Event
from billing_app.ledger.transfers import Transfers
from billing_app.models.credit import Adjustment, CreditLot
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.lots import unused_credit
from billing_app.services.repeating import keep_new, once


@admin_command(Permission.GIVE_CREDIT)
def raise_credit(
    work: Work[AdminActor],
    adjustment_id: str,
    *,
    customer_id: str,
    amount: Money,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Give a customer credit. It pays open invoices at once where the setting says so.

    The id is drawn when the form opens, so sending the form again is harmless.
    """
    said = [adjustment_id, customer_id, amount, reason, on]
    first = once(work, command_key, "raise_credit", said, makes=adjustment_id)
    if first is not None:
        return first
    customer = work.find(Customer, customer_id, lock=True)
    day = day_of_act(work, on)
    given = _adjustment(adjustment_id, customer, "up", amount, reason, day)
    lot = CreditLot(
        customer_id=customer.id,
        currency=given.currency,
        amount_minor=given.amount_minor,
        origin="adjustment",
        made_on=given.adjusted_on,
        recorded_at=given.recorded_at,
        reason=given.reason,
    )
    work.add(lot)
    given.lot_id = lot.id
    into = accounts.credit(customer.id, lot.id)
    _keep(work, given, recipes.credit_granted(into, amount), command_key)
    apply_arrived_credit(work, customer)
    return given.shown_id


@admin_command(Permission.GIVE_CREDIT)
def lower_credit(
    work: Work[AdminActor],
    adjustment_id: str,
    *,
    customer_id: str,
    amount: Money,
    reason: str,
    command_key: str = "",
) -> str:
    """Take unused credit away again, the oldest first: a 'Balance Correction'.

    It never takes more than is unused, and counts today: what was there on earlier days
    stays as it was.
    """
    said = [adjustment_id, customer_id, amount, reason]
    first = once(work, command_key, "lower_credit", said, makes=adjustment_id)
    if first is not None:
        return first
    customer = work.find(Customer, customer_id, lock=True)
    taken_off = _adjustment(adjustment_id, customer, "down", amount, reason, today(work))
    unused = unused_credit(work, customer.id, amount.currency)
    if amount > unused.total:
        raise TooMuch("is there as unused credit", unused.total)
    taken, _ = unused.take(amount)
    out_of = [(accounts.credit(customer.id, each.lot.id), each.amount) for each in taken]
    _keep(work, taken_off, recipes.credit_taken_back(out_of), command_key)
    return taken_off.shown_id


def _adjustment(
    adjustment_id: str, customer: Customer, direction: str, amount: Money, reason: str, on: date
) -> Adjustment:
    """What was typed, made fit to keep."""
    return Adjustment(
        id=Adjustment.read_id(adjustment_id),
        customer_id=customer.id,
        direction=direction,
        amount_minor=above_zero(amount).minor,
        currency=amount.currency,
        reason=read_line(reason, longest=LONGEST_REASON, what="reason", field="reason"),
        adjusted_on=on,
        recorded_at=clock.now(),
    )


def _keep(work: Work[Clerk], adjustment: Adjustment, transfers: Transfers, key: str) -> None:
    keep_new(work, adjustment)
    reach("adjustment.noted")
    book.post(
        work,
        Event.ADJUSTMENT,
        adjustment.id,
        transfers,
        on=adjustment.adjusted_on,
        reason=adjustment.reason,
        key=key,
    )
    reach("adjustment.posted")
