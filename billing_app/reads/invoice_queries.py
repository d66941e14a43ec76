"""What the list of invoices asks the database, put together once for each choice of filters.

Only the values are new each time: what stands here has places for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, null, or_
from sqlmodel import col, select

from billing_app.access.kept import one_of, one_of_these
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.party import Customer, Partner
from billing_app.reads.beginnings import called
from billing_app.reads.paging import ONE_MORE, behind
from billing_app.reads.plan_parts import still_open
from billing_app.reads.sums import beside

MANY = 1_000
_NONE: frozenset[str] = frozenset()


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


@lru_cache(maxsize=512)
def listed(
    standing: Standing, order: Order, names: frozenset[str], wide: frozenset[str] = _NONE
) -> Any:
    """The invoices of a page and one more, for a choice of filters.

    First the page, then what stands beside its rows: nobody adds up what is not shown.
    """
    page = _page(_LISTED, standing, order, "", names, wide).subquery("page")
    party = func.coalesce(col(Customer.name), col(Partner.name)).label("party")
    shown: list[Any] = [*page.c, party, *beside(page.c.id)]
    asked: Any = select(*shown).select_from(page)
    asked = asked.outerjoin(Customer, col(Customer.id) == page.c.customer_id)
    asked = asked.outerjoin(Partner, col(Partner.id) == page.c.partner_id)
    return asked.order_by(*_ordered(page.c, order))


@lru_cache(maxsize=512)
def placed(standing: Standing, order: Order, way: str, names: frozenset[str]) -> Any:
    """The places of those that are found in one way."""
    return _page(_PLACES, standing, order, way, names, _NONE)


def _page(
    columns: Sequence[Any],
    standing: Standing,
    order: Order,
    way: str,
    names: frozenset[str],
    wide: frozenset[str],
) -> Any:
    places: dict[str, Any] = {name: bindparam(name) for name in names}
    conditions = met(standing, places, wide)
    conditions += [WAYS[way](places)] if way else []
    conditions += (
        [behind(Invoice, PLACED_BY[order], falls=order in FALLING)] if "after" in names else []
    )
    if order is Order.DUE:
        conditions.append(col(Invoice.due_on).is_not(None))
    asked: Any = select(*columns).where(*conditions)
    return asked.order_by(*_ordered(Invoice, order)).limit(ONE_MORE)


def _ordered(of: Any, order: Order) -> list[Any]:
    keys = [getattr(of, name) for name in PLACED_BY[order]]
    return [key.desc() for key in keys] if order in FALLING else keys


def met(
    standing: Standing, said: Mapping[str, Any], wide: frozenset[str] = _NONE
) -> list[ColumnElement[bool]]:
    """The conditions of a shelf and of the filters, with their values or with places for them."""
    conditions = _on_shelf(standing, said)
    conditions += [meets(said[name]) for name, meets in _MEETS.items() if name in said]
    for name, (least, most) in RANGES.items():
        column = getattr(Invoice, name)
        if name in wide:
            # The same, but not to be found by its index.
            column = func.coalesce(column, null())
        conditions += _between(column, said.get(least), said.get(most))
    if "due_since" in said or "due_until" in said:
        conditions.append(_due(said.get("due_since"), said.get("due_until")))
    return conditions


@lru_cache(maxsize=64)
def some_between(ranges: tuple[str, ...], given: frozenset[str]) -> Any:
    """How many lie in each range, between those bounds that are given, as far as ``MANY``."""
    counts: list[Any] = []
    for name in ranges:
        bounds: list[Any] = [bindparam(each) if each in given else None for each in RANGES[name]]
        some = select(Invoice.id).where(*_between(getattr(Invoice, name), *bounds)).limit(MANY)
        counts.append(select(func.count()).select_from(some.subquery()).scalar_subquery())
    return select(*counts)


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
    floor = [] if since is None else [column >= since]
    return floor if until is None else [*floor, column <= until]


RANGES = {
    "issued_on": ("issued_since", "issued_until"),
    "total_minor": ("least_minor", "most_minor"),
}
BOUNDS = frozenset(bound for bounds in RANGES.values() for bound in bounds)
_MEETS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    Customer.prefix: lambda said: col(Invoice.customer_id) == said,
    Partner.prefix: lambda said: col(Invoice.partner_id) == said,
    # Of a list that was looked for: what it holds is always given when the statement is sent.
    "ids": lambda _: one_of(Invoice.id),
    "currency": lambda said: col(Invoice.currency) == said,
}
WAYS: dict[str, Callable[[Mapping[str, Any]], ColumnElement[bool]]] = {
    "number": lambda typed: called(Invoice.number, typed),
    Customer.prefix: lambda typed: one_of_these(Invoice.customer_id, typed["parties"]),
    Partner.prefix: lambda typed: one_of_these(Invoice.partner_id, typed["parties"]),
    "amount": lambda typed: col(Invoice.total_minor) == typed["minor"],
}
PLACED_BY = {
    Order.NEWEST: ("id",),
    Order.OLDEST: ("id",),
    Order.DUE: ("due_on", "id"),
    Order.LARGEST: ("total_minor", "id"),
}
FALLING = (Order.NEWEST, Order.LARGEST)
_PLACES: Any = (Invoice.id, Invoice.due_on, Invoice.total_minor)
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
