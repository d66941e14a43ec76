"""Plans as figures: parts of a whole, and what is left of each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import Money
from billing_app.kernel.plans import equal_amounts, equal_parts, months_later, still_to_pay


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


def test_a_hundred_in_three_begins_with_the_odd_cent():
    assert equal_amounts(aud(100_00), 3) == (aud(33_34), aud(33_33), aud(33_33))


@given(total=st.integers(120, 10**12), count=st.integers(1, 120))
def test_parts_come_to_the_whole_and_never_grow(total: int, count: int):
    parts = [part.minor for part in equal_amounts(aud(total), count)]

    assert sum(parts) == total
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@pytest.mark.parametrize(("total", "count"), [(100, 0), (100, 121), (2, 3), (0, 1)])
def test_what_cannot_be_divided_so_is_refused(total: int, count: int):
    with pytest.raises(Invalid):
        equal_amounts(aud(total), count)


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (0, date(2027, 12, 31)),
        (1, date(2028, 1, 31)),
        (2, date(2028, 2, 29)),
        (14, date(2029, 2, 28)),
        (24, date(2029, 12, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(months: int, day: date):
    assert months_later(date(2027, 12, 31), months) == day


def test_days_that_slip_into_a_short_month_come_back_afterwards():
    parts = equal_parts(aud(9_00), 3, first_due_on=date(2027, 1, 31), months_apart=1)

    assert [part.due_on.day for part in parts] == [31, 28, 31]


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        (0, [40, 30, 30]),
        (39, [1, 30, 30]),
        (40, [0, 30, 30]),
        (55, [0, 15, 30]),
        (100, [0, 0, 0]),
    ],
)
def test_money_covers_the_parts_in_their_order(covered: int, left: list[int]):
    amounts = [aud(40), aud(30), aud(30)]

    assert [part.minor for part in still_to_pay(amounts, covered=aud(covered))] == left
