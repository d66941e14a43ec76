"""Quantities are whole thousandths, read and shown as their locale writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.errors import Invalid
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.quantities import LARGEST_MILLI, read_quantity, show_quantity


@settings(deadline=None)
@given(st.integers(1, LARGEST_MILLI), st.sampled_from(LOCALES))
def test_a_quantity_that_is_shown_reads_back(milli: int, locale: str):
    assert read_quantity(show_quantity(milli, locale), locale) == milli


@pytest.mark.parametrize(
    ("typed", "locale", "milli"),
    [
        ("1", "en", 1_000),
        ("0.25", "en", 250),
        ("1,5", "de", 1_500),
        ("1.500", "de", 1_500_000),
        ("1 500,125", "fr", 1_500_125),
        ("0.001", "en", 1),
    ],
)
def test_a_quantity_is_read_in_thousandths(typed: str, locale: str, milli: int):
    assert read_quantity(typed, locale) == milli


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the quantity."),
        ("0", "Enter a quantity above zero."),
        ("0.000", "Enter a quantity above zero."),
        ("-2", "Write the quantity without a minus sign."),
        ("0.0001", "The quantity can have at most 3 decimals."),
        ("1,000,000", "The quantity can be at most 999,999.999."),
        ("two", "We cannot read the quantity."),
        ("2h", "We cannot read the quantity."),
        ("२", "Write the quantity with the digits 0 to 9."),
    ],
)
def test_any_other_quantity_is_refused_beside_its_field(typed: str, sentence: str):
    with pytest.raises(Invalid) as refused:
        read_quantity(typed, "en", field="hours")

    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "hours"


@pytest.mark.parametrize(
    ("milli", "locale", "shown"),
    [(2_000, "en", "2"), (250, "en", "0.25"), (1_500_125, "de", "1.500,125"), (1, "fr", "0,001")],
)
def test_a_quantity_is_shown_with_no_more_decimals_than_it_has(milli: int, locale: str, shown: str):
    assert show_quantity(milli, locale) == shown
