"""Credit notes: an invoice asks for less, and what was already paid beyond that goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import WrongCurrency, above_zero, shown
from billing_app.kernel.shares import Reduced
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Account
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Refund
from billing_app.services.arriving import OUTSIDE
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.handing_back import (
    RefundPart,
    planned_refunds,
    refund_with_note,
)
from billing_app.services.locking import lock_party_of
from billing_app.services.naming import named
from billing_app.services.numbering import Numbered, take_number
from billing_app.services.owing import owed_on
from billing_app.services.reducing import LineCredit, reduced_lines
from billing_app.services.repeating import keep_new, once

REASON_CODES = {
    "error": "Error on the invoice",
    "cancelled_service": "Cancelled service",
    "negotiated_discount": "Negotiated discount",
    "duplicate": "Duplicate invoice",
    "write_off": "Write-off",
    "goodwill": "Goodwill",
}


class NotNotable(Conflict):
    """Only an invoice that stands can ask for less."""

    def __init__(self, invoice: Invoice) -> None:
        why = "is a draft; change it instead" if invoice.state == "draft" else "is void"
        super().__init__(f"{named(invoice)} {why}. No credit note was issued.")


class PartnersCredit(Conflict):
    """Credit is kept for customers only."""

    sentence = (
        "Credit is kept for customers, not for partners. Hand the money back outside instead;"
        " no credit note was issued."
    )


class NotWhole(Invalid):
    """Where the part goes that was paid already has to be said, to the last cent."""

    def __init__(self, lowered: Money, excess: Money, told: Money) -> None:
        super().__init__(
            f"Of this credit note, {shown(lowered)} lowers what is still to pay. The rest,"
            f" {shown(excess)}, was paid already and has to go to credit, a refund or outside;"
            f" you placed {shown(told)}. No credit note was issued.",
            field="excess",
        )


@dataclass(frozen=True)
class Excess:
    """Where the part of a credit note goes that was already paid."""

    to_credit: Money | None = None
    refunds: Sequence[RefundPart] = ()
    outside: Money | None = None


@dataclass(frozen=True)
class Planned:
    """All that a credit note is going to do, in minor units."""

    parts: Mapping[UUID, Reduced]
    lowered: int
    refunds: Sequence[Refund]
    placed: _Placed


@dataclass(frozen=True)
class _Placed:
    """The way back of what was paid already, in minor units."""

    to_credit: int
    refunded: int
    outside: int


@admin_command(Permission.GIVE_CREDIT)
def issue_credit_note(
    work: Work[AdminActor],
    note_id: str,
    *,
    invoice_id: str,
    amount: Money | Sequence[LineCredit],
    reason_code: str,
    reason: str = "",
    effective_on: date | None = None,
    excess: Excess = Excess(),
    command_key: str = "",
) -> str:
    """Reduce what an issued invoice asks, by an amount over all its lines or line by line.

    What is still to pay is lowered first. Whatever exceeds it was paid already, so its way
    back has to be told exactly: into the customer's credit, as refunds of named payments,
    or handed back outside of Quittance.
    """
    said = [note_id, invoice_id, amount, reason_code, reason, effective_on, excess]
    first = once(work, command_key, "issue_credit_note", said, makes=note_id)
    if first is not None:
        return first
    party = lock_party_of(work, invoice_id)
    invoice = work.find(Invoice, invoice_id, lock=True)
    terms = Terms(note_id, reason_code, reason, effective_on, command_key)
    return write_note(work, party, invoice, terms, amount=amount, excess=excess)


@dataclass(frozen=True)
class Terms:
    """What a credit note says of itself, beside its amounts."""

    note_id: str
    reason_code: str
    reason: str
    effective_on: date | None
    command_key: str


@command_step
def write_note(
    work: Work[Clerk],
    party: Customer | Partner,
    invoice: Invoice,
    terms: Terms,
    *,
    amount: Money | Sequence[LineCredit],
    excess: Excess,
    lowers: bool = True,
    method: str = OUTSIDE,
) -> str:
    """Issue a credit note on a locked invoice; the refunds it comes with are posted first.

    With ``lowers`` false, as for money that goes back because it is owed no more, all of it
    is excess, whatever else is still to pay. ``method`` is how the refunds go back.
    """
    planned = plan_note(
        work, invoice, terms, amount=amount, excess=excess, lowers=lowers, method=method
    )
    note = _note(work, invoice, terms, planned)
    lines = [_line(note, line_id, part) for line_id, part in planned.parts.items()]
    keep_new(work, note)
    work.add(*lines)
    reach("note.numbered")
    for refund in planned.refunds:
        refund_with_note(work, refund, note, key=terms.command_key)
    reach("refund.posted")
    _post(work, invoice, note, terms.command_key)
    reach("refund.noted")
    if note.to_credit_minor and isinstance(party, Customer):
        apply_arrived_credit(work, party)
    return note.shown_id


@command_step
def plan_note(
    work: Work[Clerk],
    invoice: Invoice,
    terms: Terms,
    *,
    amount: Money | Sequence[LineCredit],
    excess: Excess,
    lowers: bool,
    method: str,
) -> Planned:
    """What a credit note on a locked invoice is going to do, or the refusal; writes nothing."""
    if invoice.state != "issued":
        raise NotNotable(invoice)
    if terms.reason_code not in REASON_CODES:
        raise Invalid("Choose a reason for the credit note.", field="reason_code")
    parts = reduced_lines(work, invoice, amount)
    total = sum(part.gross for part in parts.values())
    lowered = min(total, invoice.still_to_pay_minor) if lowers else 0
    refunds = planned_refunds(work, invoice, excess.refunds, method=method)
    placed = _placed(invoice, excess, Money(lowered, invoice.currency), total)
    return Planned(parts, lowered, refunds, placed)


def _placed(invoice: Invoice, excess: Excess, lowered: Money, total: int) -> _Placed:
    """Where the part goes that was paid already, if it goes somewhere to the last cent.

    It cannot be more than was paid: a note is never above what of the invoice still stands.
    """
    nothing = Money.zero(invoice.currency)
    refunded = sum((part.amount for part in excess.refunds), nothing)
    told = [excess.to_credit or nothing, refunded, excess.outside or nothing]
    for amount in filter(None, told):
        if above_zero(amount, field="excess").currency != invoice.currency:
            raise WrongCurrency(named(invoice), invoice.currency, field="excess")
    beyond = Money(total, invoice.currency) - lowered
    together = sum(told, nothing)
    if together != beyond:
        raise NotWhole(lowered, beyond, together)
    if excess.to_credit and invoice.customer_id is None:
        raise PartnersCredit
    return _Placed(*(amount.minor for amount in told))


def _note(
    work: Work[Clerk],
    invoice: Invoice,
    terms: Terms,
    planned: Planned,
) -> CreditNote:
    """The note, with a number. The series is locked last."""
    parts, placed = planned.parts, planned.placed
    return CreditNote(
        id=CreditNote.read_id(terms.note_id),
        invoice_id=invoice.id,
        reason_code=terms.reason_code,
        reason=read_line(
            terms.reason, longest=LONGEST_REASON, what="reason", field="reason", required=False
        ),
        effective_on=day_of_act(
            work, terms.effective_on, since=invoice.issued_on, field="effective_on"
        ),
        recorded_at=clock.now(),
        currency=invoice.currency,
        net_minor=sum(part.net for part in parts.values()),
        tax_minor=sum(part.tax for part in parts.values()),
        total_minor=sum(part.gross for part in parts.values()),
        lowered_minor=planned.lowered,
        to_credit_minor=placed.to_credit,
        refunded_minor=placed.refunded,
        outside_minor=placed.outside,
        snapshot=invoice.snapshot,
        number=take_number(work, Numbered.CREDIT_NOTE, partner_id=invoice.partner_id),
    )


def _line(note: CreditNote, line_id: UUID, part: Reduced) -> CreditNoteLine:
    return CreditNoteLine(
        credit_note_id=note.id,
        invoice_line_id=line_id,
        net_minor=part.net,
        tax_minor=part.tax,
        gross_minor=part.gross,
    )


def _post(work: Work[Clerk], invoice: Invoice, note: CreditNote, key: str) -> None:
    currency = invoice.currency
    transfers = recipes.credit_note_issued(
        owed_on(invoice),
        net=Money(note.net_minor, currency),
        tax=Money(note.tax_minor, currency),
        to_credit=_new_lot(work, invoice, note),
        outside=Money(note.outside_minor, currency),
    )
    book.post(
        work,
        Event.CREDIT_NOTE_ISSUED,
        note.id,
        transfers,
        on=note.effective_on,
        reason=note.reason,
        key=key,
    )


def _new_lot(work: Work[Clerk], invoice: Invoice, note: CreditNote) -> list[tuple[Account, Money]]:
    """The credit that the note turns a paid amount into, if any."""
    if not note.to_credit_minor:
        return []
    assert invoice.customer_id is not None, "a partner's credit was refused"
    lot = CreditLot(
        customer_id=invoice.customer_id,
        currency=note.currency,
        amount_minor=note.to_credit_minor,
        origin="credit_note",
        credit_note_id=note.id,
        made_on=note.effective_on,
        recorded_at=note.recorded_at,
        reason=note.reason,
    )
    work.add(lot)
    to = accounts.credit(invoice.customer_id, lot.id)
    return [(to, Money(lot.amount_minor, lot.currency))]
