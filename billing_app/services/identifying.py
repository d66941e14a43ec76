"""Money that nobody is known for: recorded, and given to whom it turns out to be from.

What came in without a name waits as a receipt and never gets a party itself: the part of it
that is identified becomes a payment of that party, which can do and undergo what every other
payment can. What a partner paid too much waits beside it, until it is placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Code
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Payment, UnidentifiedReceipt
from billing_app.services.arriving import read_kind, read_reference
from billing_app.services.doubting import refuse_recorded
from billing_app.services.paying import (
    Part,
    apply,
    lock_payer,
    receive,
    share_out,
)
from billing_app.services.repeating import keep_new, once, remember


class NotAPartners(Conflict):
    """What a customer pays too much is theirs to use already."""

    sentence = (
        "What a customer pays too much is their credit. Pay the invoice from it with 'Pay From"
        " Credit'; nothing was changed."
    )


class IdentifiedAlready(Conflict):
    """Part of the receipt is somebody's by now."""

    sentence = (
        "Part of this money was identified. Take back the payments that it became first; nothing"
        " was changed."
    )


@admin_command(Permission.TAKE_PAYMENTS)
def record_unidentified(
    work: Work[AdminActor],
    receipt_id: str,
    *,
    amount: Money,
    kind: str,
    received_on: date | None = None,
    reference: str = "",
    command_key: str = "",
) -> str:
    """Record money that came in from somebody whom nobody knows yet. It pays nothing so far."""
    said = [receipt_id, amount, kind, received_on, reference]
    first = once(work, command_key, "record_unidentified", said, makes=receipt_id)
    if first is not None:
        return first
    receipt = UnidentifiedReceipt(
        id=UnidentifiedReceipt.read_id(receipt_id),
        amount_minor=above_zero(amount).minor,
        currency=amount.currency,
        external_kind=read_kind(kind),
        reference=read_reference(reference),
        received_on=day_of_act(work, received_on, field="received_on"),
        recorded_at=clock.now(),
    )
    keep_new(work, receipt)
    book.post(
        work,
        Event.PAYMENT_UNIDENTIFIED,
        receipt.id,
        recipes.payment_unidentified(accounts.unidentified(receipt.id), amount),
        on=receipt.received_on,
        key=command_key,
    )
    return receipt.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def identify_receipt(
    work: Work[AdminActor],
    payment_id: str,
    *,
    receipt_id: str,
    party_id: str,
    amount: Money | None = None,
    parts: Sequence[Part] = (),
    on: date | None = None,
    really: bool = False,
    command_key: str = "",
) -> str:
    """Say whom a receipt is from, as a whole or in part: that becomes a payment of theirs.

    As with any payment, it pays the documents named, and what is over is a customer's credit
    or waits for a partner's next invoice. It counts from today unless said otherwise, and not
    from a day before the money came. Taking the payment back makes the money nobody's again.
    """
    said = [payment_id, receipt_id, party_id, amount, [*parts], on]
    first = once(work, command_key, "identify_receipt", said, makes=payment_id)
    if first is not None:
        return first
    receipt = work.find(UnidentifiedReceipt, receipt_id, lock=True)
    party = lock_payer(work, party_id)
    share = _share(work, receipt, amount)
    payment = Payment(
        id=Payment.read_id(payment_id),
        customer_id=party.id if isinstance(party, Customer) else None,
        partner_id=party.id if isinstance(party, Partner) else None,
        receipt_id=receipt.id,
        amount_minor=share.minor,
        currency=share.currency,
        external_kind=receipt.external_kind,
        reference=receipt.reference,
        received_on=day_of_act(work, on, since=receipt.received_on),
        recorded_at=clock.now(),
    )
    keep_new(work, payment)
    if not really:
        refuse_recorded(work, payment)
    shares = share_out(work, payment, share, parts, on=payment.received_on)
    receive(work, party, payment, shares, command_key)
    return payment.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def place_overpayment(
    work: Work[AdminActor],
    payment_id: str,
    *,
    parts: Sequence[Part],
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Pay invoices of a partner with what they paid too much before, in the order of the parts."""
    said = [payment_id, [*parts], on]
    first = once(work, command_key, "place_overpayment", said)
    if first is not None:
        return first
    payment = work.find(Payment, payment_id)
    if payment.partner_id is None:
        raise NotAPartners
    work.find(Partner, show(Partner.prefix, payment.partner_id), lock=True)
    rest = book.balance(
        work,
        Code.UNIDENTIFIED_RECEIPTS,
        party_id=payment.partner_id,
        item_id=payment.id,
        currency=payment.currency,
    )
    if not rest:
        raise TooMuch("of this payment waits to be placed", rest)
    if not parts:
        raise Invalid("Choose the invoice that the money is for.", field="parts")
    day = day_of_act(work, on, since=payment.received_on)
    act_id = new_id()
    to = []
    for document, share in share_out(work, payment, rest, parts, on=day):
        apply(work, payment, document, share, act_id=act_id, on=day)
        to.append((accounts.partner_receivable(payment.partner_id, document.id), share))
    reach("allocation.allocated")
    book.post(
        work,
        Event.PAYMENT_ALLOCATED,
        act_id,
        recipes.payment_allocated(accounts.unidentified(payment.id, payment.partner_id), to),
        on=day,
        key=command_key,
    )
    reach("allocation.posted")
    remember(work, command_key, payment.shown_id)
    return payment.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def reverse_receipt(
    work: Work[AdminActor],
    receipt_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Take back a receipt that was recorded by mistake, or whose money was sent back whole."""
    first = once(work, command_key, "reverse_receipt", [receipt_id, reason, on])
    if first is not None:
        return first
    receipt = work.find(UnidentifiedReceipt, receipt_id, lock=True)
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    if _waiting(work, receipt).minor != receipt.amount_minor:
        raise IdentifiedAlready
    arrived = book.find(work, Event.PAYMENT_UNIDENTIFIED, receipt.id)
    assert arrived is not None, "a receipt is posted when it is recorded"
    day = day_of_act(work, on, since=receipt.received_on)
    book.reverse(
        work, arrived, Event.PAYMENT_REVERSED, receipt.id, on=day, reason=why, key=command_key
    )
    remember(work, command_key, receipt.shown_id)
    return receipt.shown_id


def _waiting(work: Work[Clerk], receipt: UnidentifiedReceipt) -> Money:
    """What of a receipt is nobody's yet."""
    return book.balance(
        work, Code.UNIDENTIFIED_RECEIPTS, item_id=receipt.id, currency=receipt.currency
    )


def _share(work: Work[Clerk], receipt: UnidentifiedReceipt, amount: Money | None) -> Money:
    """What of a receipt is identified now: all that is nobody's yet, or less."""
    waiting = _waiting(work, receipt)
    if amount is not None and above_zero(amount).currency != receipt.currency:
        raise WrongCurrency("This money", receipt.currency)
    share = waiting if amount is None else amount
    if not share or share > waiting:
        raise TooMuch("of this money is not identified yet", waiting)
    return share
