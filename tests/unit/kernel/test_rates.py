"""Tax is rounded once, on top of a net amount or out of a gross one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.rates import BASIS, read_rate, show_rate, tax_on, tax_within

minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
rates = st.integers(0, BASIS)


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


@pytest.mark.parametrize(
    ("net", "bp", "tax"), [(100_00, 1_000, 10_00), (3_33, 1_000, 33), (5, 1_000, 1), (99, 825, 8)]
)
def test_tax_comes_on_top_of_a_net_amount(net: int, bp: int, tax: int):
    assert tax_on(aud(net), bp) == aud(tax)


def test_a_hundred_at_ten_per_cent_contains_nine_and_nine_cents():
    assert tax_within(aud(100_00), 1_000) == aud(9_09)


def test_a_refund_carries_the_same_tax_as_the_sale():
    assert tax_on(aud(-3_35), 1_000) == -tax_on(aud(3_35), 1_000) == aud(-34)


@settings(deadline=None)
@given(minors, rates)
def test_the_tax_put_on_a_net_amount_is_the_tax_found_within_the_gross(minor: int, bp: int):
    net = aud(minor)
    tax = tax_on(net, bp)

    assert abs((tax_within(net + tax, bp) - tax).minor) <= 1


@settings(deadline=None)
@given(st.integers(0, LARGEST_MINOR), rates)
def test_the_tax_within_never_exceeds_the_gross_and_belongs_to_the_net_that_is_left(
    minor: int, bp: int
):
    gross = aud(minor)
    tax = tax_within(gross, bp)

    assert aud(0) <= tax <= gross
    assert abs((tax_on(gross - tax, bp) - tax).minor) <= 1


@settings(deadline=None)
@given(rates, st.sampled_from(LOCALES))
def test_a_rate_that_is_shown_reads_back(bp: int, locale: str):
    assert read_rate(show_rate(bp, locale), locale) == bp


@pytest.mark.parametrize(
    ("typed", "locale", "bp"),
    [
        ("10", "en", 1_000),
        ("10%", "en", 1_000),
        (" 8.25 % ", "en", 825),
        ("5,5 %", "fr", 550),
        ("19,00\u00a0%", "de", 1_900),
        ("0", "en", 0),
        ("100", "en", BASIS),
    ],
)
def test_a_rate_is_typed_in_per_cent(typed: str, locale: str, bp: int):
    assert read_rate(typed, locale) == bp


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the rate."),
        ("%", "Enter the rate."),
        ("-1", "Write the rate without a minus sign."),
        ("100.01", "The rate can be at most 100.00."),
        ("8.125", "The rate can have at most 2 decimals."),
        ("5,5", "We cannot read the rate."),
        ("10%%", "We cannot read the rate."),
        ("ten", "We cannot read the rate."),
        ("١٠", "Write the rate with the digits 0 to 9."),
    ],
)
def test_any_other_rate_is_refused_beside_its_field(typed: str, sentence: str):
    with pytest.raises(Invalid) as refused:
        read_rate(typed, "en", field="discount")

    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "discount"


@pytest.mark.parametrize(
    ("bp", "locale", "shown"),
    [
        (1_000, "en", "10%"),
        (825, "en", "8.25%"),
        (550, "fr", "5,5\u00a0%"),
        (1_900, "de", "19\u00a0%"),
        (0, "en", "0%"),
        (BASIS, "en", "100%"),
    ],
)
def test_a_rate_is_shown_with_no_more_decimals_than_it_has(bp: int, locale: str, shown: str):
    assert show_rate(bp, locale) == shown
