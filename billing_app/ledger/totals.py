"""Kept sums of each party's accounts by month and by day, and the balances read from them.

A statement that begins five years in needs an opening balance. Summed from the postings it
would cost more each year; from these it costs a few dozen rows at any age.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import CHART, Code, Side
from billing_app.models.ledger import PeriodTotal, Posting

MONTH, DAY = "month", "day"

KEPT = tuple(code for code, chapter in CHART.items() if chapter.totals)
"""The accounts whose totals are kept: those that a statement is made of."""

_KEY = ("organization_id", "party_id", "account", "currency", "period", "starts_on")

_Key = tuple[UUID, str, str, str, date]


def keep(work: Work[Any], postings: Iterable[Posting]) -> None:
    """Add new postings to the sums that contain them. Only the book calls this."""
    sums: dict[_Key, dict[Side, int]] = defaultdict(lambda: dict.fromkeys(Side, 0))
    for posting in postings:
        for party_id, account, side in _sides(posting):
            for period, starts_on in _periods(posting.effective_on):
                key = (party_id, account, posting.currency, period, starts_on)
                sums[key][side] += posting.amount_minor
    # In one order for everybody, so that two transactions cannot wait for each other.
    rows = [_row(key, sums[key]) for key in sorted(sums)]
    work.accumulate(rows, key=_KEY, adding=("debit_minor", "credit_minor"))


def opening(work: Work[Any], code: Code, party_id: UUID, *, currency: str, before: date) -> Money:
    """A party's balance on an account at the start of a day, on the side where it grows."""
    whose = {"account": code, "id": party_id, "currency": currency}
    month = before.replace(day=1)
    grown = _grown(work, whose | {"period": MONTH, "since": date.min, "before": month})
    grown += _grown(work, whose | {"period": DAY, "since": month, "before": before})
    return Money(grown, currency)


def standing(work: Work[Any], code: Code, party_id: UUID, *, currency: str) -> Money:
    """A party's balance on an account with all that was ever posted: the sum of all its months."""
    given = {"account": code, "id": party_id, "currency": currency}
    every = {"period": MONTH, "since": date.min, "before": date.max}
    return Money(_grown(work, given | every), currency)


def _grown(work: Work[Any], given: dict[str, Any]) -> int:
    debit, credit = work.exec(_MOVED, params=given).one()
    grown = int(debit or 0) - int(credit or 0)
    return grown if CHART[given["account"]].grows_on is Side.DEBIT else -grown


_MOVED = select(func.sum(PeriodTotal.debit_minor), func.sum(PeriodTotal.credit_minor)).where(
    is_it(PeriodTotal.party_id),
    col(PeriodTotal.account) == bindparam("account"),
    col(PeriodTotal.currency) == bindparam("currency"),
    col(PeriodTotal.period) == bindparam("period"),
    col(PeriodTotal.starts_on) >= bindparam("since"),
    col(PeriodTotal.starts_on) < bindparam("before"),
)


def _sides(posting: Posting) -> Iterator[tuple[UUID, str, Side]]:
    if posting.debit_account in KEPT and posting.debit_party_id is not None:
        yield posting.debit_party_id, posting.debit_account, Side.DEBIT
    if posting.credit_account in KEPT and posting.credit_party_id is not None:
        yield posting.credit_party_id, posting.credit_account, Side.CREDIT


def _periods(day: date) -> tuple[tuple[str, date], ...]:
    return (MONTH, day.replace(day=1)), (DAY, day)


def _row(key: _Key, moved: dict[Side, int]) -> PeriodTotal:
    party_id, account, currency, period, starts_on = key
    return PeriodTotal(
        party_id=party_id,
        account=account,
        currency=currency,
        period=period,
        starts_on=starts_on,
        debit_minor=moved[Side.DEBIT],
        credit_minor=moved[Side.CREDIT],
    )
