"""Taking back what was recorded: an act's entry, and all that a payment had paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Account
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.credit import CreditLot
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.payment import Payment, Refund
from billing_app.services.allocating import Applied, left_in, lots_of, still_applied, take_back
from billing_app.services.arriving import arrival_of
from billing_app.services.drawing import as_far_as_it_reaches, call_in
from billing_app.services.locking import lock_payer_of
from billing_app.services.returning import take_off


class AlreadyReversed(Conflict):
    """It was taken back before."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} was already taken back. Nothing was changed now.")


class PartlyRefunded(Conflict):
    """Money of the payment went back, so it did come in."""

    sentence = (
        "Part of this payment was refunded, so it cannot have been recorded by mistake."
        " Nothing was changed."
    )


class CreditUsed(Conflict):
    """The credit that the payment brought is not there to be taken back."""

    def __init__(self, missing: Money) -> None:
        super().__init__(
            f"This payment became credit, and {shown(missing)} of it was refunded or taken off"
            " by hand since. Nothing was changed; correct the credit first."
        )


@command_step
def take_back_payment(
    work: Work[Clerk], payment: Payment, *, reason: str, on: date | None, key: str = ""
) -> None:
    """What a payment had paid asks for its money again, and so does what its credit paid."""
    lock_payer_of(work, payment)
    _refuse_refunded(work, payment)
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    used = [(lot, still_applied(work, lot)) for lot in lots_of(work, payment)]
    pays = still_applied(work, payment)
    uses = [each.allocation.made_on for _, applied in [*used, (payment, pays)] for each in applied]
    day = day_of_act(work, on, since=max([payment.received_on, *uses]))
    for lot, applied in used:
        _call_in(work, lot, applied, on=day, reason=why)
    _displace(work, payment, pays, on=day, reason=why)
    take_back(work, pays, act_id=payment.id, on=day)
    undo(
        work,
        arrival_of(payment),
        Event.PAYMENT_REVERSED,
        payment.id,
        reason=reason,
        on=day,
        key=key,
    )


@command_step
def undo(
    work: Work[Clerk],
    done: Event,
    undone: Event,
    act_id: UUID,
    *,
    reason: str,
    on: date,
    key: str,
) -> None:
    """Take back the entry of an act."""
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    entry = book.find(work, done, act_id)
    assert entry is not None, "every act is posted when it is recorded"
    reach("reversal.allocated")
    book.reverse(work, entry, undone, act_id, on=on, reason=why, key=key)
    reach("reversal.posted")


@command_step
def is_whole(work: Work[Clerk], payment: Payment) -> bool:
    """Whether nothing of a payment went back, and nothing of its credit was taken off by hand."""
    lock_payer_of(work, payment)
    if _was_refunded(work, payment):
        return False
    for lot in lots_of(work, payment):
        used = [each for each in still_applied(work, lot) if each.allocation.invoice_id]
        if left_in(work, lot).minor + sum(each.minor for each in used) < lot.amount_minor:
            return False
    return True


@command_step
def take_what_is_left(
    work: Work[Clerk], payment: Payment, taken: Money, *, reason: str, on: date
) -> Money:
    """Post that the payer's bank took an amount back, of which some had gone back before.

    That part was paid out twice and no document asks for it: it is returned, and a loss until
    somebody asks the payer for it. An invoice of its own would say that something was sold.
    """
    parts, lost = ask_again(work, payment, taken, act_id=payment.id, on=on, reason=reason)
    transfers = recipes.taken_back(accounts.GATEWAY, parts, lost=lost)
    book.post(work, Event.PAYMENT_REVERSED, payment.id, transfers, on=on, reason=reason)
    return lost


@command_step
def ask_again(
    work: Work[Clerk], payment: Payment, amount: Money, *, act_id: UUID, on: date, reason: str
) -> tuple[list[tuple[Account, Money]], Money]:
    """What a payment had paid, up to an amount, asks again: the accounts, and the rest of it."""
    pieces = as_far_as_it_reaches(work, payment, amount)
    take_off(work, pieces, act_id=act_id, on=on, reason=reason)
    asked = sum((piece.amount for piece in pieces), Money.zero(amount.currency))
    return [(piece.account, piece.amount) for piece in pieces], amount - asked


def _refuse_refunded(work: Work[Clerk], payment: Payment) -> None:
    """Asked under the payer's lock, so that a refund cannot come in between."""
    if book.find(work, Event.PAYMENT_REVERSED, payment.id) is not None:
        raise AlreadyReversed("payment")
    if _was_refunded(work, payment):
        raise PartlyRefunded


def _was_refunded(work: Work[Clerk], payment: Payment) -> bool:
    refunds = (
        select(Refund.id)
        .where(Refund.payment_id == payment.id, stands(Refund, Event.REFUND_REVERSED))
        .limit(1)
    )
    return work.exec(refunds).first() is not None


def _displace(
    work: Work[Clerk], payment: Payment, pays: Sequence[Applied], *, on: date, reason: str
) -> None:
    """Take back what of a partner's payment was placed after it had come."""
    if payment.partner_id is None:
        return
    for act_id in sorted({each.allocation.act_id for each in pays} - {payment.id}):
        placed = book.find(work, Event.PAYMENT_ALLOCATED, act_id)
        assert placed is not None, "what is placed is posted at once"
        book.reverse(work, placed, Event.PAYMENT_REVERSED, act_id, on=on, reason=reason)


def _call_in(
    work: Work[Clerk], lot: CreditLot, used: Sequence[Applied], *, on: date, reason: str
) -> None:
    """Bring back into a lot all that it has paid, so that it is whole again."""
    for applied in used:
        call_in(work, lot, applied, on=on, reason=reason)
    missing = Money(lot.amount_minor, lot.currency) - left_in(work, lot)
    if missing:
        raise CreditUsed(missing)
