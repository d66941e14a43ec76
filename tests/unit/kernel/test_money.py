"""Money stays whole: no unit is lost, invented, or mixed with another currency."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, MixedCurrencies, Money, half_up

minors = st.integers(min_value=-LARGEST_MINOR, max_value=LARGEST_MINOR)
weightings = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=40).filter(any)


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(5, 10, 1), (-5, 10, -1), (15, 10, 2), (25, 10, 3), (-25, 10, -3), (4, 10, 0), (-4, 10, 0)],
)
def test_a_half_goes_away_from_zero(numerator: int, denominator: int, nearest: int):
    assert half_up(numerator, denominator) == nearest


@settings(deadline=None)
@given(st.integers(), st.integers(min_value=1))
def test_rounding_goes_to_the_nearest_and_treats_both_signs_alike(numerator: int, denominator: int):
    nearest = half_up(numerator, denominator)

    assert abs(Fraction(numerator, denominator) - nearest) <= Fraction(1, 2)
    assert half_up(-numerator, denominator) == -nearest


@pytest.mark.parametrize("denominator", [0, -3])
def test_a_fraction_of_nothing_is_our_own_mistake(denominator: int):
    with pytest.raises(ValueError, match="denominator above zero"):
        aud(100).part(1, denominator)


def test_money_adds_subtracts_and_turns_round():
    assert aud(97_00) + aud(3_00) == aud(100_00)
    assert aud(3_00) - aud(5_00) == aud(-2_00)
    assert -aud(5_00) == aud(-5_00)
    assert aud(3_33).times(3) == aud(9_99)
    assert sum([aud(1), aud(2)], Money.zero("AUD")) == aud(3)


def test_money_is_ordered_by_amount():
    assert aud(1) < aud(2) <= aud(2)
    assert aud(3) > aud(2) >= aud(2)
    assert not aud(2) < aud(2)
    assert not aud(2) > aud(2)
    assert min(aud(4_00), aud(3_00)) == aud(3_00)


def test_only_nothing_is_false():
    assert not Money.zero("JPY")
    assert Money(-1, "JPY")


@pytest.mark.parametrize(
    "act", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_two_currencies_never_meet(act: Callable[[Money, Money], object]):
    with pytest.raises(MixedCurrencies, match="different currencies"):
        act(aud(1_00), Money(1_00, "USD"))


def test_the_same_figure_in_another_currency_is_another_amount():
    assert aud(0) != Money(0, "USD")
    assert len({aud(1), aud(1), Money(1, "USD")}) == 2


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_money_is_counted_in_whole_numbers_only(minor):
    with pytest.raises(TypeError, match="whole minor units"):
        Money(minor, "AUD")


def test_money_of_no_currency_is_refused():
    with pytest.raises(Invalid, match="three letters"):
        Money(1, "XXX")


@pytest.mark.parametrize(
    ("money", "told"),
    [
        (aud(-12_30), "AUD -12.30"),
        (aud(5), "AUD 0.05"),
        (Money(1_200, "JPY"), "JPY 1200"),
        (Money(1_250, "KWD"), "KWD 1.250"),
        (Money(0, "CLF"), "CLF 0.0000"),
    ],
)
def test_a_log_tells_the_currency_and_its_decimals(money: Money, told: str):
    assert str(money) == told


def test_a_hundred_in_three_gives_the_odd_cent_to_the_first():
    split = aud(100_00).allocate([1, 1, 1])

    assert split.parts == (aud(33_34), aud(33_33), aud(33_33))
    assert split.odd == (0,)


def test_odd_units_go_to_the_largest_remainders_first():
    split = aud(10).allocate([1, 5, 3])

    assert split.parts == (aud(1), aud(6), aud(3))
    assert split.odd == (1,)


def test_money_owed_back_is_allocated_like_money_owed():
    assert aud(-100_00).allocate([1, 1, 1]).parts == (aud(-33_34), aud(-33_33), aud(-33_33))


def test_nothing_is_allocated_to_anybody():
    assert Money.zero("AUD").allocate([0, 0]).parts == (aud(0), aud(0))


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1]])
def test_money_cannot_be_allocated_to_nobody(weights: list[int]):
    with pytest.raises(ValueError, match="Weights"):
        aud(1_00).allocate(weights)


@settings(deadline=None)
@given(minors, weightings)
def test_parts_sum_to_the_whole_and_each_is_within_one_unit_of_what_is_due(
    minor: int, weights: list[int]
):
    split = aud(minor).allocate(weights)

    assert sum(split.parts, Money.zero("AUD")) == aud(minor)
    for part, weight in zip(split.parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1


@settings(deadline=None)
@given(minors, weightings)
def test_an_allocation_says_which_parts_took_an_odd_unit(minor: int, weights: list[int]):
    split = aud(minor).allocate(weights)

    for index, (part, weight) in enumerate(zip(split.parts, weights, strict=True)):
        due_in_whole = abs(minor) * weight // sum(weights)
        assert abs(part.minor) == due_in_whole + (index in split.odd)
        assert weight or not part


@settings(deadline=None)
@given(minors, st.integers(1, 60))
def test_equal_shares_differ_by_one_unit_at_most_and_the_first_are_the_larger(
    minor: int, count: int
):
    parts = [abs(part.minor) for part in aud(minor).allocate([1] * count).parts]

    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1
