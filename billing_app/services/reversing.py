"""Taking back what was recorded by mistake: a payment, a refund, a debt given up too early.

No money moves; the record is undone, and both stay.
"""

from __future__ import annotations

from datetime import date

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.ledger import book
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.ledger.given_back import NO_LONGER_OWES
from billing_app.models.invoice import Invoice, WriteOff
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.services.arriving import BY_GATEWAY
from billing_app.services.coming_back import undo_refund
from billing_app.services.locking import lock_party_of
from billing_app.services.repeating import once, remember
from billing_app.services.taking_back import AlreadyReversed, take_back_payment, undo


class NoteStands(Conflict):
    """A credit note came with the refund, and a note is not undone."""

    sentence = (
        "This refund came with a credit note, which stands. If the money was never handed back,"
        " record it as a payment without a document: it becomes the customer's credit. Nothing"
        " was changed."
    )


class CameThroughGateway(Conflict):
    """The gateway says that the money came; nobody here can say that it did not."""

    sentence = (
        "This payment came through the payment provider, so it cannot have been recorded by"
        " mistake. Nothing was changed; refund it instead."
    )


class WentThroughGateway(Conflict):
    """The gateway says whether the money went back; nobody here can say otherwise."""

    sentence = (
        "This refund went through the payment provider, so it is not undone here. If the bank does"
        " not take it, that is recorded by itself. Nothing was changed."
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
    if refund.method == BY_GATEWAY:
        raise WentThroughGateway
    if refund.choice == NO_LONGER_OWES:
        raise NoteStands
    if book.find(work, Event.REFUND_REVERSED, refund.id) is not None:
        raise AlreadyReversed("refund")
    day = day_of_act(work, on, since=refund.refunded_on)
    undo_refund(work, customer, refund, reason=reason, on=day, key=command_key)
    remember(work, command_key, refund.shown_id)
    return refund.shown_id
