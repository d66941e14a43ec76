"""Each currency has the decimals that ISO 4217 gives it."""

from __future__ import annotations

import pytest
from babel.core import get_global

from billing_app.kernel.currencies import CURRENCIES, exponent, is_currency, read_currency
from billing_app.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("AUD", 2), ("EUR", 2), ("JPY", 0), ("UGX", 0), ("KWD", 3), ("IQD", 3), ("CLF", 4)],
)
def test_a_currency_has_its_own_decimals(code: str, decimals: int):
    assert exponent(code) == decimals


@pytest.mark.parametrize("code", ["LBP", "AFN", "RSD", "IRR"])
def test_custom_does_not_take_the_decimals_that_iso_gives(code: str):
    assert exponent(code) == 2


def test_every_code_is_three_capital_letters_and_there_once():
    assert len(set(CURRENCIES)) == len(CURRENCIES)
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in CURRENCIES)


def test_whatever_a_country_pays_with_today_is_known():
    in_use = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, until, is_tender in currencies
        if until is None and is_tender
    }

    assert len(in_use) > 150
    assert in_use - set(CURRENCIES) == set()


@pytest.mark.parametrize("code", ["", "aud", "XXX", "DEM", "AU", "AUD ", "$"])
def test_what_is_no_currency_is_refused_with_an_example(code: str):
    assert not is_currency(code)
    with pytest.raises(Invalid, match="three letters, such as AUD") as refused:
        exponent(code)

    assert refused.value.field == "currency"


@pytest.mark.parametrize("typed", ["AUD", "aud", "  Aud\n"])
def test_a_currency_is_typed_in_any_case(typed: str):
    assert read_currency(typed) == "AUD"


@pytest.mark.parametrize("typed", ["", "dollars", "AUD USD", "€", "A" * 10_000])
def test_a_currency_that_cannot_be_read_is_refused_beside_its_field(typed: str):
    with pytest.raises(Invalid, match="three letters") as refused:
        read_currency(typed, field="default_currency")

    assert refused.value.field == "default_currency"
