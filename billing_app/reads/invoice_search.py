"""Invoices as somebody looks for them: on a shelf, narrowed by filters, in an order, by words.

They are found by number, by the name or e-mail address of their party, and by amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.reads.invoice_queries import (
    BOUNDS,
    FALLING,
    MANY,
    PLACED_BY,
    RANGES,
    WAYS,
    Order,
    Standing,
    listed,
    met,
    placed,
    some_between,
)
from billing_app.reads.locales import setting
from billing_app.reads.numbers import numbers_called
from billing_app.reads.paging import PAGE
from billing_app.reads.standings import Listed
from billing_app.reads.sums import Summed
from billing_app.reads.typed import minor_typed, parties_typed


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
    """The invoices of a page and one more."""
    standing, order = wanted.standing, _order(wanted)
    said = _said(wanted, setting(work).today)
    said |= {"after": Invoice.read_id(after)} if after else {}
    if ways := _ways(work, wanted):
        said = {"ids": _first(work, ways, standing, order, said)}
        standing = Standing.ALL
    asked = listed(standing, order, frozenset(said), _wide(work, said, order))
    found: list[Found] = work.exec(asked, params=said).all() if said.get("ids", True) else []
    if after and not found:
        # Behind what nobody may see there is nothing. Say so, as of everything else that is not.
        work.find(Invoice, after)
    return found


@admin_read()
def conditions_of(work: Work[AdminActor], wanted: InvoiceFilter) -> list[ColumnElement[bool]]:
    """What an invoice meets that is wanted, for whoever walks through all of them."""
    conditions = met(wanted.standing, _said(wanted, setting(work).today))
    ways = [WAYS[way](typed) for way, typed in _ways(work, wanted).items()]
    return [*conditions, *([or_(*ways)] if ways else [])]


def _ways(work: Work[AdminActor], wanted: InvoiceFilter) -> dict[str, dict[str, Any]]:
    """The ways in which what was typed can be meant: a number, a customer, a partner, an amount.

    With each goes what is meant then. Where nothing was typed, there is none.
    """
    typed = read_search(wanted.search)
    if not typed:
        return {}
    ways: dict[str, dict[str, Any]] = {"number": numbers_called(work, typed)}
    for kind in (Customer, Partner):
        if ids := parties_typed(work, kind, typed):
            ways[kind.prefix] = {"parties": ids}
    minor = minor_typed(work, typed, wanted.currency)
    return ways if minor is None else {**ways, "amount": {"minor": minor}}


def _first(
    work: Work[AdminActor],
    ways: Mapping[str, dict[str, Any]],
    standing: Standing,
    order: Order,
    said: Mapping[str, Any],
) -> list[UUID]:
    """The first of all that are found in these ways, asked one by one: each from its own index."""
    found: dict[UUID, Any] = {}
    for way, typed in ways.items():
        given = {**said, **typed}
        asked = placed(standing, order, way, frozenset(given))
        found.update({row.id: row for row in work.exec(asked, params=given)})
    placed_by, falls = attrgetter(*PLACED_BY[order]), order in FALLING
    return [row.id for row in sorted(found.values(), key=placed_by, reverse=falls)[: PAGE + 1]]


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


def _wide(work: Work[AdminActor], said: Mapping[str, Any], order: Order) -> frozenset[str]:
    """The ranges between whose bounds many lie, and by which the list is not ordered.

    An index would find all of those, to have them put in order; in the order of the list, a page
    of them comes soon. SQLite would take any range for a narrow one; PostgreSQL comes to the same
    by itself, and is told alike.
    """
    given = BOUNDS.intersection(said)
    ranges = tuple(
        each
        for each, bounds in RANGES.items()
        if not given.isdisjoint(bounds) and each not in PLACED_BY[order]
    )
    if not ranges:
        return frozenset()
    found = work.exec(some_between(ranges, given), params=said).one()
    counts = found if len(ranges) > 1 else (found,)
    return frozenset(each for each, count in zip(ranges, counts, strict=True) if count >= MANY)


def _order(wanted: InvoiceFilter) -> Order:
    if wanted.order is not Order.USUAL:
        return wanted.order
    open_ = wanted.standing in (Standing.TO_PAY, Standing.OVERDUE)
    return Order.DUE if open_ else Order.NEWEST
