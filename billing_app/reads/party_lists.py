"""Customers and partners in lists: on shelves, found by name, customers with how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.reads.admin import by_name
from billing_app.reads.balances import balances_of
from billing_app.reads.flagged import customer_flags
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount
from billing_app.reads.times import on_day


class Shelf(StrEnum):
    """The shelves on which a list of parties can be looked at."""

    ALL = "all"
    CURRENT = "current"
    OWING = "owing"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class ListedParty:
    """A customer or partner, as a line of a list.

    ``detail`` is a customer's terms, a partner's kind. What is owed and what credit there is
    has an amount for each currency, the customer's own first, and none where it is nothing.
    """

    id: str
    name: str
    email: str
    detail: str
    since: str
    archived: bool
    flags: list[str]
    owed: list[str]
    credit: list[str]


@dataclass(frozen=True)
class ListedPage:
    """One page of parties; ``after`` asks for the next one, empty on the last."""

    rows: list[ListedParty]
    after: str


@admin_read()
def listed_customers(
    work: Work[AdminActor], shelf: str = Shelf.ALL, *, search: str = "", after: str = ""
) -> ListedPage:
    """A page of customers by name, with what they owe and what credit they have."""
    conditions = [*_on_shelf(Customer, shelf), *([_owes()] if shelf == Shelf.OWING else [])]
    page, following = by_name(work, Customer, *conditions, search=search, after=after)
    flags = customer_flags(work, [party.id for party in page])
    balances = balances_of(work, page)
    zone = setting(work).zone
    rows = [
        _row(
            each,
            f"{each.due_days} days to pay",
            zone,
            flags=flags[each.id],
            owed=[own.owed for own in balances[each.id]],
            credit=[own.credit_available for own in balances[each.id]],
        )
        for each in page
    ]
    return ListedPage(rows, following)


@admin_read()
def listed_partners(
    work: Work[AdminActor], shelf: str = Shelf.ALL, *, search: str = "", after: str = ""
) -> ListedPage:
    """A page of partners by name."""
    conditions = _on_shelf(Partner, shelf)
    page, following = by_name(work, Partner, *conditions, search=search, after=after)
    zone = setting(work).zone
    return ListedPage([_row(each, each.kind.capitalize(), zone) for each in page], following)


def _row(
    party: Customer | Partner,
    detail: str,
    zone: str,
    *,
    flags: Sequence[str] = (),
    owed: Sequence[Amount] = (),
    credit: Sequence[Amount] = (),
) -> ListedParty:
    return ListedParty(
        id=party.shown_id,
        name=party.name,
        email=party.email,
        detail=detail,
        since=on_day(party.created_at, zone),
        archived=party.archived_at is not None,
        flags=list(flags),
        owed=[each.text for each in owed if each.minor],
        credit=[each.text for each in credit if each.minor],
    )


def _on_shelf(kind: Any, shelf: str) -> list[ColumnElement[bool]]:
    put_away = col(kind.archived_at)
    if shelf == Shelf.CURRENT:
        return [put_away.is_(None)]
    return [put_away.is_not(None)] if shelf == Shelf.ARCHIVED else []


def _owes() -> ColumnElement[bool]:
    # Written out in the statement, so that the index of what is open is known to hold it.
    nothing: Any = literal(0, literal_execute=True)
    owed = select(Invoice.id).where(
        Invoice.organization_id == Customer.organization_id,
        Invoice.customer_id == Customer.id,
        col(Invoice.still_to_pay_minor) > nothing,
    )
    return owed.correlate(Customer).exists()
