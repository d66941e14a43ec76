"""Lists as rows of a table, walked through by key, so that a list of any length is one pass.

Days and amounts stay what they are: how they are written is for whoever writes the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, false, or_, true
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, CustomerActor, Member
from billing_app.access.guard import admin_read, customer_read, member_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search, sort_form
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.reads import export_cells, invoice_words
from billing_app.reads.beginnings import begins
from billing_app.reads.credits import request_conditions
from billing_app.reads.export_cells import Cell
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoice_search import InvoiceFilter, conditions_of
from billing_app.reads.paging import cut
from billing_app.reads.payment_search import payment_ways

AT_ONCE = 500
"""So many rows are read in one transaction."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a list is narrowed. What is left empty does not narrow anything."""

    standing: str = ""
    party_id: str = ""
    currency: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    customer: str = ""
    least: str = ""
    most: str = ""
    due_since: str = ""
    due_until: str = ""
    """These five as the address of the list of invoices says them."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a list; ``after`` asks for the next ones, empty with the last."""

    rows: list[tuple[Cell, ...]]
    after: str


@dataclass(frozen=True)
class List:
    """A list that can be exported: its headings, and what it can be narrowed by."""

    headings: tuple[str, ...]
    narrowed_by: frozenset[str]
    conditions: Callable[[Work[AdminActor], Wanted], Sequence[Any]]
    kind: type[OrgOwned]
    day: str
    cells: Callable[[Work[Member], Sequence[Any]], list[tuple[Cell, ...]]]
    customers_see: bool = True


@admin_read()
def exported(work: Work[AdminActor], name: str, wanted: Wanted, *, after: str = "") -> Rows:
    """The next rows of one of the organization's lists."""
    chosen = _chosen(name)
    _refuse_other_words(chosen, wanted)
    return _rows(work, chosen, [*chosen.conditions(work, wanted), *_days(chosen, wanted)], after)


@customer_read
def my_exported(work: Work[CustomerActor], name: str, *, after: str = "") -> Rows:
    """The next rows of one of a customer's own lists."""
    chosen = _chosen(name)
    if not chosen.customers_see:
        raise NotFound
    return _rows(work, chosen, [], after)


@member_read
def headings(work: Work[Member], name: str) -> tuple[str, ...]:
    """What stands above the columns of a list."""
    return _chosen(name).headings


def _chosen(name: str) -> List:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


def _refuse_other_words(chosen: List, wanted: Wanted) -> None:
    """Whoever asks for less must not get more because a word was not understood."""
    for field in fields(Wanted):
        if getattr(wanted, field.name) and field.name not in chosen.narrowed_by:
            said = field.name.replace("_", " ").removesuffix(" id")
            raise Invalid(f"This list cannot be narrowed by {said}.", field=field.name)


def _rows(work: Work[Member], chosen: List, conditions: Sequence[Any], after: str) -> Rows:
    kind = chosen.kind
    asked = select(kind).where(*conditions)
    if after:
        asked = asked.where(col(kind.id) > kind.read_id(after))
    found = work.exec(asked.order_by(col(kind.id)).limit(AT_ONCE + 1)).all()
    page, last = cut(found, AT_ONCE)
    return Rows(chosen.cells(work, page), last.shown_id if last else "")


def _days(chosen: List, wanted: Wanted) -> list[Any]:
    day = col(getattr(chosen.kind, chosen.day))
    since = [day >= wanted.since] if wanted.since else []
    return [*since, *([day <= wanted.until] if wanted.until else [])]


def _invoices(work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    if wanted.standing and wanted.standing not in set(Standing):
        raise Invalid(f"Choose one of: {', '.join(Standing)}.", field="standing")
    said = {
        "standing": wanted.standing,
        "currency": wanted.currency,
        "search": wanted.search,
        "customer": wanted.customer,
        "least": wanted.least,
        "most": wanted.most,
        "due_since": wanted.due_since,
        "due_until": wanted.due_until,
    }
    meant = invoice_words.wanted(work, said)
    return conditions_of(work, replace(meant, party_id=wanted.party_id or meant.party_id))


def _requests(work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    found = request_conditions(
        work, customer_id=wanted.party_id, state=wanted.standing, search=wanted.search
    )
    return [*found, *_currency(CreditRequest, wanted)]


def _payments(work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    ways = payment_ways(
        work, party_id=wanted.party_id, search=wanted.search, currency=wanted.currency
    )
    either = or_(false(), *(and_(true(), *way) for way in ways))
    return [either, *_currency(Payment, wanted)]


def _refunds(_work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    return [*_customer(Refund, wanted), *_currency(Refund, wanted)]


def _notes(work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    if not wanted.party_id:
        return _currency(CreditNote, wanted)
    of_party = conditions_of(work, InvoiceFilter(party_id=wanted.party_id))
    mine = select(Invoice.id).where(*of_party)
    return [col(CreditNote.invoice_id).in_(mine), *_currency(CreditNote, wanted)]


def _customers(_work: Work[AdminActor], wanted: Wanted) -> Sequence[Any]:
    typed = read_search(wanted.search)
    return [begins(Customer.sort_name, sort_form(typed))] if typed else []


def _customer(kind: Any, wanted: Wanted) -> list[Any]:
    return [kind.customer_id == Customer.read_id(wanted.party_id)] if wanted.party_id else []


def _currency(kind: Any, wanted: Wanted) -> list[Any]:
    return [kind.currency == read_currency(wanted.currency)] if wanted.currency else []


_BY_MOST = frozenset({"party_id", "currency", "since", "until"})

LISTS: Mapping[str, List] = {
    "invoices": List(
        export_cells.INVOICES,
        _BY_MOST | {"standing", "search", "customer", "least", "most", "due_since", "due_until"},
        _invoices,
        Invoice,
        "issued_on",
        export_cells.invoices,
    ),
    "credit-requests": List(
        export_cells.REQUESTS,
        _BY_MOST | {"standing", "search"},
        _requests,
        CreditRequest,
        "raised_on",
        export_cells.requests,
    ),
    "payments": List(
        export_cells.PAYMENTS,
        _BY_MOST | {"search"},
        _payments,
        Payment,
        "received_on",
        export_cells.payments,
    ),
    "refunds": List(
        export_cells.REFUNDS, _BY_MOST, _refunds, Refund, "refunded_on", export_cells.refunds
    ),
    "credit-notes": List(
        export_cells.NOTES, _BY_MOST, _notes, CreditNote, "effective_on", export_cells.notes
    ),
    "customers": List(
        export_cells.CUSTOMERS,
        frozenset({"search"}),
        _customers,
        Customer,
        "created_at",
        export_cells.customers,
        customers_see=False,
    ),
}
