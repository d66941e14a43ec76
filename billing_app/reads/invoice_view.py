"""One invoice with all that happened to it, for its page and for its own customer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.ids import show as show_id
from billing_app.kernel.quantities import show_quantity
from billing_app.kernel.rates import show_rate
from billing_app.kernel.tongue import marked, tell
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import CreditNote, Invoice, InvoiceLine, PlanPart, WriteOff
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.reads.invoices import InvoiceRow
from billing_app.reads.locales import Setting, setting
from billing_app.reads.methods import credit_words, paid_with
from billing_app.reads.party_names import party_names
from billing_app.reads.payments_seen import payments_seen
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.standings import standings_of
from billing_app.reads.statuses import Due, part_status
from billing_app.reads.undone import undone

# Why a credit note was made is kept as a code; these are the codes in words.
_REASONS = {
    "error": marked("Error"),
    "cancelled_service": marked("Cancelled service"),
    "negotiated_discount": marked("Negotiated discount"),
    "duplicate": marked("Duplicate"),
    "write_off": marked("Write off"),
    "goodwill": marked("Goodwill"),
}
WRITE_OFFS = {"bad_debt": "Bad debt", "small_balance": "Small balance"}


@dataclass(frozen=True)
class LineView:
    """One thing an invoice charges for."""

    id: str
    description: str
    quantity: str
    unit_price: Amount
    discount: str
    tax: str
    net: Amount
    tax_amount: Amount
    gross: Amount


@dataclass(frozen=True)
class PartView:
    """One due part of a plan."""

    due_on: str
    amount: Amount
    still_to_pay: Amount
    status: str


@dataclass(frozen=True)
class PaidView:
    """Money or credit that was applied to a document, or came off it again."""

    id: str
    on: str
    what: str
    amount: Amount
    payment_id: str
    taken_back: bool
    gone: bool
    """Whether all that the payment brought was taken back, as if it had not come in."""


@dataclass(frozen=True)
class LoweredView:
    """What lowered an invoice: a credit note, or what was written off.

    A write-off that was taken back stays, and counts no longer.
    """

    id: str
    number: str
    on: str
    what: str
    amount: Amount
    taken_back: bool = False


@dataclass(frozen=True, kw_only=True)
class InvoiceView:
    """An invoice, as its page shows it."""

    row: InvoiceRow
    version: int
    reference: str
    note: str
    prices_include_tax: bool
    lines: list[LineView]
    parts: list[PartView]
    net: Amount
    tax: Amount
    paid: Amount
    credited: Amount
    written_off: Amount
    payments: list[PaidView]
    credit_notes: list[LoweredView]
    write_offs: list[LoweredView]
    biller: dict[str, str]
    recipient: dict[str, str]
    duplicate_of: str


@admin_read()
def invoice(work: Work[AdminActor], invoice_id: str) -> InvoiceView:
    """An invoice of the organization, a draft too."""
    return invoice_view(work, invoice_id)


@member_read
def invoice_view(work: Work[Member], invoice_id: str) -> InvoiceView:
    """An invoice that the actor may see. Write-offs are for admins: customers are not told."""
    found = work.find(Invoice, invoice_id)
    shown = setting(work)
    stand = standings_of(work, [found], shown.today)[found.id]
    figures, party_id = stand.figures, found.customer_id or found.partner_id
    said = json.loads(found.snapshot) if found.snapshot else {}

    def show(minor: int) -> Amount:
        return amount(minor, found.currency, shown.locale)

    is_admin = isinstance(work.actor, AdminActor)
    written_off = is_admin and "write_offs" in stand.there
    return InvoiceView(
        row=InvoiceRow.of(found, party_names(work, [party_id])[party_id], stand, shown),
        version=found.version,
        reference=found.reference,
        note=found.note,
        prices_include_tax=found.prices_include_tax,
        lines=list(_lines(work, found, shown)),
        parts=_parts(work, found, stand.dues, shown) if "parts" in stand.there else [],
        net=show(found.net_minor),
        tax=show(found.tax_minor),
        paid=show(figures.paid),
        credited=show(figures.credited),
        written_off=show(figures.given_up + figures.let_go if is_admin else 0),
        payments=applied_to(work, found, shown),
        credit_notes=list(_notes(work, found, shown)) if "notes" in stand.there else [],
        write_offs=list(_write_offs(work, found, shown)) if written_off else [],
        biller=said.get("from", {}),
        recipient=said.get("to", {}),
        duplicate_of=show_id(Invoice.prefix, found.duplicate_of_id)
        if is_admin and found.duplicate_of_id
        else "",
    )


@member_read
def applied_to(
    work: Work[Member], row: Invoice | CreditRequest | Payment, shown: Setting
) -> list[PaidView]:
    """What was applied to a document or by a payment, and what came off again, in its order."""
    return applied_rows(work, allocations_of(work, row), row.currency, shown)


@member_read
def allocations_of(
    work: Work[Member], row: Invoice | CreditRequest | Payment
) -> Sequence[Allocation]:
    """What was applied to a document or by a payment, and what came off again, as rows."""
    return work.once(_applied, type(row), row.id)


def _applied(work: Work[Any], kind: type[Any], row_id: UUID) -> Sequence[Allocation]:
    return work.exec(_APPLIED[kind], params={"id": row_id}).all()


@member_read
def applied_rows(
    work: Work[Member], rows: Sequence[Allocation], currency: str, shown: Setting
) -> list[PaidView]:
    """What these rows applied to documents or took back, in words."""
    payments = payments_seen(work, {row.payment_id for row in rows if row.payment_id})
    lots = work.get_all(CreditLot, {row.lot_id for row in rows})
    refunds = work.get_all(Refund, {row.act_id for row in rows} - payments.keys())
    views = []
    for row in rows:
        payment = payments.get(row.payment_id) if row.payment_id else None
        lot = lots.get(row.lot_id)
        what = paid_with(payment.instrument, payment) if payment else credit_words(lot)
        if row.reverses_id is not None:
            refunded = row.act_id in refunds
            back = marked("Refund: %(what)s") if refunded else marked("Taken back: %(what)s")
            what = tell(back, what=what)
        elif row.act_id in refunds:
            what = tell("Refund taken back: %(what)s", what=what)
        sign = 1 if row.reverses_id is None else -1
        views.append(
            PaidView(
                id=row.shown_id,
                on=day(row.made_on),
                what=what,
                amount=amount(sign * row.amount_minor, currency, shown.locale),
                payment_id=show_id(Payment.prefix, payment.id) if payment else "",
                taken_back=row.reverses_id is not None,
                gone=payment is not None and payment.undone,
            )
        )
    return views


def _lines(work: Work[Member], invoice: Invoice, shown: Setting) -> Iterator[LineView]:
    for line in work.exec(_LINES, params={"id": invoice.id}):
        rate = show_rate(line.tax_bp, shown.locale)

        def show(minor: int) -> Amount:
            return amount(minor, invoice.currency, shown.locale)

        yield LineView(
            id=line.shown_id,
            description=line.description,
            quantity=show_quantity(line.quantity_milli, shown.locale),
            unit_price=show(line.unit_price_minor),
            discount=show_rate(line.discount_bp, shown.locale) if line.discount_bp else "",
            tax=f"{line.tax_name} {rate}".strip() if line.tax_name or line.tax_bp else "",
            net=show(line.net_minor),
            tax_amount=show(line.tax_minor),
            gross=show(line.gross_minor),
        )


def _parts(
    work: Work[Member], invoice: Invoice, due: Sequence[Due], shown: Setting
) -> list[PartView]:
    parts = work.exec(_PARTS, params={"id": invoice.id})
    return [
        PartView(
            due_on=day(part.due_on),
            amount=amount(part.amount_minor, invoice.currency, shown.locale),
            still_to_pay=amount(each.left, invoice.currency, shown.locale),
            status=part_status(invoice.state, part.amount_minor, each.left),
        )
        for part, each in zip(parts, due, strict=False)
    ]


def _notes(work: Work[Member], invoice: Invoice, shown: Setting) -> Iterator[LoweredView]:
    for note in work.exec(_NOTES, params={"id": invoice.id}):
        yield LoweredView(
            id=note.shown_id,
            number=note.number,
            on=day(note.effective_on),
            what=tell(_REASONS[note.reason_code]),
            amount=amount(note.total_minor, note.currency, shown.locale),
        )


def _write_offs(work: Work[Member], invoice: Invoice, shown: Setting) -> Iterator[LoweredView]:
    losses = work.exec(_WRITE_OFFS, params={"id": invoice.id}).all()
    mistaken = undone(work, (loss.id for loss in losses), Event.WRITE_OFF_REVERSED)
    for loss in losses:
        yield LoweredView(
            id=loss.shown_id,
            number="",
            on=day(loss.written_off_on),
            what=WRITE_OFFS[loss.kind],
            amount=amount(loss.amount_minor, invoice.currency, shown.locale),
            taken_back=loss.id in mistaken,
        )


_LINES = (
    select(InvoiceLine).where(is_it(InvoiceLine.invoice_id)).order_by(col(InvoiceLine.position))
)
_PARTS = (
    select(PlanPart)
    .where(is_it(PlanPart.invoice_id))
    .order_by(col(PlanPart.due_on), col(PlanPart.position))
)
_NOTES = select(CreditNote).where(is_it(CreditNote.invoice_id)).order_by(col(CreditNote.id))
_WRITE_OFFS = select(WriteOff).where(is_it(WriteOff.invoice_id)).order_by(col(WriteOff.id))
_APPLIED = {
    kind: select(Allocation).where(is_it(column)).order_by(col(Allocation.id))
    for kind, column in (
        (Invoice, Allocation.invoice_id),
        (CreditRequest, Allocation.credit_request_id),
        (Payment, Allocation.payment_id),
    )
}
