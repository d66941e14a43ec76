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
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.party import Customer, Partner
from billing_app.reads.beginnings import called
from billing_app.reads.locales import setting
from billing_app.reads.numbers import numbers_called
from billing_app.reads.paging import ONE_MORE
from billing_app.reads.plan_parts import still_open
from billing_app.reads.standings import Listed
from billing_app.reads.sums import Summed, beside
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


class Found(Listed, Summed, Protocol):
    """An invoice as a list shows it: its columns, the name of its party, and its sums."""

    @property
    def party(self) -> str: ...


@admin_read()
def found_invoices(
    work: Work[AdminActor], wanted: InvoiceFilter, *, after: str = ""
) -> list[Found]:
    """The invoices of a page and one more, for each way to be found; the first ones of all."""
    said, order = _said(wanted, setting(work).today), _order(wanted)
    said |= {"after": Invoice.read_id(after)} if after else {}
    found: list[Found] = []
    ways = _ways(work, wanted)
    for way, typed in ways.items():
        given = said | typed
        found += work.exec(_asked(wanted.standing, order, way, frozenset(given)), params=given)
    if after and not found:
        # Behind what nobody may see there is nothing. Say so, as of everything else that is not.
        work.find(Invoice, after)
    if len(ways) == 1:
        return found
    once = {row.id: row for row in found}.values()
    return sorted(once, key=attrgetter(*_PLACED_BY[order]), reverse=order in _FALLING)


@admin_read()
def conditions_of(work: Work[AdminActor], wanted: InvoiceFilter) -> list[ColumnElement[bool]]:
    """What an invoice meets that is wanted, for whoever walks through all of them."""
    met = _met(wanted.standing, _said(wanted, setting(work).today))
    ways = [_WAYS[way](typed) for way, typed in _ways(work, wanted).items() if way]
    return [*met, *([or_(*ways)] if ways else [])]


def _ways(work: Work[AdminActor], wanted: InvoiceFilter) -> dict[str, dict[str, Any]]:
    """By number, by customer, by partner, by amount: asked one by one, each from its own index.

    With each goes what is meant by the words typed. Where there are none, there is one way.
    """
    typed = read_search(wanted.search)
    if not typed:
        return {"": {}}
    ways: dict[str, dict[str, Any]] = {"number": numbers_called(work, typed)}
    for kind in (Customer, Partner):
        if ids := parties_typed(work, kind, typed):
            ways[kind.prefix] = {"parties": ids}
    minor = minor_typed(work, typed, wanted.currency)
    return ways if minor is None else {**ways, "amount": {"minor": minor}}


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
def _asked(standing: Standing, order: Order, way: str, names: frozenset[str]) -> Any:
    """The statement for a choice of filters, whatever their values are.

    First the page, then what stands beside its rows: nobody adds up what is not shown.
    """
    keys: list[Any] = [getattr(Invoice, name) for name in _PLACED_BY[order]]
    places: dict[str, Any] = {name: bindparam(name) for name in names}
    met = _met(standing, places)
    met += [_WAYS[way](places)] if way else []
    met += [_behind(keys, falls=order in _FALLING)] if "after" in names else []
    if order is Order.DUE:
        met.append(col(Invoice.due_on).is_not(None))
    listed = select(*_LISTED).where(*met).order_by(*_ordered(keys, order)).limit(ONE_MORE)
    page = listed.subquery("page")
    party = func.coalesce(col(Customer.name), col(Partner.name)).label("party")
    shown: list[Any] = [*page.c, party, *beside(page.c.id)]
    asked: Any = select(*shown).select_from(page)
    asked = asked.outerjoin(Customer, col(Customer.id) == page.c.customer_id)
    asked = asked.outerjoin(Partner, col(Partner.id) == page.c.partner_id)
    return asked.order_by(*_ordered([page.c[key.key] for key in keys], order))


def _ordered(keys: list[Any], order: Order) -> list[Any]:
    return [key.desc() for key in keys] if order in _FALLING else keys


def _behind(keys: list[Any], *, falls: bool) -> ColumnElement[bool]:
    """That it comes behind the last row seen."""
    last = aliased(Invoice)
    place: Any = select(*[getattr(last, key.key) for key in keys])
    own: Any = tuple_(*keys) if len(keys) > 1 else keys[0]
    there = place.where(col(last.id) == bindparam("after")).scalar_subquery()
    behind: ColumnElement[bool] = own < there if falls else own > there
    return behind


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


_MEETS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    Customer.prefix: lambda said: col(Invoice.customer_id) == said,
    Partner.prefix: lambda said: col(Invoice.partner_id) == said,
    "currency": lambda said: col(Invoice.currency) == said,
    "issued_since": lambda said: col(Invoice.issued_on) >= said,
    "issued_until": lambda said: col(Invoice.issued_on) <= said,
    "least_minor": lambda said: col(Invoice.total_minor) >= said,
    "most_minor": lambda said: col(Invoice.total_minor) <= said,
}
_WAYS: dict[str, Callable[[Mapping[str, Any]], ColumnElement[bool]]] = {
    "number": lambda typed: called(Invoice.number, typed),
    Customer.prefix: lambda typed: one_of_these(Invoice.customer_id, typed["parties"]),
    Partner.prefix: lambda typed: one_of_these(Invoice.partner_id, typed["parties"]),
    "amount": lambda typed: col(Invoice.total_minor) == typed["minor"],
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
