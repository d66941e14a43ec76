"""Handing money back: still owed, owed no more, or out of unused credit.

Only recorded here: the money itself is handed back outside of Quittance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.ledger import book, recipes
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.services.allocating import lots_of, take_back
from billing_app.services.arriving import read_reference
from billing_app.services.drawing import Taken, call_in, out_of_lots, out_of_payment
from billing_app.services.handing_back import (
    PartnersRefund,
    RefundPart,
    refundable,
)
from billing_app.services.locking import lock_party_of
from billing_app.services.lots import unused_credit
from billing_app.services.noting import Excess, Terms, write_note
from billing_app.services.paying import Part
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import keep_new, once

_DAY = "refunded_on"


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
    payment = _locked_payment(work, payment_id)
    _refuse_other_currency(payment, amount)
    _refuse_above(refundable(work, payment), amount)
    taken = out_of_payment(work, payment, amount, parts)
    since = max(piece.since for piece in taken)
    words = _Words(reason, reference, day_of_act(work, refunded_on, since=since, field=_DAY))
    refund = _refund(refund_id, _payer(payment), payment, amount, "still_owes", words)
    _hand_back(work, refund, Event.REFUND_STILL_OWED, taken, command_key)
    return refund.shown_id


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
    if payment is not None:
        if payment.customer_id != customer.id:
            raise NotFound
        _refuse_other_currency(payment, amount)
    taken = out_of_lots(work, _lots(work, customer, payment, above_zero(amount).currency), amount)
    since = max((piece.since for piece in taken), default=None)
    words = _Words(reason, reference, day_of_act(work, refunded_on, since=since, field=_DAY))
    refund = _refund(refund_id, customer.id, payment, amount, "from_credit", words)
    if payment is not None:
        _refuse_above(refundable(work, payment), amount)
    _refuse_missing(taken, amount)
    _hand_back(work, refund, Event.REFUND_FROM_CREDIT, taken, command_key)
    return refund.shown_id


def _locked_payment(work: Work[Clerk], payment_id: str) -> Payment:
    payment = work.find(Payment, payment_id)
    if payment.customer_id is None:
        raise PartnersRefund
    work.find(Customer, show(Customer.prefix, payment.customer_id), lock=True)
    return payment


def _payer(payment: Payment) -> UUID:
    assert payment.customer_id is not None, "a partner's payment was refused"
    return payment.customer_id


def _refuse_other_currency(payment: Payment, amount: Money) -> None:
    if above_zero(amount).currency != payment.currency:
        raise WrongCurrency("This payment", payment.currency)


@dataclass(frozen=True)
class _Words:
    """What is said of a refund beside its amount, as it was typed."""

    reason: str
    reference: str
    refunded_on: date


def _refund(
    refund_id: str,
    customer_id: UUID,
    payment: Payment | None,
    amount: Money,
    choice: str,
    words: _Words,
) -> Refund:
    return Refund(
        id=Refund.read_id(refund_id),
        payment_id=payment.id if payment else None,
        customer_id=customer_id,
        amount_minor=above_zero(amount).minor,
        currency=amount.currency,
        choice=choice,
        reference=read_reference(words.reference),
        refunded_on=words.refunded_on,
        recorded_at=clock.now(),
        reason=read_line(words.reason, longest=LONGEST_REASON, what="reason", field="reason"),
    )


def _refuse_above(most: Money, amount: Money) -> None:
    if amount > most:
        raise TooMuch("of this payment can be refunded", most)


def _refuse_missing(taken: Sequence[Taken], amount: Money) -> None:
    there = sum((piece.amount for piece in taken), Money.zero(amount.currency))
    if there < amount:
        raise TooMuch("is there as credit", there)


def _lots(
    work: Work[Clerk], customer: Customer, payment: Payment | None, currency: str
) -> list[CreditLot]:
    """The credit that may be handed back, the oldest first."""
    if payment is not None:
        return lots_of(work, payment)
    return [share.lot for share in unused_credit(work, customer.id, currency).shares]


def _hand_back(
    work: Work[Clerk], refund: Refund, event: Event, taken: Sequence[Taken], key: str
) -> None:
    keep_new(work, refund)
    for piece in taken:
        if piece.called_in is not None:
            lot, applied = piece.called_in
            call_in(work, lot, applied, on=refund.refunded_on, reason=refund.reason)
        take_back(work, piece.applied, act_id=refund.id, on=refund.refunded_on)
    reach("refund.allocated")
    book.post(
        work,
        event,
        refund.id,
        recipes.refund([(piece.account, piece.amount) for piece in taken]),
        on=refund.refunded_on,
        reason=refund.reason,
        key=key,
    )
    reach("refund.posted")
