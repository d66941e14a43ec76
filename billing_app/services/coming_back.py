"""Refunds whose money comes back: undone by hand, or not taken by the payer's bank."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Code
from billing_app.ledger.days import first_open_day
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation, Refund
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.taking_back import undo

_POSTED_AS = {"still_owes": Event.REFUND_STILL_OWED, "from_credit": Event.REFUND_FROM_CREDIT}


class RequestPaidSince(Conflict):
    """The request asks for less by now than the refund had opened."""

    sentence = (
        "This refund had opened a credit request, which was paid otherwise since. Nothing was"
        " changed; take that payment back first."
    )


@command_step
def undo_refund(
    work: Work[Clerk], customer: Customer, refund: Refund, *, reason: str, on: date, key: str = ""
) -> None:
    """Take a refund back: what it had come off is paid by it again, credit is credit again."""
    _apply_again(work, refund, on=on)
    undo(
        work,
        _POSTED_AS[refund.choice],
        Event.REFUND_REVERSED,
        refund.id,
        reason=reason,
        on=on,
        key=key,
    )
    apply_arrived_credit(work, customer)


@command_step
def bring_back(work: Work[Clerk], customer: Customer, refund: Refund, why: str) -> None:
    """The gateway could not give the money back, so it is here again, whatever happened since.

    It pays again what it had come off. Where that does not ask for it any more, or a credit
    note says that it is owed no more, it becomes the customer's credit instead.
    """
    if refund.choice in _POSTED_AS and _still_asks(work, refund):
        undo_refund(work, customer, refund, reason=why, on=first_open_day(work))
        return
    lost = _lost_by(work, refund)
    came = Money(refund.amount_minor, refund.currency) - lost
    lot = CreditLot(
        customer_id=customer.id,
        currency=refund.currency,
        amount_minor=came.minor,
        origin="adjustment",
        made_on=first_open_day(work),
        recorded_at=clock.now(),
        reason=why[:LONGEST_REASON],
    )
    work.add(lot)
    there = accounts.credit(customer.id, lot.id)
    back = recipes.refund_came_back(there, came, lost=lost)
    book.post(work, Event.REFUND_REVERSED, refund.id, back, on=lot.made_on, reason=lot.reason)
    reach("reversal.posted")
    apply_arrived_credit(work, customer)


def _still_asks(work: Work[Clerk], refund: Refund) -> bool:
    """Whether everything that a refund had come off takes its money again."""
    entry = book.find(work, _POSTED_AS[refund.choice], refund.id)
    assert entry is not None, "every refund is posted when it is recorded"
    owed: dict[UUID, int] = defaultdict(int)
    for transfer in book.transfers_of(work, entry):
        if transfer.debit.code is Code.CUSTOMER_RECEIVABLE and transfer.debit.item_id:
            owed[transfer.debit.item_id] += transfer.amount.minor
    for row in _taken_off(work, refund):
        if row.credit_request_id is not None:
            owed[row.credit_request_id] += row.amount_minor
    invoices, requests = work.lock(Invoice, owed), work.lock(CreditRequest, owed)
    asking = [(each.id, each.still_to_pay_minor) for each in invoices]
    asking += [(each.id, each.still_to_pay_minor) for each in requests if each.state == "raised"]
    return all(owed[document_id] <= still for document_id, still in asking)


def _lost_by(work: Work[Clerk], refund: Refund) -> Money:
    """What of a refund had come off nothing when it was recorded."""
    entry = book.find(work, Event.REFUND_STILL_OWED, refund.id)
    moved = book.transfers_of(work, entry) if entry else ()
    lost = (each.amount for each in moved if each.debit.code is Code.BAD_DEBTS)
    return sum(lost, Money.zero(refund.currency))


def _taken_off(work: Work[Clerk], refund: Refund) -> list[Allocation]:
    """What a refund took off documents, the latest first."""
    wanted = select(Allocation).where(
        Allocation.act_id == refund.id, col(Allocation.reverses_id).is_not(None)
    )
    return list(work.exec(wanted.order_by(col(Allocation.id).desc())).all())


def _apply_again(work: Work[Clerk], refund: Refund, *, on: date) -> None:
    """What a refund took off documents is applied to them again."""
    for row in _taken_off(work, refund):
        if row.credit_request_id is not None:
            _pay_request_again(work, row.credit_request_id, row.amount_minor)
        work.add(
            Allocation(
                act_id=refund.id,
                payment_id=row.payment_id,
                invoice_id=row.invoice_id,
                credit_request_id=row.credit_request_id,
                amount_minor=row.amount_minor,
                made_on=on,
                recorded_at=clock.now(),
            )
        )


def _pay_request_again(work: Work[Clerk], request_id: UUID, minor: int) -> None:
    request = work.find(CreditRequest, show(CreditRequest.prefix, request_id), lock=True)
    if request.state != "raised":
        return
    if request.still_to_pay_minor < minor:
        raise RequestPaidSince
    request.still_to_pay_minor -= minor
    work.flush()
