"""Invoices in lists, each with its standing and its amounts in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.reads.invoice_search import Found, InvoiceFilter, found_invoices
from billing_app.reads.locales import Setting, setting
from billing_app.reads.paging import cut
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.standings import Listed, Stand, standings_of, standings_with

_EVERY = InvoiceFilter()


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice, as a line of a list. A draft has no number yet."""

    id: str
    number: str
    party_id: str
    party: str
    issued_on: str
    due_on: str
    """By when the first is due of what is still to pay; once nothing is, when the last was."""

    total: Amount
    still_to_pay: Amount
    status: str
    flags: list[str]

    @classmethod
    def of(
        cls, invoice: Listed, party: tuple[str, str], stand: Stand, shown: Setting
    ) -> InvoiceRow:
        """The line of an invoice; ``party`` is the shown id and the name of who owes it."""
        return cls(
            id=show(Invoice.prefix, invoice.id),
            number=invoice.number or "",
            party_id=party[0],
            party=party[1],
            issued_on=day(invoice.issued_on),
            due_on=day(next((due.on for due in stand.dues if due.left), invoice.due_on)),
            total=amount(invoice.total_minor, invoice.currency, shown.locale),
            still_to_pay=amount(invoice.still_to_pay_minor, invoice.currency, shown.locale),
            status=stand.status,
            flags=list(stand.flags),
        )


@dataclass(frozen=True)
class InvoicePage:
    """One page of invoices; ``after`` asks for the next one, empty on the last."""

    rows: list[InvoiceRow]
    after: str


@admin_read()
def invoices(
    work: Work[AdminActor], wanted: InvoiceFilter = _EVERY, *, after: str = ""
) -> InvoicePage:
    """A page of the invoices wanted, in the order wanted."""
    shown = setting(work)
    page, last = cut(found_invoices(work, wanted, after=after))
    standings = zip(page, standings_with(work, page, page, shown.today), strict=True)
    rows = [InvoiceRow.of(row, _party(row), stand, shown) for row, stand in standings]
    return InvoicePage(rows, rows[-1].id if last else "")


@member_read
def invoice_rows(work: Work[Member], page: Sequence[Listed], shown: Setting) -> list[InvoiceRow]:
    """Invoices as lines of a list, with what follows from their sums."""
    names = party_names(work, (invoice.customer_id or invoice.partner_id for invoice in page))
    standings = standings_of(work, page, shown.today)
    return [
        InvoiceRow.of(
            invoice,
            names[invoice.customer_id or invoice.partner_id],
            standings[invoice.id],
            shown,
        )
        for invoice in page
    ]


def _party(row: Found) -> tuple[str, str]:
    kind, party_id = (Customer, row.customer_id) if row.customer_id else (Partner, row.partner_id)
    return show(kind.prefix, party_id), row.party
