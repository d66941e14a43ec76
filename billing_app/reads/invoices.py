"""Invoices in lists: by standing, party, currency, amount and day, in several orders.

They are found by number, by the name or e-mail address of their party, and by amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search, sort_form
from billing_app.kernel.errors import Invalid
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.party import Customer, Partner
from billing_app.reads.locales import Setting, setting
from billing_app.reads.numbers import numbered
from billing_app.reads.paging import PAGE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.plan_parts import still_open
from billing_app.reads.shown import Amount, amount, begins, day
from billing_app.reads.standings import Stand, standings_of

_MOST_NAMES = 200
"""So many parties whose names begin alike are looked into; who means others types on."""


class Standing(StrEnum):
    """The shelves on which a list of invoices can be looked at."""

    ALL = "all"
    DRAFT = "draft"
    TO_PAY = "to pay"
    OVERDUE = "overdue"
    SETTLED = "settled"
    VOID = "void"


class Order(StrEnum):
    """In which order they come."""

    USUAL = "usual"
    """What is to pay by the day it is due, all else the newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """By the day they are due. Drafts on which none was set are left out."""

    LARGEST = "largest"


@dataclass(frozen=True, kw_only=True)
class InvoiceFilter:
    """Which invoices are wanted. What is left empty does not narrow anything."""

    standing: Standing = Standing.ALL
    party_id: str = ""
    currency: str = ""
    issued_since: date | None = None
    issued_until: date | None = None
    due_since: date | None = None
    due_until: date | None = None
    """Between which days it is due as a whole, or by its plan while that part is open."""

    least_minor: int | None = None
    most_minor: int | None = None
    """Between which totals, in minor units of the currency."""

    search: str = ""
    """How the invoice's number begins, or its count alone, or how the name of its customer or
    partner begins; or their whole e-mail address, or the invoice's total."""

    order: Order = Order.USUAL


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
        cls, invoice: Invoice, party: tuple[str, str], stand: Stand, shown: Setting
    ) -> InvoiceRow:
        """The line of an invoice; ``party`` is the shown id and the name of who owes it."""
        return cls(
            id=invoice.shown_id,
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
    work: Work[AdminActor], wanted: InvoiceFilter = InvoiceFilter(), *, after: str = ""
) -> InvoicePage:
    """A page of the invoices wanted, in the order wanted."""
    shown = setting(work)
    found = _found(work, wanted, work.find(Invoice, after) if after else None, shown)
    page, last = cut(found)
    return InvoicePage(invoice_rows(work, page, shown), last.shown_id if last else "")


@admin_read()
def conditions_of(work: Work[AdminActor], wanted: InvoiceFilter) -> list[ColumnElement[bool]]:
    """What an invoice meets that is wanted, for whoever walks through all of them."""
    shown = setting(work)
    ways = [and_(*way) for way in _ways(work, wanted, shown.locale) if way]
    return [*_narrowed(wanted, shown.today), *([or_(*ways)] if ways else [])]


@member_read
def invoice_rows(work: Work[Member], page: Sequence[Invoice], shown: Setting) -> list[InvoiceRow]:
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


def _found(
    work: Work[AdminActor], wanted: InvoiceFilter, last: Invoice | None, shown: Setting
) -> list[Invoice]:
    """The rows of a page and one more, for each way to be found; the first ones of all."""
    narrowed, order = _narrowed(wanted, shown.today), _order(wanted)
    found: dict[UUID, Invoice] = {}
    for way in _ways(work, wanted, shown.locale):
        asked = _in_order(select(Invoice).where(*narrowed, *way), last, order)
        found.update({row.id: row for row in work.exec(asked.limit(PAGE + 1))})
    falls = order in (Order.NEWEST, Order.LARGEST)
    return sorted(found.values(), key=lambda row: _place(row, order), reverse=falls)


def _ways(
    work: Work[AdminActor], wanted: InvoiceFilter, locale: str
) -> list[list[ColumnElement[bool]]]:
    """By number, by customer, by partner, by amount: asked one by one, each from its own index."""
    typed = read_search(wanted.search)
    if not typed:
        return [[]]
    ways: list[list[ColumnElement[bool]]] = [[numbered(work, Invoice.number, typed)]]
    for kind, column in ((Customer, Invoice.customer_id), (Partner, Invoice.partner_id)):
        named = select(kind.id).where(begins(kind.sort_name, sort_form(typed)))
        ids = [*work.exec(named.order_by(col(kind.sort_name)).limit(_MOST_NAMES))]
        if "@" in typed:
            reached = select(kind.id).where(kind.email == typed.lower())
            ids += work.exec(reached.limit(_MOST_NAMES))
        if ids:
            ways.append([col(column).in_(ids)])
    currency = wanted.currency or setting(work).currency
    try:
        amount_ = read_amount(typed, currency, locale).money
    except Invalid:
        return ways
    return [*ways, [col(Invoice.total_minor) == amount_.minor]]


def _narrowed(wanted: InvoiceFilter, today: date) -> list[ColumnElement[bool]]:
    conditions = _on_shelf(wanted.standing, today)
    if wanted.party_id:
        kind, column = (
            (Partner, Invoice.partner_id)
            if Partner.is_named_by(wanted.party_id)
            else (Customer, Invoice.customer_id)
        )
        conditions.append(col(column) == kind.read_id(wanted.party_id))
    if wanted.currency:
        conditions.append(col(Invoice.currency) == read_currency(wanted.currency))
    if wanted.issued_since:
        conditions.append(col(Invoice.issued_on) >= wanted.issued_since)
    if wanted.issued_until:
        conditions.append(col(Invoice.issued_on) <= wanted.issued_until)
    if wanted.due_since or wanted.due_until:
        conditions.append(_due(wanted.due_since, wanted.due_until))
    if wanted.least_minor is not None:
        conditions.append(col(Invoice.total_minor) >= wanted.least_minor)
    if wanted.most_minor is not None:
        conditions.append(col(Invoice.total_minor) <= wanted.most_minor)
    return conditions


def _on_shelf(standing: Standing, today: date) -> list[ColumnElement[bool]]:
    # Written out in the statement, not handed over beside it: only then do the databases
    # know that the index of what is open holds all that is asked for.
    nothing: Any = literal(0, literal_execute=True)
    state, still = col(Invoice.state), col(Invoice.still_to_pay_minor)
    match standing:
        case Standing.ALL:
            return []
        case Standing.DRAFT | Standing.VOID:
            return [state == standing.value]
        case Standing.SETTLED:
            return [state == "issued", still == nothing]
        case Standing.TO_PAY:
            return [still > nothing]
        case Standing.OVERDUE:
            return [still > nothing, _due(None, today - timedelta(days=1))]


def _due(since: date | None, until: date | None) -> ColumnElement[bool]:
    """Due as a whole between these days, or by its plan with some of that part still to pay."""
    part = and_(still_open(), *_between(PlanPart.due_on, since, until))
    of_plan = select(PlanPart.id).where(PlanPart.invoice_id == Invoice.id, part).correlate(Invoice)
    return or_(
        and_(*_between(Invoice.due_on, since, until)),
        and_(col(Invoice.still_to_pay_minor) > 0, of_plan.exists()),
    )


def _between(column: Any, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    floor = [col(column) >= since] if since else []
    return [*floor, col(column) <= until] if until else floor


def _order(wanted: InvoiceFilter) -> Order:
    if wanted.order is not Order.USUAL:
        return wanted.order
    open_ = wanted.standing in (Standing.TO_PAY, Standing.OVERDUE)
    return Order.DUE if open_ else Order.NEWEST


def _in_order(asked: Any, last: Invoice | None, order: Order) -> Any:
    """In this order, from behind the last row seen."""
    due_on, total, id_ = col(Invoice.due_on), col(Invoice.total_minor), col(Invoice.id)
    match order:
        case Order.DUE:
            asked = asked.order_by(due_on, id_).where(due_on.is_not(None))
            return asked.where(tuple_(due_on, id_) > (last.due_on, last.id)) if last else asked
        case Order.LARGEST:
            asked = asked.order_by(total.desc(), id_.desc())
            return asked.where(tuple_(total, id_) < (last.total_minor, last.id)) if last else asked
        case Order.OLDEST:
            return (asked.where(id_ > last.id) if last else asked).order_by(id_)
        case _:
            return (asked.where(id_ < last.id) if last else asked).order_by(id_.desc())


def _place(row: Invoice, order: Order) -> Any:
    match order:
        case Order.DUE:
            return row.due_on, row.id
        case Order.LARGEST:
            return row.total_minor, row.id
        case _:
            return row.id
