"""What invoices, Credit Requests and credit notes say on paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.work import Work
from billing_app.ledger import book
from billing_app.ledger.accounts import Code
from billing_app.ledger.events import Event
from billing_app.models.base import points_at
from billing_app.models.books import OrganizationProfile
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine, PlanPart
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Allocation
from billing_app.reads.paper import Charge, Head, Kind, Line, Part, Position, Tax, read_sides
from billing_app.reads.paper_heads import head_of

_NOTED = frozenset({Code.OWN_SALES, Code.TAX_PAYABLE})


@system_read
def charge_of_invoice(
    work: Work[SystemActor], invoice_id: str, *, public_url: str, as_issued: bool
) -> Charge:
    """An invoice that was issued."""
    invoice = work.find(Invoice, invoice_id)
    assert invoice.issued_on is not None, "a draft is no paper"
    rows = work.exec(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice.id)
        .order_by(col(InvoiceLine.position))
    ).all()
    return Charge(
        head=_head(work, invoice, Kind.INVOICE, invoice.issued_on, as_issued=as_issued),
        net=invoice.net_minor,
        tax=invoice.tax_minor,
        total=invoice.total_minor,
        booked_total=_posted(work, Event.INVOICE_ISSUED, invoice),
        lines=tuple(_line(row) for row in rows),
        taxes=_taxes(invoice.snapshot),
        parts=_parts(work, invoice),
        prices_include_tax=invoice.prices_include_tax,
        due_on=invoice.due_on,
        reference=invoice.reference,
        note=invoice.note,
        bank_details=_bank_details(work, invoice, as_issued=as_issued),
        position=None if as_issued else _position(work, invoice, public_url),
        booked_left=_owed(work, invoice),
    )


@system_read
def charge_of_request(
    work: Work[SystemActor], request_id: str, *, public_url: str, as_issued: bool
) -> Charge:
    """A Credit Request that was raised. It is never taxed."""
    request = work.find(CreditRequest, request_id)
    assert request.raised_on is not None, "a draft is no paper"
    total = request.total_minor
    return Charge(
        head=_head(work, request, Kind.CREDIT_REQUEST, request.raised_on, as_issued=as_issued),
        net=total,
        tax=0,
        total=total,
        booked_total=total,
        lines=(Line(description=request.description, net=total, tax=0, gross=total),),
        due_on=request.due_on,
        bank_details=_bank_details(work, request, as_issued=as_issued),
        position=None if as_issued else _position(work, request, public_url),
        booked_left=total - _paid(work, request) if request.state == "raised" else 0,
    )


@system_read
def charge_of_note(work: Work[SystemActor], note_id: str, *, as_issued: bool) -> Charge:
    """A credit note: what it takes off, line by line."""
    note = work.find(CreditNote, note_id)
    invoice = work.get(Invoice, note.invoice_id)
    rows: Any = work.exec(
        select(InvoiceLine, CreditNoteLine)
        .join(CreditNoteLine, points_at(CreditNoteLine, "invoice_line_id", InvoiceLine))
        .where(CreditNoteLine.credit_note_id == note.id)
        .order_by(col(InvoiceLine.position))
    ).all()
    taxes: dict[tuple[str, int], tuple[int, int]] = {}
    for line, off in rows:
        net, tax = taxes.get((line.tax_name, line.tax_bp), (0, 0))
        taxes[line.tax_name, line.tax_bp] = (net + off.net_minor, tax + off.tax_minor)
    return Charge(
        head=_head(work, note, Kind.CREDIT_NOTE, note.effective_on, as_issued=as_issued),
        net=note.net_minor,
        tax=note.tax_minor,
        total=note.total_minor,
        booked_total=_noted(work, note),
        lines=tuple(
            Line(
                description=line.description,
                net=off.net_minor,
                tax=off.tax_minor,
                gross=off.gross_minor,
                tax_bp=line.tax_bp,
            )
            for line, off in rows
        ),
        taxes=tuple(Tax(*named, *sums) for named, sums in taxes.items()),
        prices_include_tax=invoice.prices_include_tax,
        about=invoice.number or "",
        about_on=invoice.issued_on,
        reason_code=note.reason_code,
    )


def _head(
    work: Work[SystemActor],
    row: Invoice | CreditRequest | CreditNote,
    kind: Kind,
    on: date,
    *,
    as_issued: bool,
) -> Head:
    return head_of(
        work,
        read_sides(row.snapshot),
        document_id=row.shown_id,
        kind=kind,
        number=row.number or "",
        currency=row.currency,
        dated_on=on,
        as_issued=as_issued,
    )


def _line(row: InvoiceLine) -> Line:
    return Line(
        description=row.description,
        net=row.net_minor,
        tax=row.tax_minor,
        gross=row.gross_minor,
        quantity_milli=row.quantity_milli,
        unit_price=row.unit_price_minor,
        discount_bp=row.discount_bp,
        tax_bp=row.tax_bp,
    )


def _taxes(snapshot: str) -> tuple[Tax, ...]:
    """The sums for each tax, as they were kept at issue."""
    kept = json.loads(snapshot)["taxes"]
    return tuple(
        Tax(tax["name"], tax["rate_bp"], tax["net_minor"], tax["tax_minor"]) for tax in kept
    )


def _parts(work: Work[SystemActor], invoice: Invoice) -> tuple[Part, ...]:
    wanted = select(PlanPart).where(PlanPart.invoice_id == invoice.id)
    ordered = wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))
    return tuple(Part(part.due_on, part.amount_minor) for part in work.exec(ordered))


def _bank_details(
    work: Work[SystemActor], document: Invoice | CreditRequest, *, as_issued: bool
) -> str:
    """Where to transfer to: as it was said at issue, or for a current copy where it is now."""
    if as_issued:
        return str(read_sides(document.snapshot)["from"].get("bank_details", ""))
    return work.exec(select(OrganizationProfile.bank_details)).one()


def _position(
    work: Work[SystemActor], document: Invoice | CreditRequest, public_url: str
) -> Position:
    still = document.still_to_pay_minor
    is_void = document.state == "void"
    notes = select(func.sum(CreditNote.lowered_minor), func.sum(CreditNote.total_minor))
    lowered, noted = work.exec(notes.where(CreditNote.invoice_id == document.id)).one()
    credited = int(lowered or 0)
    return Position(
        credited=credited,
        settled=0 if is_void else document.total_minor - credited - still,
        still_to_pay=still,
        noted=int(noted or 0),
        void_on=document.voided_on if is_void else None,
        pay_address=_pay_address(work, document, public_url) if still else "",
    )


def _pay_address(
    work: Work[SystemActor], document: Invoice | CreditRequest, public_url: str
) -> str:
    column = PayLink.invoice_id if isinstance(document, Invoice) else PayLink.credit_request_id
    link = work.exec(select(PayLink).where(column == document.id)).one_or_none()
    if link is None or not public_url or not is_live(link):
        return ""
    return f"{public_url}/pay/{pay_token(link)}"


def _posted(work: Work[SystemActor], event: Event, invoice: Invoice) -> int:
    """What the ledger says that the invoice asked for; one over nothing posts nothing."""
    entry = book.find(work, event, invoice.id)
    moved: Sequence[Any] = book.transfers_of(work, entry) if entry else ()
    return sum(transfer.amount.minor for transfer in moved)


def _noted(work: Work[SystemActor], note: CreditNote) -> int:
    """What the ledger took off sales and tax for the note."""
    entry = book.find(work, Event.CREDIT_NOTE_ISSUED, note.id)
    moved: Sequence[Any] = book.transfers_of(work, entry) if entry else ()
    return sum(each.amount.minor for each in moved if each.debit.code in _NOTED)


def _owed(work: Work[SystemActor], invoice: Invoice) -> int:
    """What the receivable of the invoice holds, summed from its postings."""
    is_customers = invoice.customer_id is not None
    code = Code.CUSTOMER_RECEIVABLE if is_customers else Code.PARTNER_RECEIVABLE
    return book.balance(work, code, item_id=invoice.id, currency=invoice.currency).minor


def _paid(work: Work[SystemActor], request: CreditRequest) -> int:
    """What is applied to a request, summed from the rows that applied it and took it back."""
    rows = work.exec(select(Allocation).where(Allocation.credit_request_id == request.id))
    return sum(-row.amount_minor if row.reverses_id else row.amount_minor for row in rows)
