"""Invoices as somebody looks for them: on a shelf, narrowed by filters, in an order, by words.

They are found by number, by the name or e-mail address of their party, and by amount. What a
list asks for is put together once for each choice of filters; only what was typed is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, literal, or_, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.party import Customer, Partner
from billing_app.reads.locales import setting
from billing_app.reads.numbers import numbered
from billing_app.reads.paging import PAGE
from billing_app.reads.plan_parts import still_open
from billing_app.reads.standings import Listed
from billing_app.reads.typed import minor_typed, parties_typed


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


@admin_read()
def found_invoices(
    work: Work[AdminActor], wanted: InvoiceFilter, *, after: str = ""
) -> list[Listed]:
    """The invoices of a page and one more, for each way to be found; the first ones of all."""
    said, order = _said(wanted, setting(work).today), _order(wanted)
    given = said | (_place(work, after, order) if after else {})
    asked = _asked(wanted.standing, order, frozenset(said), onward=bool(after))
    found: dict[UUID, Listed] = {}
    for way in _ways(work, wanted):
        narrowed = asked.where(*way) if way else asked
        found.update({row.id: row for row in work.exec(narrowed, params=given)})
    placed_by = _PLACED_BY[order]
    return sorted(
        found.values(),
        key=lambda row: [getattr(row, name) for name in placed_by],
        reverse=order in _FALLING,
    )


@admin_read()
def conditions_of(work: Work[AdminActor], wanted: InvoiceFilter) -> list[ColumnElement[bool]]:
    """What an invoice meets that is wanted, for whoever walks through all of them."""
    ways = [and_(*way) for way in _ways(work, wanted) if way]
    met = _met(wanted.standing, _said(wanted, setting(work).today))
    return [*met, *([or_(*ways)] if ways else [])]


def _ways(work: Work[AdminActor], wanted: InvoiceFilter) -> list[list[ColumnElement[bool]]]:
    """By number, by customer, by partner, by amount: asked one by one, each from its own index."""
    typed = read_search(wanted.search)
    if not typed:
        return [[]]
    ways: list[list[ColumnElement[bool]]] = [[numbered(work, Invoice.number, typed)]]
    for kind, column in ((Customer, Invoice.customer_id), (Partner, Invoice.partner_id)):
        if ids := parties_typed(work, kind, typed):
            ways.append([one_of_these(column, ids)])
    minor = minor_typed(work, typed, wanted.currency)
    return ways if minor is None else [*ways, [col(Invoice.total_minor) == minor]]


def _said(wanted: InvoiceFilter, today: date) -> dict[str, Any]:
    """The values by which the filters narrow, by the names of the filters that are set."""
    said: dict[str, Any] = {
        "currency": read_currency(wanted.currency) if wanted.currency else None,
        "issued_since": wanted.issued_since,
        "issued_until": wanted.issued_until,
        "due_since": wanted.due_since,
        "due_until": wanted.due_until,
        "least_minor": wanted.least_minor,
        "most_minor": wanted.most_minor,
    }
    if wanted.party_id:
        kind = Partner if Partner.is_named_by(wanted.party_id) else Customer
        said[kind.prefix] = kind.read_id(wanted.party_id)
    if wanted.standing is Standing.OVERDUE:
        said["yesterday"] = today - timedelta(days=1)
    return {name: value for name, value in said.items() if value is not None}


@lru_cache(maxsize=512)
def _asked(standing: Standing, order: Order, names: frozenset[str], *, onward: bool) -> Any:
    """The statement for a choice of filters, whatever their values are."""
    keys: list[Any] = [getattr(Invoice, name) for name in _PLACED_BY[order]]
    falls = order in _FALLING
    met = _met(standing, {name: bindparam(name) for name in names})
    asked = select(*_LISTED).where(*met).limit(PAGE + 1)
    asked = asked.order_by(*(key.desc() for key in keys)) if falls else asked.order_by(*keys)
    if order is Order.DUE:
        asked = asked.where(col(Invoice.due_on).is_not(None))
    if onward:
        last = tuple_(*(bindparam(f"last_{key.key}", type_=key.type) for key in keys))
        asked = asked.where(tuple_(*keys) < last if falls else tuple_(*keys) > last)
    return asked


def _met(standing: Standing, said: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions of a shelf and of the filters, with their values or with places for them."""
    met = _on_shelf(standing, said)
    met += [meets(said[name]) for name, meets in _MEETS.items() if name in said]
    if "due_since" in said or "due_until" in said:
        met.append(_due(said.get("due_since"), said.get("due_until")))
    return met


def _on_shelf(standing: Standing, said: Mapping[str, Any]) -> list[ColumnElement[bool]]:
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
            return [still > nothing, _due(None, said["yesterday"])]


def _due(since: Any, until: Any) -> ColumnElement[bool]:
    """Due as a whole between these days, or by its plan with some of that part still to pay."""
    part = and_(still_open(), *_between(PlanPart.due_on, since, until))
    of_plan = select(PlanPart.id).where(PlanPart.invoice_id == Invoice.id, part).correlate(Invoice)
    return or_(
        and_(*_between(Invoice.due_on, since, until)),
        and_(col(Invoice.still_to_pay_minor) > 0, of_plan.exists()),
    )


def _between(column: Any, since: Any, until: Any) -> list[ColumnElement[bool]]:
    floor = [] if since is None else [col(column) >= since]
    return floor if until is None else [*floor, col(column) <= until]


def _order(wanted: InvoiceFilter) -> Order:
    if wanted.order is not Order.USUAL:
        return wanted.order
    open_ = wanted.standing in (Standing.TO_PAY, Standing.OVERDUE)
    return Order.DUE if open_ else Order.NEWEST


def _place(work: Work[AdminActor], after: str, order: Order) -> dict[str, Any]:
    """The place of the last row seen."""
    last = work.find(Invoice, after)
    return {f"last_{name}": getattr(last, name) for name in _PLACED_BY[order]}


_MEETS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    Customer.prefix: lambda said: col(Invoice.customer_id) == said,
    Partner.prefix: lambda said: col(Invoice.partner_id) == said,
    "currency": lambda said: col(Invoice.currency) == said,
    "issued_since": lambda said: col(Invoice.issued_on) >= said,
    "issued_until": lambda said: col(Invoice.issued_on) <= said,
    "least_minor": lambda said: col(Invoice.total_minor) >= said,
    "most_minor": lambda said: col(Invoice.total_minor) <= said,
}
_PLACED_BY = {
    Order.NEWEST: ("id",),
    Order.OLDEST: ("id",),
    Order.DUE: ("due_on", "id"),
    Order.LARGEST: ("total_minor", "id"),
}
_FALLING = (Order.NEWEST, Order.LARGEST)
_LISTED: Any = (
    Invoice.id,
    Invoice.customer_id,
    Invoice.partner_id,
    Invoice.state,
    Invoice.number,
    Invoice.currency,
    Invoice.issued_on,
    Invoice.due_on,
    Invoice.total_minor,
    Invoice.still_to_pay_minor,
)
