"""Taking back what was recorded by mistake: a payment, a refund, a debt given up too early.

No money moves; the record is undone, and both stay.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.ledger import book
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, WriteOff
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.handing_back import NO_LONGER_OWES
from billing_app.services.locking import lock_party_of
from billing_app.services.repeating import once, remember
from billing_app.services.taking_back import AlreadyReversed, take_back_payment, undo

_REFUNDED = {"still_owes": Event.REFUND_STILL_OWED, "from_credit": Event.REFUND_FROM_CREDIT}


class NoteStands(Conflict):
    """A credit note came with the refund, and a note is not undone."""

    sentence = (
        "This refund came with a credit note, which stands. If the money was never handed back,"
        " record it as a payment without a document: it becomes the customer's credit. Nothing"
        " was changed."
    )


class RequestPaidSince(Conflict):
    """The request asks for less by now than the refund had opened."""

    sentence = (
        "This refund had opened a credit request, which was paid otherwise since. Nothing was"
        " changed; take that payment back first."
    )


class CameThroughGateway(Conflict):
    """The gateway says that the money came; nobody here can say that it did not."""

    sentence = (
        "This payment came through the payment provider, so it cannot have been recorded by"
        " mistake. Nothing was changed; refund it instead."
    )


@admin_command(Permission.TAKE_PAYMENTS)
def reverse_payment(
    work: Work[AdminActor],
    payment_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Undo a payment that never came in. What it had paid asks for its money again.

    The payment stays on record with the entry that takes it back. Where it became credit
    that has since paid something else, that asks again too.
    """
    first = once(work, command_key, "reverse_payment", [payment_id, reason, on])
    if first is not None:
        return first
    payment = work.find(Payment, payment_id)
    if payment.attempt_id is not None:
        raise CameThroughGateway
    take_back_payment(work, payment, reason=reason, on=on, key=command_key)
    remember(work, command_key, payment.shown_id)
    return payment.shown_id


@admin_command(Permission.GIVE_CREDIT)
def reverse_write_off(
    work: Work[AdminActor],
    write_off_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Ask again for what was given up: the customer pays after all, or it was a mistake.

    Tax that was taken back with the loss is owed again too. The payment itself is recorded
    as any other afterwards.
    """
    first = once(work, command_key, "reverse_write_off", [write_off_id, reason, on])
    if first is not None:
        return first
    loss = work.find(WriteOff, write_off_id)
    lock_party_of(work, show(Invoice.prefix, loss.invoice_id))
    if book.find(work, Event.WRITE_OFF_REVERSED, loss.id) is not None:
        raise AlreadyReversed("write-off")
    undo(
        work,
        Event(loss.kind),
        Event.WRITE_OFF_REVERSED,
        loss.id,
        reason=reason,
        on=day_of_act(work, on, since=loss.written_off_on),
        key=command_key,
    )
    remember(work, command_key, loss.shown_id)
    return loss.shown_id


@admin_command(Permission.REFUND)
def reverse_refund(
    work: Work[AdminActor],
    refund_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Undo a refund whose money never went out. What it had opened is paid again.

    That holds for invoices and requests which the payment itself had paid, if they still ask
    for it. What lay in credit is credit again, and pays open invoices where the setting says so.
    """
    first = once(work, command_key, "reverse_refund", [refund_id, reason, on])
    if first is not None:
        return first
    refund = work.find(Refund, refund_id)
    customer = work.find(Customer, show(Customer.prefix, refund.customer_id), lock=True)
    if refund.choice == NO_LONGER_OWES:
        raise NoteStands
    if book.find(work, Event.REFUND_REVERSED, refund.id) is not None:
        raise AlreadyReversed("refund")
    day = day_of_act(work, on, since=refund.refunded_on)
    _apply_again(work, refund, on=day)
    undo(
        work,
        _REFUNDED[refund.choice],
        Event.REFUND_REVERSED,
        refund.id,
        reason=reason,
        on=day,
        key=command_key,
    )
    apply_arrived_credit(work, customer)
    remember(work, command_key, refund.shown_id)
    return refund.shown_id


def _apply_again(work: Work[Clerk], refund: Refund, *, on: date) -> None:
    """What a refund took off documents is applied to them again."""
    taken_off = work.exec(
        select(Allocation)
        .where(Allocation.act_id == refund.id, col(Allocation.reverses_id).is_not(None))
        .order_by(col(Allocation.id).desc())
    ).all()
    for row in taken_off:
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
