"""Handing money back: still owed, owed no more, or out of unused credit.

Only recorded here: the money itself is handed back outside of Quittance. That holds for a
payment through the gateway too: no card is credited by this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.money import Money
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.services.handing_back import PartnersRefund, RefundPart, refuse_disputed
from billing_app.services.locking import lock_party_of
from billing_app.services.note_planning import Excess, Terms
from billing_app.services.noting import write_note
from billing_app.services.paying import Part
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import once
from billing_app.services.returning import Going, give_back_credit, give_back_owed, lock_payment


@admin_command(Permission.REFUND)
def refund_still_owed(
    work: Work[AdminActor],
    refund_id: str,
    *,
    payment_id: str,
    amount: Money,
    reason: str,
    refunded_on: date | None = None,
    parts: Sequence[Part] = (),
    reference: str = "",
    command_key: str = "",
) -> str:
    """Hand back part of a payment that the customer goes on owing: a wrong card, say.

    What of it still lies in credit goes first. The rest comes off the invoices that it or its
    credit pays, the named ones in their order, else the latest first; they ask for it again.
    """
    said = [refund_id, payment_id, amount, reason, refunded_on, [*parts], reference]
    first = once(work, command_key, "refund_still_owed", said, makes=refund_id)
    if first is not None:
        return first
    payment = lock_payment(work, payment_id)
    going = Going(Refund.read_id(refund_id), reason, reference, refunded_on, key=command_key)
    return give_back_owed(work, payment, amount, parts, going).shown_id


@admin_command(Permission.REFUND)
def refund_no_longer_owed(
    work: Work[AdminActor],
    refund_id: str,
    *,
    note_id: str,
    payment_id: str,
    invoice_id: str,
    amount: Money,
    reason_code: str,
    reason: str = "",
    lines: Sequence[LineCredit] = (),
    refunded_on: date | None = None,
    reference: str = "",
    command_key: str = "",
) -> str:
    """Hand money back that the customer owes no more, with the credit note that says so.

    The refund and the note are of one sum, so what is still to pay stays as it was. The sum
    comes off the lines named, else off all of them in proportion.
    """
    said = [refund_id, note_id, payment_id, invoice_id, amount, reason_code, reason]
    said += [[*lines], refunded_on, reference]
    first = once(work, command_key, "refund_no_longer_owed", said, makes=refund_id)
    if first is not None:
        return first
    party = lock_party_of(work, invoice_id)
    if not isinstance(party, Customer):
        raise PartnersRefund
    invoice = work.find(Invoice, invoice_id, lock=True)
    part = RefundPart(refund_id, payment_id, amount, reference, refunded_on)
    write_note(
        work,
        party,
        invoice,
        Terms(note_id, reason_code, reason, refunded_on, command_key),
        amount=lines or amount,
        excess=Excess(refunds=[part]),
        lowers=False,
    )
    return refund_id


@admin_command(Permission.REFUND)
def refund_credit(
    work: Work[AdminActor],
    refund_id: str,
    *,
    customer_id: str,
    amount: Money,
    reason: str,
    payment_id: str = "",
    refunded_on: date | None = None,
    reference: str = "",
    command_key: str = "",
) -> str:
    """Hand back credit that a customer did not use, the oldest first; no invoice is touched.

    With a payment named, only credit that came with it: an overpayment, say.
    """
    said = [refund_id, customer_id, amount, reason, payment_id, refunded_on, reference]
    first = once(work, command_key, "refund_credit", said, makes=refund_id)
    if first is not None:
        return first
    customer = work.find(Customer, customer_id, lock=True)
    payment = work.find(Payment, payment_id) if payment_id else None
    if payment is not None and payment.customer_id != customer.id:
        raise NotFound
    if payment is not None:
        refuse_disputed(work, payment)
    going = Going(Refund.read_id(refund_id), reason, reference, refunded_on, key=command_key)
    return give_back_credit(work, customer, payment, amount, going).shown_id
