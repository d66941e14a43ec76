"""The lines of an invoice: what they ask for, with the taxes they name, priced."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.pricing import Line, Priced, price
from billing_app.models.books import TaxRate
from billing_app.models.invoice import LONGEST_DESCRIPTION, Invoice, InvoiceLine

MOST_LINES = 200


class TaxRateArchived(Conflict):
    """The tax rate is no longer in use."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The tax rate {name} is no longer in use. Choose another one; nothing was changed."
        )


@command_step
def lines_of(work: Work[Clerk], invoice: Invoice) -> Sequence[InvoiceLine]:
    """The lines of an invoice in their order."""
    return work.exec(_LINES, params={"id": invoice.id}).all()


@command_step
def itemize(
    work: Work[Clerk],
    invoice: Invoice,
    said: Sequence[DraftLine],
    *,
    archived_too: bool = False,
) -> list[InvoiceLine]:
    """The rows for what was said, priced, not yet kept; the invoice takes the sums.

    A copy may name a tax that is no longer in use: it is asked about when it is issued.
    """
    if len(said) > MOST_LINES:
        raise Invalid(f"An invoice can have at most {MOST_LINES} lines.", field="lines")
    rates = _rates(work, said, archived_too=archived_too)
    rows = [_row(invoice, place, line, rates) for place, line in enumerate(said, start=1)]
    priced = price(
        [
            Line(line.quantity_milli, line.unit_price, line.discount_bp, row.tax_bp)
            for line, row in zip(said, rows, strict=True)
        ],
        invoice.currency,
        inclusive=invoice.prices_include_tax,
        rounding=invoice.tax_rounding,
    )
    _take_sums(invoice, rows, priced)
    return rows


def _rates(
    work: Work[Clerk], said: Sequence[DraftLine], *, archived_too: bool
) -> dict[str, TaxRate]:
    """The tax rates that the lines name, by id. One that is not ours is NotFound."""
    found = {
        shown_id: work.find(TaxRate, shown_id)
        for shown_id in dict.fromkeys(line.tax_rate_id for line in said)
        if shown_id
    }
    archived = [rate.name for rate in found.values() if rate.archived_at is not None]
    if archived and not archived_too:
        raise TaxRateArchived(archived[0])
    return found


def _row(
    invoice: Invoice, position: int, line: DraftLine, rates: dict[str, TaxRate]
) -> InvoiceLine:
    rate = rates.get(line.tax_rate_id)
    return InvoiceLine(
        invoice_id=invoice.id,
        position=position,
        description=read_line(
            line.description, longest=LONGEST_DESCRIPTION, what="description", field="description"
        ),
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price.minor,
        discount_bp=line.discount_bp,
        tax_rate_id=rate.id if rate else None,
        tax_name=rate.name if rate else "",
        tax_bp=rate.rate_bp if rate else 0,
        net_minor=0,
        tax_minor=0,
        gross_minor=0,
    )


def _take_sums(invoice: Invoice, rows: Sequence[InvoiceLine], priced: Priced) -> None:
    for row, line in zip(rows, priced.lines, strict=True):
        row.net_minor = line.net.minor
        row.tax_minor = line.tax.minor
        row.gross_minor = line.gross.minor
    invoice.net_minor = priced.net.minor
    invoice.tax_minor = priced.tax.minor
    invoice.total_minor = priced.total.minor


_LINES = (
    select(InvoiceLine).where(is_it(InvoiceLine.invoice_id)).order_by(col(InvoiceLine.position))
)
