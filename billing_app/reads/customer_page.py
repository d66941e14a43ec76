"""A customer's page, section by section: how they stand, their documents, their payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.reads.balances import Balances, balances
from billing_app.reads.credits import RequestPage, RequestRow, credit_requests
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import InvoicePage, InvoiceRow, invoices
from billing_app.reads.locales import setting
from billing_app.reads.paging import cut
from billing_app.reads.payments import PaymentPage, PaymentRow, payments
from billing_app.reads.pedigrees import PedigreePage, pedigrees
from billing_app.reads.shown import Amount
from billing_app.reads.statements import statement
from billing_app.reads.timelines import Timeline, timeline

AT_FIRST = 5
"""So many of everything are shown at first; the next ones come as a whole page."""

Row = TypeVar("Row", InvoiceRow, RequestRow, PaymentRow)


@dataclass(frozen=True)
class Standing:
    """A customer's three figures per currency, and the credit that one of them is made of."""

    balances: list[Balances]
    lots: PedigreePage
    locale: str


@dataclass(frozen=True)
class Papers:
    """The first invoices and Credit Requests of a customer, the newest on top."""

    invoices: InvoicePage
    requests: RequestPage


@dataclass(frozen=True)
class Range:
    """The days of a statement, and the balances between which its lines lie."""

    since: date
    until: date
    currency: str
    currencies: list[str]
    opening: Amount
    closing: Amount


@admin_read()
def standing(work: Work[AdminActor], customer_id: str) -> Standing:
    """How a customer stands."""
    return Standing(balances(work, customer_id), pedigrees(work, customer_id), setting(work).locale)


@admin_read()
def papers(work: Work[AdminActor], customer_id: str) -> Papers:
    """The first of a customer's documents."""
    issued = invoices(work, InvoiceFilter(party_id=customer_id))
    asked = credit_requests(work, customer_id=customer_id)
    return Papers(
        InvoicePage(*_first(issued.rows, issued.after)),
        RequestPage(*_first(asked.rows, asked.after)),
    )


@admin_read()
def paid(work: Work[AdminActor], customer_id: str) -> PaymentPage:
    """The first of a customer's payments."""
    page = payments(work, party_id=customer_id)
    return PaymentPage(*_first(page.rows, page.after))


@admin_read()
def happened(work: Work[AdminActor], customer_id: str) -> Timeline:
    """The latest that happened to a customer."""
    page = timeline(work, customer_id)
    rows, last = cut(page.rows, AT_FIRST)
    return Timeline(rows, last.id if last else page.after)


@admin_read()
def days_of_statement(
    work: Work[AdminActor],
    customer_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    currency: str = "",
) -> Range:
    """The days of a statement: twelve months until today, where nothing else is said."""
    last = until or setting(work).today
    # As the PDF begins where no first day is said.
    first = since or last.replace(year=last.year - 1, day=1)
    found = statement(work, customer_id, since=first, until=last, currency=currency)
    return Range(first, last, found.currency, found.currencies, found.opening, found.closing)


def _first(rows: Sequence[Row], after: str) -> tuple[list[Row], str]:
    """The first rows of a page, and where the next ones are asked for."""
    page, last = cut(rows, AT_FIRST)
    return page, last.id if last else after
