"""Credit notes: an invoice asks for less, and what was already paid beyond that goes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.outbox import PRINT_PAPER, owe
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.shares import Reduced
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Account
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer, Partner
from billing_app.services.arriving import OUTSIDE
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.handing_back import refund_with_note
from billing_app.services.locking import lock_party_of
from billing_app.services.note_planning import NOWHERE, Excess, Planned, Terms, plan_note
from billing_app.services.numbering import Numbered, take_number
from billing_app.services.owing import owed_on
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import keep_new, once
from billing_app.services.telling import tell


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
    excess: Excess = NOWHERE,
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
    owe(work, PRINT_PAPER, note.shown_id)
    tell(work, "credit_note", party, note.shown_id)
    if note.to_credit_minor and isinstance(party, Customer):
        apply_arrived_credit(work, party)
    return note.shown_id


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
