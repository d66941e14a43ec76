"""What a refund does in the books, whether it is handed back outside or goes the way it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.ledger import book, recipes
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.ledger.given_back import taken_by_bank
from billing_app.models.credit import CreditLot
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.services.allocating import lots_of, take_back
from billing_app.services.arriving import OUTSIDE, paid_out_of, read_reference
from billing_app.services.drawing import (
    Taken,
    as_far_as_it_reaches,
    call_in,
    out_of_lots,
    out_of_payment,
)
from billing_app.services.handing_back import (
    PartnersRefund,
    not_given_back,
    refundable,
    refuse_disputed,
)
from billing_app.services.lots import unused_credit
from billing_app.services.paying import Part
from billing_app.services.repeating import keep_new
from billing_app.services.telling import tell

_DAY = "refunded_on"


@dataclass(frozen=True)
class Going:
    """What is said of a refund beside its amount, and how it goes back."""

    refund_id: UUID
    reason: str
    reference: str = ""
    refunded_on: date | None = None
    method: str = OUTSIDE
    key: str = ""


@command_step
def lock_payment(work: Work[Clerk], payment_id: str) -> Payment:
    """A customer's payment that is not disputed, with its payer locked."""
    payment = work.find(Payment, payment_id)
    if payment.customer_id is None:
        raise PartnersRefund
    work.find(Customer, show(Customer.prefix, payment.customer_id), lock=True)
    refuse_disputed(work, payment)
    return payment


@command_step
def owed_pieces(
    work: Work[Clerk], payment: Payment, amount: Money, parts: Sequence[Part]
) -> list[Taken]:
    """Where a refund that is still owed comes out of, if there is so much; writes nothing."""
    _refuse_other_currency(payment, amount)
    _refuse_above(refundable(work, payment), amount)
    return out_of_payment(work, payment, amount, parts)


@command_step
def credit_pieces(
    work: Work[Clerk], customer: Customer, payment: Payment | None, amount: Money
) -> list[Taken]:
    """The lots that a refund of credit comes out of, if they reach; writes nothing."""
    if payment is not None:
        _refuse_other_currency(payment, amount)
    lots = _lots(work, customer, payment, above_zero(amount).currency)
    taken = out_of_lots(work, lots, amount)
    if payment is None:
        _refuse_disputed_credit(work, lots, taken)
    else:
        _refuse_above(refundable(work, payment), amount)
    _refuse_missing(taken, amount)
    return taken


@command_step
def give_back_owed(
    work: Work[Clerk], payment: Payment, amount: Money, parts: Sequence[Part], going: Going
) -> Refund:
    """A refund of a payment that the customer goes on owing; the payer is locked."""
    taken = owed_pieces(work, payment, amount, parts)
    assert payment.customer_id is not None, "a partner's payment was refused"
    refund = _refund(work, payment.customer_id, payment, amount, "still_owes", going, taken)
    return _hand_back(work, refund, Event.REFUND_STILL_OWED, taken, going.key)


@command_step
def gone_pieces(work: Work[Clerk], payment: Payment, amount: Money) -> tuple[list[Taken], Money]:
    """Where a refund that the gateway made comes out of, and what of it is lost; writes nothing.

    Once the payer's bank took the money for good, the payment may not reach any more: what it
    lacks, up to what the bank took, came off nothing and left us twice.
    """
    took = Money(taken_by_bank(work, payment.id), payment.currency)
    if not took:
        return owed_pieces(work, payment, amount, ()), took
    _refuse_other_currency(payment, amount)
    _refuse_above(not_given_back(work, payment), amount)
    taken = as_far_as_it_reaches(work, payment, amount)
    there = sum((piece.amount for piece in taken), Money.zero(amount.currency))
    _refuse_above(there + took, amount)
    return taken, amount - there


@command_step
def give_back_gone(work: Work[Clerk], payment: Payment, amount: Money, going: Going) -> Money:
    """Record what the gateway gave back, though its payer's bank took it too; returns the loss."""
    taken, lost = gone_pieces(work, payment, amount)
    assert payment.customer_id is not None, "partners pay nothing through the gateway"
    refund = _refund(work, payment.customer_id, payment, amount, "still_owes", going, taken)
    _hand_back(work, refund, Event.REFUND_STILL_OWED, taken, going.key, lost=lost)
    return lost


@command_step
def give_back_credit(
    work: Work[Clerk], customer: Customer, payment: Payment | None, amount: Money, going: Going
) -> Refund:
    """A refund of credit that a locked customer did not use, or of what one payment brought."""
    taken = credit_pieces(work, customer, payment, amount)
    refund = _refund(work, customer.id, payment, amount, "from_credit", going, taken)
    return _hand_back(work, refund, Event.REFUND_FROM_CREDIT, taken, going.key)


def _refund(
    work: Work[Clerk],
    customer_id: UUID,
    payment: Payment | None,
    amount: Money,
    choice: str,
    going: Going,
    taken: Sequence[Taken],
) -> Refund:
    since = max((piece.since for piece in taken), default=None)
    return Refund(
        id=going.refund_id,
        payment_id=payment.id if payment else None,
        customer_id=customer_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        choice=choice,
        method=going.method,
        reference=read_reference(going.reference),
        refunded_on=day_of_act(work, going.refunded_on, since=since, field=_DAY),
        recorded_at=clock.now(),
        reason=read_line(going.reason, longest=LONGEST_REASON, what="reason", field="reason"),
    )


def _hand_back(
    work: Work[Clerk],
    refund: Refund,
    event: Event,
    taken: Sequence[Taken],
    key: str,
    *,
    lost: Money | None = None,
) -> Refund:
    keep_new(work, refund)
    take_off(work, taken, act_id=refund.id, on=refund.refunded_on, reason=refund.reason)
    reach("refund.allocated")
    book.post(
        work,
        event,
        refund.id,
        recipes.refund(
            [(piece.account, piece.amount) for piece in taken],
            out_of=paid_out_of(refund),
            lost=lost,
        ),
        on=refund.refunded_on,
        reason=refund.reason,
        key=key,
    )
    reach("refund.posted")
    tell(work, "refund", work.get(Customer, refund.customer_id), refund.shown_id)
    return refund


@command_step
def take_off(
    work: Work[Clerk], taken: Sequence[Taken], *, act_id: UUID, on: date, reason: str
) -> None:
    """Note that these pieces pay nothing any more; credit that paid something is called in."""
    for piece in taken:
        if piece.called_in is not None:
            lot, applied = piece.called_in
            call_in(work, lot, applied, on=on, reason=reason)
        take_back(work, piece.applied, act_id=act_id, on=on)


def _refuse_other_currency(payment: Payment, amount: Money) -> None:
    if above_zero(amount).currency != payment.currency:
        raise WrongCurrency("This payment", payment.currency)


def _refuse_above(most: Money, amount: Money) -> None:
    if amount > most:
        raise TooMuch("of this payment can be refunded", most)


def _refuse_missing(taken: Sequence[Taken], amount: Money) -> None:
    there = sum((piece.amount for piece in taken), Money.zero(amount.currency))
    if there < amount:
        raise TooMuch("is there as credit", there)


def _refuse_disputed_credit(
    work: Work[Clerk], lots: Sequence[CreditLot], taken: Sequence[Taken]
) -> None:
    drawn = {piece.account.item_id for piece in taken}
    for payment_id in {lot.payment_id for lot in lots if lot.id in drawn and lot.payment_id}:
        refuse_disputed(work, work.get(Payment, payment_id))


def _lots(
    work: Work[Clerk], customer: Customer, payment: Payment | None, currency: str
) -> list[CreditLot]:
    """The credit that may be handed back, the oldest first."""
    if payment is not None:
        return lots_of(work, payment)
    return [share.lot for share in unused_credit(work, customer.id, currency).shares]
