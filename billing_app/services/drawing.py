"""Where the money of a refund comes out of: lots of credit, and what a payment has paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, above_zero
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Account
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment
from billing_app.services.allocating import Applied, left_in, lots_of, still_applied, take_back
from billing_app.services.handing_back import on_invoices, returnable
from billing_app.services.naming import named
from billing_app.services.paying import Part


@dataclass(frozen=True)
class Taken:
    """A piece of a refund: the account it comes out of, and what is applied no longer.

    ``since`` is the day on which the money came to lie there. Credit that is ``called_in``
    comes back from an invoice first.
    """

    account: Account
    amount: Money
    since: date
    applied: Sequence[Applied] = ()
    called_in: tuple[CreditLot, Applied] | None = None


@command_step
def call_in(work: Work[Clerk], lot: CreditLot, applied: Applied, *, on: date, reason: str) -> None:
    """Take credit back off one document. A credit request it closed moved nothing."""
    act_id = new_id()
    take_back(work, [applied], act_id=act_id, on=on)
    invoice_id = applied.allocation.invoice_id
    if invoice_id is None:
        return
    transfers = recipes.credit_returned(
        accounts.receivable(lot.customer_id, invoice_id),
        [(accounts.credit(lot.customer_id, lot.id), Money(applied.minor, lot.currency))],
    )
    book.post(work, Event.CREDIT_RETURNED, act_id, transfers, on=on, reason=reason)


@command_step
def out_of_lots(work: Work[Clerk], lots: Sequence[CreditLot], amount: Money) -> list[Taken]:
    """What lots give of an amount, the oldest first, as far as they reach."""
    taken: list[Taken] = []
    for lot in lots:
        if not amount:
            break
        share = min(amount, left_in(work, lot))
        if share:
            taken.append(Taken(accounts.credit(lot.customer_id, lot.id), share, lot.made_on))
            amount -= share
    return taken


@command_step
def out_of_payment(
    work: Work[Clerk], payment: Payment, amount: Money, parts: Sequence[Part]
) -> list[Taken]:
    """What a payment gives back: first what is still credit, then what invoices took of it.

    An invoice that its credit paid gives the credit back before it is handed back.
    """
    taken = as_far_as_it_reaches(work, payment, amount, parts)
    there = sum((piece.amount for piece in taken), Money.zero(amount.currency))
    if there < amount:
        raise TooMuch("of this payment can be refunded like this", there)
    return taken


@command_step
def as_far_as_it_reaches(
    work: Work[Clerk], payment: Payment, amount: Money, parts: Sequence[Part] = ()
) -> list[Taken]:
    """What a payment gives back of an amount, which may be less than all of it."""
    rest = amount
    taken: list[Taken] = []
    for lot in lots_of(work, payment):
        for piece in out_of_lots(work, [lot], rest):
            asked_for = _applied_to(work, payment, lot.credit_request_id, piece.amount)
            taken.append(Taken(piece.account, piece.amount, piece.since, asked_for))
            rest -= piece.amount
    for invoice, wanted in _invoices(work, payment, parts):
        most = returnable(work, payment, invoice)
        share = min(rest, most) if wanted is None else above_zero(wanted, field="parts")
        if share > most:
            raise TooMuch(f"of this payment can come off {named(invoice)}", most)
        if share > rest:
            raise Invalid("The parts come to more than the refund.", field="parts")
        taken += _off_invoice(work, payment, invoice, share)
        rest -= share
    return taken


def _payer(payment: Payment) -> UUID:
    assert payment.customer_id is not None, "a partner's payment was refused"
    return payment.customer_id


def _invoices(
    work: Work[Clerk], payment: Payment, parts: Sequence[Part]
) -> list[tuple[Invoice, Money | None]]:
    """The invoices a refund comes off: those named, else those it pays, the latest first."""
    if not parts:
        paid = [each.allocation.invoice_id for each in on_invoices(work, payment)]
        parts = [Part(show(Invoice.prefix, each)) for each in dict.fromkeys(paid) if each]
    if len({part.document_id for part in parts}) != len(parts):
        raise Invalid("A document is named twice. Name each one once.", field="parts")
    return [(work.find(Invoice, part.document_id, lock=True), part.amount) for part in parts]


def _off_invoice(
    work: Work[Clerk], payment: Payment, invoice: Invoice, share: Money
) -> list[Taken]:
    """What an invoice gives back of a payment, and of its credit, the latest first."""
    pays = [each for each in on_invoices(work, payment) if each.allocation.invoice_id == invoice.id]
    lots = {lot.id: lot for lot in lots_of(work, payment)}
    taken = []
    for each in _up_to(share, pays):
        amount, since = Money(each.minor, share.currency), each.allocation.made_on
        if each.allocation.lot_id is None:
            owed = accounts.receivable(_payer(payment), invoice.id)
            taken.append(Taken(owed, amount, since, [each]))
        else:
            lot = lots[each.allocation.lot_id]
            there = accounts.credit(lot.customer_id, lot.id)
            taken.append(Taken(there, amount, since, called_in=(lot, each)))
    return taken


def _applied_to(
    work: Work[Clerk], payment: Payment, document_id: UUID | None, amount: Money
) -> list[Applied]:
    """The allocations that an amount comes off, the latest first."""
    if document_id is None:
        return []
    return _up_to(amount, still_applied(work, payment, to=document_id))


def _up_to(amount: Money, applied: Sequence[Applied]) -> list[Applied]:
    rest = amount.minor
    found: list[Applied] = []
    for each in applied:
        minor = min(rest, each.minor)
        if minor:
            found.append(Applied(each.allocation, minor))
            rest -= minor
    return found
