"""What of a payment can still be handed back, and the refunds that credit notes come with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.ledger.given_back import (
    NO_LONGER_OWES,
    being_given_back,
    disputed,
    refunded,
    refunded_with_notes,
)
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.services.allocating import Applied, lots_of, paid_on_invoice, still_applied
from billing_app.services.arriving import BY_GATEWAY, paid_out_of, read_reference
from billing_app.services.naming import named
from billing_app.services.reducing import noted_before
from billing_app.services.repeating import keep_new
from billing_app.services.telling import tell


class NothingCameIn(Conflict):
    """The payment was taken back, by its bank or as a mistake; there is no money to hand back."""

    sentence = (
        "This payment was taken back, so no money of it is here to refund. Nothing was recorded."
    )


class PartnersRefund(Conflict):
    """Money of a partner is not refunded payment by payment."""

    sentence = (
        "A partner's payment is not refunded here. Issue a credit note and hand the money back"
        " outside, or take the payment back if it was a mistake. Nothing was recorded."
    )


class Disputed(Conflict):
    """The payer's bank may take the money, so it cannot be given back as well."""

    sentence = (
        "This payment is disputed, and the payment provider holds its money until that is decided."
        " Nothing was given back; answer the dispute there instead."
    )


@dataclass(frozen=True)
class RefundPart:
    """A refund that a credit note comes with: of which payment, and how much."""

    refund_id: str
    payment_id: str
    amount: Money
    reference: str = ""
    refunded_on: date | None = None


@command_step
def refundable(work: Work[Clerk], payment: Payment) -> Money:
    """What of a payment can be given back: it went back in no way yet, nor is it just going.

    What is disputed counts as gone: its bank holds it.
    """
    if payment.customer_id is None:
        raise PartnersRefund
    if book.find(work, Event.PAYMENT_REVERSED, payment.id) is not None:
        raise NothingCameIn
    held = Money(disputed(work, payment.id, "open", "lost"), payment.currency)
    return max(not_given_back(work, payment) - held, Money.zero(payment.currency))


@command_step
def not_given_back(work: Work[Clerk], payment: Payment) -> Money:
    """What of a payment we gave back in no way yet, whatever its payer's bank took."""
    gone = refunded(work, payment.id) + being_given_back(work, payment.id)
    return Money(payment.amount_minor - gone, payment.currency)


@command_step
def refuse_disputed(work: Work[Clerk], payment: Payment) -> None:
    """Refuse to begin to give back what the payer's bank may take.

    Money that the gateway gave back before its dispute was heard of is recorded all the same.
    """
    if disputed(work, payment.id, "open"):
        raise Disputed


@command_step
def kept_on_invoice(work: Work[Clerk], invoice: Invoice) -> Money:
    """What was paid on an invoice, less what credit notes already handed back of it."""
    kept = paid_on_invoice(work, invoice.id) - noted_before(work, invoice).handed_back
    return Money(max(kept, 0), invoice.currency)


@command_step
def on_invoices(work: Work[Clerk], payment: Payment) -> list[Applied]:
    """What a payment pays on invoices, itself and by the credit it brought, the latest first."""
    applied = still_applied(work, payment)
    for lot in lots_of(work, payment):
        applied += still_applied(work, lot)
    found = [each for each in applied if each.allocation.invoice_id is not None]
    return sorted(found, key=lambda each: each.allocation.id, reverse=True)


@command_step
def returnable(work: Work[Clerk], payment: Payment, invoice: Invoice) -> Money:
    """What of a payment, or of its credit, pays an invoice and can be taken off by a refund."""
    applied = sum(
        each.minor
        for each in on_invoices(work, payment)
        if each.allocation.invoice_id == invoice.id
    )
    still = Money(applied - refunded_with_notes(work, payment.id, invoice.id), payment.currency)
    return min(still, kept_on_invoice(work, invoice))


@command_step
def planned_refunds(
    work: Work[Clerk], invoice: Invoice, parts: Sequence[RefundPart], *, method: str
) -> list[Refund]:
    """The refunds that a credit note on an invoice will come with, each within its bounds."""
    if len({part.payment_id for part in parts}) != len(parts):
        raise Invalid("A payment is named twice. Name each one once.", field="excess")
    return [_planned(work, invoice, part, method) for part in parts]


@command_step
def refund_with_note(work: Work[Clerk], refund: Refund, note: CreditNote, *, key: str) -> None:
    """Hand money back that is owed no more. It is posted before the note that lowers the debt."""
    refund.credit_note_id, refund.reason = note.id, note.reason
    keep_new(work, refund)
    owed = accounts.receivable(refund.customer_id, note.invoice_id)
    book.post(
        work,
        Event.REFUND_NO_LONGER_OWED,
        refund.id,
        recipes.refund(
            [(owed, Money(refund.amount_minor, refund.currency))], out_of=paid_out_of(refund)
        ),
        on=refund.refunded_on,
        reason=note.reason,
        key=key,
    )
    tell(work, "refund", work.get(Customer, refund.customer_id), refund.shown_id)


def _planned(work: Work[Clerk], invoice: Invoice, part: RefundPart, method: str) -> Refund:
    payment = work.find(Payment, part.payment_id)
    if above_zero(part.amount).currency != payment.currency:
        raise WrongCurrency("This payment", payment.currency)
    if method != BY_GATEWAY:
        refuse_disputed(work, payment)
    most = min(refundable(work, payment), returnable(work, payment, invoice))
    assert payment.customer_id is not None, "a partner's payment was refused"
    if part.amount > most:
        raise TooMuch(f"of this payment can be refunded on {named(invoice)}", most)
    return Refund(
        id=Refund.read_id(part.refund_id),
        payment_id=payment.id,
        customer_id=payment.customer_id,
        amount_minor=part.amount.minor,
        currency=payment.currency,
        choice=NO_LONGER_OWES,
        method=method,
        reference=read_reference(part.reference),
        refunded_on=day_of_act(
            work, part.refunded_on, since=payment.received_on, field="refunded_on"
        ),
        recorded_at=clock.now(),
    )
