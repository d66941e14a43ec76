"""What is applied to documents: found again, and taken back in part or whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_
from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import book
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation, Payment
from billing_app.services.lots import Share


@dataclass(frozen=True)
class Applied:
    """Money that was applied to a document, and how much of it still is."""

    allocation: Allocation
    minor: int


@command_step
def still_applied(
    work: Work[Clerk], thing: Payment | CreditLot | Invoice, *, to: UUID | None = None
) -> list[Applied]:
    """What a payment or lot still pays, or what still pays an invoice; the latest first.

    It is of one document only if ``to`` names it.
    """
    wanted = _APPLIED[type(thing)] if to is None else _APPLIED_TO[type(thing)]
    rows = work.exec(wanted, params={"id": thing.id, "to": to}).all()
    taken_back: dict[UUID, int] = {}
    for row in rows:
        if row.reverses_id is not None:
            taken_back[row.reverses_id] = taken_back.get(row.reverses_id, 0) + row.amount_minor
    applied = [
        Applied(row, row.amount_minor - taken_back.get(row.id, 0))
        for row in rows
        if row.reverses_id is None
    ]
    return [each for each in applied if each.minor]


@command_step
def use_credit(
    work: Work[Clerk],
    shares: Iterable[Share],
    document: Invoice | CreditRequest,
    *,
    act_id: UUID,
    on: date,
) -> None:
    """Note that shares of lots are applied to a document, by this act."""
    is_invoice = isinstance(document, Invoice)
    now = clock.now()
    work.add(
        *(
            Allocation(
                act_id=act_id,
                lot_id=share.lot.id,
                invoice_id=document.id if is_invoice else None,
                credit_request_id=None if is_invoice else document.id,
                amount_minor=share.amount.minor,
                made_on=on,
                recorded_at=now,
            )
            for share in shares
        )
    )


@command_step
def take_back(work: Work[Clerk], applied: Iterable[Applied], *, act_id: UUID, on: date) -> None:
    """Note that these are applied no longer; a credit request asks for its money again.

    What an invoice asks again follows from the posting of the same act.
    """
    now = clock.now()
    for each in applied:
        row = each.allocation
        work.add(
            Allocation(
                act_id=act_id,
                payment_id=row.payment_id,
                lot_id=row.lot_id,
                invoice_id=row.invoice_id,
                credit_request_id=row.credit_request_id,
                amount_minor=each.minor,
                made_on=on,
                recorded_at=now,
                reverses_id=row.id,
            )
        )
        if row.credit_request_id is not None:
            _ask_again(work, row.credit_request_id, each.minor)


@command_step
def lots_of(work: Work[Clerk], payment: Payment) -> list[CreditLot]:
    """The credit that a payment brought, the oldest first."""
    return list(work.exec(_LOTS, params={"id": payment.id}))


@command_step
def left_in(work: Work[Clerk], lot: CreditLot) -> Money:
    """What was not used of a lot."""
    return book.balance(
        work,
        Code.CUSTOMER_CREDIT,
        party_id=lot.customer_id,
        item_id=lot.id,
        currency=lot.currency,
    )


@command_step
def paid_on_invoice(work: Work[Clerk], invoice_id: UUID) -> int:
    """The minor units that are applied to an invoice, by payments and credit alike."""
    return int(work.exec(_PAID, params={"id": invoice_id}).one() or 0)


def _ask_again(work: Work[Clerk], request_id: UUID, minor: int) -> None:
    request = work.find(CreditRequest, show(CreditRequest.prefix, request_id), lock=True)
    if request.state == "raised":
        request.still_to_pay_minor += minor
        work.flush()


_APPLIED: dict[type[Payment | CreditLot | Invoice], Any] = {
    kind: select(Allocation).where(is_it(column)).order_by(col(Allocation.id).desc())
    for kind, column in (
        (Payment, Allocation.payment_id),
        (CreditLot, Allocation.lot_id),
        (Invoice, Allocation.invoice_id),
    )
}
_APPLIED_TO = {
    kind: wanted.where(
        or_(
            col(Allocation.invoice_id) == bindparam("to"),
            col(Allocation.credit_request_id) == bindparam("to"),
        )
    )
    for kind, wanted in _APPLIED.items()
}
_LOTS = select(CreditLot).where(is_it(CreditLot.payment_id)).order_by(col(CreditLot.id))
_PAID: Any = select(
    func.sum(
        case(
            (col(Allocation.reverses_id).is_(None), col(Allocation.amount_minor)),
            else_=-col(Allocation.amount_minor),
        )
    )
).where(is_it(Allocation.invoice_id))
