"""What is owed on invoices, by how long it has been due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, literal
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount, amount

# How many days late an invoice of each age is at most; what is later is of the last one.
_AGES = (0, 30, 60, 90)


@dataclass(frozen=True)
class Age:
    """The invoices that are due since about as long, by the days between which they are due."""

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
    """What is owed per currency and age, in one grouped query; the organization's own first.

    An invoice counts from the day on which it is due as a whole, as the list of invoices has it.
    """
    shown = setting(work)
    days = _days(shown.today)
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for currency, age, count, minor in work.exec(_grouped(shown.today)):
        found[currency][age] = count, int(minor)
    home = work.exec(select(Organization.currency)).one()
    rows = []
    for currency in sorted(found, key=lambda each: (each != home, each)):
        own = [found[currency].get(age, (0, 0)) for age in range(len(days))]

        def show(minor: int, currency: str = currency) -> Amount:
            return amount(minor, currency, shown.locale)

        rows.append(
            Receivables(
                currency=currency,
                ages=[
                    Age(*between, count, show(minor))
                    for between, (count, minor) in zip(days, own, strict=True)
                ],
                invoices=sum(count for count, _ in own),
                owed=show(sum(minor for _, minor in own)),
                late_invoices=sum(count for count, _ in own[1:]),
                late=show(sum(minor for _, minor in own[1:])),
            )
        )
    return rows


def _turns(today: date) -> list[date]:
    """The first day on which an invoice is due that is not of the next age yet."""
    return [today - timedelta(days=late) for late in _AGES]


def _days(today: date) -> list[tuple[date | None, date | None]]:
    """For each age, the first and the last day on which its invoices are due."""
    turns = _turns(today)
    untils = [turn - timedelta(days=1) for turn in turns]
    return list(zip([*turns, None], [None, *untils], strict=True))


def _grouped(today: date) -> Any:
    # Written out in the statement, so that the index of what is open is known to hold it all.
    nothing: Any = literal(0, literal_execute=True)
    ages = [(col(Invoice.due_on) >= turn, age) for age, turn in enumerate(_turns(today))]
    age = case(*ages, else_=len(ages)).label("age")
    return (
        select(col(Invoice.currency), age, func.count(), func.sum(Invoice.still_to_pay_minor))
        .where(col(Invoice.still_to_pay_minor) > nothing)
        .group_by(col(Invoice.currency), "age")
    )
