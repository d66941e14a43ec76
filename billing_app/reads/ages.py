"""What is owed on invoices, by how long it has been due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.reads.locales import setting
from billing_app.reads.plan_parts import left, still_open
from billing_app.reads.shown import Amount, amount

# How many days late an invoice of each age is at most; what is later is of the last one.
_AGES = (0, 30, 60, 90)


@dataclass(frozen=True)
class Age:
    """What is due since about as long, by the days between which it is due."""

    due_since: date | None
    due_until: date | None
    invoices: int
    still_to_pay: Amount


@dataclass(frozen=True)
class Receivables:
    """What is owed in one currency, from what is not due yet to what is due longest."""

    currency: str
    ages: list[Age]
    invoices: int
    owed: Amount
    late_invoices: int
    late: Amount


@admin_read()
def receivables(work: Work[AdminActor]) -> list[Receivables]:
    """What is owed per currency and age; the organization's own currency first.

    What is due in parts is of as many ages as its open parts are.
    """
    shown = setting(work)
    days = _days(shown.today)
    tallies: dict[str, _Tally] = defaultdict(lambda: _Tally(len(days)))
    for currency, age, count, minor in work.exec(_grouped(shown.today)):
        tallies[currency].add(age, count, int(minor))
    for currency, invoice_id, due_on, part_due_on, minor in work.exec(_late_parts(shown.today)):
        whole, part = (_age(on, shown.today) for on in (due_on, part_due_on))
        tallies[currency].move(invoice_id, whole, part, int(minor))
    return [
        tallies[currency].told(currency, days, shown.locale)
        for currency in sorted(tallies, key=lambda each: (each != shown.currency, each))
    ]


class _Tally:
    """What is owed in one currency, while it is reckoned."""

    def __init__(self, ages: int) -> None:
        self.minor, self.counts = [0] * ages, [0] * ages
        self.parts: list[set[UUID]] = [set() for _ in range(ages)]
        self.only_parts_late: set[UUID] = set()

    def add(self, age: int, count: int, minor: int) -> None:
        """Invoices that are due as a whole."""
        self.counts[age] += count
        self.minor[age] += minor

    def move(self, invoice_id: UUID, whole: int, part: int, minor: int) -> None:
        """A part that is due before the whole of its invoice is."""
        self.minor[whole] -= minor
        self.minor[part] += minor
        if part != whole:
            self.parts[part].add(invoice_id)
        if not whole:
            self.only_parts_late.add(invoice_id)

    def told(
        self, currency: str, days: list[tuple[date | None, date | None]], locale: str
    ) -> Receivables:
        rows = zip(days, self.counts, self.parts, self.minor, strict=True)
        return Receivables(
            currency=currency,
            ages=[
                Age(*between, count + len(parts), amount(minor, currency, locale))
                for between, count, parts, minor in rows
            ],
            invoices=sum(self.counts),
            owed=amount(sum(self.minor), currency, locale),
            late_invoices=sum(self.counts[1:]) + len(self.only_parts_late),
            late=amount(sum(self.minor[1:]), currency, locale),
        )


def _turns(today: date) -> list[date]:
    """The first day on which an invoice is due that is not of the next age yet."""
    return [today - timedelta(days=late) for late in _AGES]


def _days(today: date) -> list[tuple[date | None, date | None]]:
    """For each age, the first and the last day on which what is of it is due."""
    turns = _turns(today)
    untils = [turn - timedelta(days=1) for turn in turns]
    return list(zip([*turns, None], [None, *untils], strict=True))


def _age(on: date, today: date) -> int:
    return sum(on < turn for turn in _turns(today))


def _grouped(today: date) -> Any:
    """What is owed by the days on which invoices are due as a whole, in one grouped query."""
    ages = [(col(Invoice.due_on) >= turn, age) for age, turn in enumerate(_turns(today))]
    age = case(*ages, else_=len(ages)).label("age")
    return (
        select(col(Invoice.currency), age, func.count(), func.sum(Invoice.still_to_pay_minor))
        .where(col(Invoice.still_to_pay_minor) > _nothing())
        .group_by(col(Invoice.currency), "age")
    )


def _late_parts(today: date) -> Any:
    """The open parts that were due before today, and before the whole of their invoice is."""
    return (
        select(  # type: ignore[call-overload]  # it knows no five columns
            col(Invoice.currency), col(Invoice.id), col(Invoice.due_on), PlanPart.due_on, left()
        )
        .join(PlanPart, col(PlanPart.invoice_id) == Invoice.id)
        .where(
            col(Invoice.still_to_pay_minor) > _nothing(),
            col(PlanPart.due_on) < today,
            col(PlanPart.due_on) < col(Invoice.due_on),
            still_open(),
        )
    )


def _nothing() -> Any:
    # Written out in the statement, so that the index of what is open is known to hold it all.
    return literal(0, literal_execute=True)
