"""Plans: an invoice paid in parts, and which of the parts the money received has covered."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import Money

MOST_PARTS = 120
_MONTHS = 12


@dataclass(frozen=True)
class Part:
    """One part of a plan: how much is due by which day."""

    due_on: date
    amount: Money


def equal_amounts(total: Money, count: int) -> tuple[Money, ...]:
    """The total in so many parts; what cannot be divided goes to the first ones."""
    if type(count) is not int or not 1 <= count <= MOST_PARTS:
        raise Invalid(f"A plan has from 1 to {MOST_PARTS} parts.", field="count")
    if total.minor < count:
        raise Invalid("The total is too small for so many parts.", field="count")
    return total.allocate((1,) * count).parts


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def equal_parts(
    total: Money, count: int, *, first_due_on: date, months_apart: int = 0, days_apart: int = 0
) -> tuple[Part, ...]:
    """Equal parts, due so many months or days after each other."""
    amounts = equal_amounts(total, count)
    try:
        days = [
            months_later(first_due_on, months_apart * place) + timedelta(days=days_apart * place)
            for place in range(count)
        ]
    except (OverflowError, ValueError) as error:
        raise Invalid(
            "The last part would be due after every calendar ends. Choose earlier days.",
            field="first_due_on",
        ) from error
    return tuple(map(Part, days, amounts))


def still_to_pay(amounts: Sequence[Money], *, covered: Money) -> tuple[Money, ...]:
    """What is left of each part when ``covered`` of the whole is no longer asked.

    The parts are covered in their order, whatever the money was meant for.
    """
    left = []
    for amount in amounts:
        taken = min(amount, covered)
        left.append(amount - taken)
        covered -= taken
    return tuple(left)
