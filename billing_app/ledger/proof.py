"""Proof: every figure that is kept is reckoned again, on another path than it was kept by.

The book keeps sums as it writes; here they are summed anew from the postings, and held
against the documents, which other code wrote. Whatever does not agree is said in words.
Nothing is ever repaired from here: a difference is for a person to understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import and_, extract, func, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from billing_app.access.actors import OperatorActor
from billing_app.access.guard import operator_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import acts, documents, payments, reckoning
from billing_app.ledger.accounts import CHART
from billing_app.ledger.claims import rows
from billing_app.ledger.totals import DAY, KEPT, MONTH
from billing_app.models.base import points_at
from billing_app.models.ledger import Entry, PeriodTotal, Posting


@operator_read
def inspect_books(work: Work[OperatorActor]) -> list[str]:
    """What does not agree in the books of any organization; empty when all is well."""
    return differences(work)


def differences(work: Work[Any]) -> list[str]:
    """What does not agree in the books that the actor sees, in sentences."""
    claims = (*documents.CLAIMS, *payments.CLAIMS)
    told = [each.differences for each in claims]
    checks = (_postings, _reversals, *reckoning.CHECKS, *told, *acts.CHECKS, _days, _months)
    return [found for check in checks for found in check(work)]


def _postings(work: Work[Any]) -> Iterator[str]:
    """Each posting is of its entry's date, on accounts of the chart."""
    for (found,) in rows(work, _wrong_postings()):
        yield f"posting {show(Posting.prefix, found)} is not what its entry allows"


@cache
def _wrong_postings() -> Any:
    codes = [str(code) for code in CHART]
    return (
        select(col(Posting.id))
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .where(
            or_(
                col(Posting.effective_on) != col(Entry.effective_on),
                col(Posting.debit_account).not_in(codes),
                col(Posting.credit_account).not_in(codes),
                col(Posting.amount_minor) <= 0,
            )
        )
    )


def _reversals(work: Work[Any]) -> Iterator[str]:
    """An entry that takes another back mirrors each of its postings, and adds none."""
    for (found,) in rows(work, _wrong_reversals()):
        yield f"entry {show(Entry.prefix, found)} does not mirror the entry it takes back"


@cache
def _wrong_reversals() -> Any:
    there, back, mirror = aliased(Posting), aliased(Posting), aliased(Posting)
    mirrored = (
        select(func.count())
        .select_from(back, mirror)
        .where(_of(back, Entry.id), _of(mirror, Entry.reverses_id), _mirrors(back, mirror))
    )
    written = select(func.count()).select_from(there).where(_of(there, Entry.id))
    original = select(func.count()).select_from(there).where(_of(there, Entry.reverses_id))
    pairs = mirrored.scalar_subquery()
    return select(col(Entry.id)).where(
        col(Entry.reverses_id).is_not(None),
        or_(written.scalar_subquery() != pairs, original.scalar_subquery() != pairs),
    )


def _of(posting: Any, entry_id: Any) -> Any:
    return and_(posting.organization_id == Entry.organization_id, posting.entry_id == entry_id)


def _mirrors(back: Any, there: Any) -> Any:
    """The same amount in the same place of its entry, with the sides exchanged."""
    crossed = [
        getattr(back, f"{one}_{part}").is_not_distinct_from(getattr(there, f"{other}_{part}"))
        for one, other in (("debit", "credit"), ("credit", "debit"))
        for part in ("account", "party_id", "item_id")
    ]
    same = ("organization_id", "position", "amount_minor", "currency")
    return and_(*crossed, *(getattr(back, name) == getattr(there, name) for name in same))


def _days(work: Work[Any]) -> Iterator[str]:
    """Each kept sum of a day is that of the day's postings, and none is missing."""
    yield from _kept_sums(work, DAY)


def _months(work: Work[Any]) -> Iterator[str]:
    """Each kept sum of a month is that of the month's postings, and none is missing."""
    yield from _kept_sums(work, MONTH)


def _kept_sums(work: Work[Any], period: str) -> Iterator[str]:
    for day, account, currency, debits, credits in rows(work, _sums_that_differ(period)):
        yield (
            f"the {period} of {day} on account {account} is off by"
            f" {Money(int(debits), currency)} debit and {Money(int(credits), currency)} credit"
        )


@cache
def _sums_that_differ(period: str) -> Any:
    """Postings count up, kept sums count down; what is not zero in the end differs."""
    sides: list[Any] = [
        select(
            col(Posting.organization_id).label("organization_id"),
            col(getattr(Posting, f"{side}_party_id")).label("party_id"),
            col(getattr(Posting, f"{side}_account")).label("account"),
            col(Posting.currency).label("currency"),
            col(Posting.effective_on).label("day"),
            (col(Posting.amount_minor) * int(side == "debit")).label("debit"),
            (col(Posting.amount_minor) * int(side == "credit")).label("credit"),
        ).where(
            col(getattr(Posting, f"{side}_account")).in_(KEPT),
            col(getattr(Posting, f"{side}_party_id")).is_not(None),
        )
        for side in ("debit", "credit")
    ]
    kept = select(
        col(PeriodTotal.organization_id),
        col(PeriodTotal.party_id),
        col(PeriodTotal.account),
        col(PeriodTotal.currency),
        col(PeriodTotal.starts_on),
        -col(PeriodTotal.debit_minor),
        -col(PeriodTotal.credit_minor),
    ).where(col(PeriodTotal.period) == period)
    both = union_all(*sides, kept).subquery()
    key: list[Any] = [both.c.party_id, both.c.account, both.c.currency]
    key += [extract("year", both.c.day), extract("month", both.c.day)]
    key += [both.c.day] if period == DAY else []
    debit, credit = func.sum(both.c.debit), func.sum(both.c.credit)
    return (
        select(func.min(both.c.day), both.c.account, both.c.currency, debit, credit)
        .group_by(both.c.organization_id, *key)
        .having(or_(debit != 0, credit != 0))
    )
