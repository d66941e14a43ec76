"""A customer's accounts over some days: the balances around them, and what moved in between.

The balance is the Invoice balance, credit less what is owed: below zero, the customer owes.
What lies before a day comes from the kept totals, and what moved from one index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, tuple_
from sqlmodel import col, select

from billing_app.access.work import Work
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.ledger import Posting

_ACCOUNTS = (Code.CUSTOMER_RECEIVABLE, Code.CUSTOMER_CREDIT)

Place = tuple[date, UUID]


@dataclass(frozen=True)
class Sheet:
    """Whose accounts, in which currency, between which days, both included."""

    customer_id: UUID
    currency: str
    since: date
    until: date


@dataclass(frozen=True)
class Moved:
    """What one entry did to a customer's two accounts, in minor units."""

    on: date
    entry_id: UUID
    owed: int
    credit: int

    @property
    def balance(self) -> int:
        """What it did to the balance."""
        return self.credit - self.owed


def opening(work: Work[Any], sheet: Sheet) -> int:
    """The balance before the first day."""
    return _before(work, sheet, sheet.since)


def closing(work: Work[Any], sheet: Sheet) -> int:
    """The balance after the last day."""
    last = sheet.until
    return _before(work, sheet, last if last == date.max else last + timedelta(days=1))


def behind(work: Work[Any], sheet: Sheet, place: Place) -> int:
    """The balance after an entry: that of the morning, and what the day moved up to there."""
    on, entry_id = place
    balance = _before(work, sheet, on)
    for side, grows in (("debit", -1), ("credit", 1)):
        wanted = select(func.sum(Posting.amount_minor)).where(
            *_of_customer(sheet, side),
            col(Posting.effective_on) == on,
            col(Posting.entry_id) <= entry_id,
        )
        balance += grows * int(work.exec(wanted).one() or 0)
    return balance


def moves(work: Work[Any], sheet: Sheet, last: Place | None, *, at_most: int) -> list[Moved]:
    """What the next entries moved, no more than ``at_most`` of them.

    Each side of the postings is walked along its own index; the first entries of both
    together are among the first of each.
    """
    found: dict[Place, list[int]] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        account = col(getattr(Posting, f"{side}_account"))
        for on, entry_id, owed, credit in work.exec(_walk(sheet, side, account, last, at_most)):
            moved = found.setdefault((on, entry_id), [0, 0])
            moved[0] += sign * int(owed)
            moved[1] -= sign * int(credit)
    return [Moved(*place, *found[place]) for place in sorted(found)[:at_most]]


def _before(work: Work[Any], sheet: Sheet, on: date) -> int:
    owed, credit = (
        totals.opening(work, code, sheet.customer_id, currency=sheet.currency, before=on).minor
        for code in _ACCOUNTS
    )
    return credit - owed


def _walk(sheet: Sheet, side: str, account: Any, last: Place | None, at_most: int) -> Any:
    place = (col(Posting.effective_on), col(Posting.entry_id))
    wanted: Any = select(
        *place,
        *(func.sum(case((account == code, Posting.amount_minor), else_=0)) for code in _ACCOUNTS),
    ).where(
        *_of_customer(sheet, side),
        place[0] >= (last[0] if last else sheet.since),
        place[0] <= sheet.until,
    )
    if last:
        wanted = wanted.where(tuple_(*place) > last)
    return wanted.group_by(*place).order_by(*place).limit(at_most)


def _of_customer(sheet: Sheet, side: str) -> tuple[Any, ...]:
    return (
        col(getattr(Posting, f"{side}_party_id")) == sheet.customer_id,
        col(Posting.currency) == sheet.currency,
        col(getattr(Posting, f"{side}_account")).in_(_ACCOUNTS),
    )
