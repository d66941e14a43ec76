"""A draft of an invoice, in the words in which somebody goes on writing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import exponent
from billing_app.kernel.ids import show
from billing_app.kernel.numerals import show_number
from billing_app.kernel.quantities import show_quantity
from billing_app.kernel.rates import show_rate
from billing_app.models.books import TaxRate
from billing_app.models.invoice import Invoice, InvoiceLine
from billing_app.models.party import PARTNERS_DUE_DAYS, Customer
from billing_app.reads.invoice_view import PartView, invoice
from billing_app.reads.locales import setting
from billing_app.reads.shown import day
from billing_app.reads.tax_rates import TaxRateRow, tax_rates


@dataclass(frozen=True)
class WrittenLine:
    """A line as somebody would type it, and what it comes to."""

    description: str
    quantity: str
    unit_price: str
    discount: str
    tax_rate_id: str
    total: str


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft, or what became of it: ``is_draft`` says whether it can still be written."""

    id: str
    is_draft: bool
    version: int
    party_id: str
    party: str
    currency: str
    prices_include_tax: bool
    reference: str
    note: str
    due_on: str
    due: str
    """By when all of it would be due if it were issued today."""

    lines: list[WrittenLine]
    parts: list[PartView]
    net: str
    tax: str
    total: str
    locale: str
    taxes: list[TaxRateRow]


@admin_read()
def draft(work: Work[AdminActor], invoice_id: str) -> DraftView:
    """A draft of the organization, and the taxes that its lines can name."""
    found = work.find(Invoice, invoice_id)
    view = invoice(work, invoice_id)
    return DraftView(
        id=found.shown_id,
        is_draft=found.state == "draft",
        version=found.version,
        party_id=view.row.party_id,
        party=view.row.party,
        currency=found.currency,
        prices_include_tax=found.prices_include_tax,
        reference=found.reference,
        note=found.note,
        due_on=found.due_on.isoformat() if found.due_on else "",
        due=view.parts[-1].due_on if view.parts else _due(work, found),
        lines=_lines(work, found, [line.gross.text for line in view.lines]),
        parts=view.parts,
        net=view.net.text,
        tax=view.tax.text,
        total=view.row.total.text,
        locale=setting(work).locale,
        taxes=tax_rates(work),
    )


def _due(work: Work[AdminActor], found: Invoice) -> str:
    """The day that was typed, else the one that follows from the days to pay."""
    if found.due_on:
        return day(found.due_on)
    customer = work.get(Customer, found.customer_id) if found.customer_id else None
    days = customer.due_days if customer else PARTNERS_DUE_DAYS
    return day(setting(work).today + timedelta(days=days))


def _lines(work: Work[AdminActor], found: Invoice, totals: Sequence[str]) -> list[WrittenLine]:
    locale, places = setting(work).locale, exponent(found.currency)
    wanted = select(InvoiceLine).where(InvoiceLine.invoice_id == found.id)
    rows = work.exec(wanted.order_by(col(InvoiceLine.position))).all()
    return [
        WrittenLine(
            description=line.description,
            quantity=show_quantity(line.quantity_milli, locale),
            unit_price=show_number(line.unit_price_minor, locale, places=places, fewest=places),
            discount=show_rate(line.discount_bp, locale) if line.discount_bp else "",
            tax_rate_id=show(TaxRate.prefix, line.tax_rate_id) if line.tax_rate_id else "",
            total=total,
        )
        for line, total in zip(rows, totals, strict=True)
    ]
