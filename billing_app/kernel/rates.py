"""Rates, such as a tax or a discount, in basis points: ten per cent is 1,000."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.numbers import format_percent

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import Money
from billing_app.kernel.numerals import bare, decimals_shape, exactly, known_locale, read_number

BASIS = 10_000
"""The whole, in basis points."""

_PERCENT_PLACES = 2
_WHOLE_PLACES = 4


def tax_on(net: Money, bp: int) -> Money:
    """The tax that comes on top of a net amount."""
    return net.part(bp, BASIS)


def tax_within(gross: Money, bp: int) -> Money:
    """The tax that a gross amount already contains: 9.09 in 100.00 at ten per cent."""
    return gross.part(bp, BASIS + bp)


def read_rate(typed: str, locale: str, *, field: str = "rate") -> int:
    """A rate from nothing to the whole, typed in per cent with or without the sign."""
    text = bare(typed, what="rate", field=field).removesuffix("%")
    if not text:
        raise Invalid("Enter the rate.", field=field)
    return read_number(
        text, locale, places=_PERCENT_PLACES, largest=BASIS, what="rate", field=field
    )


@lru_cache(maxsize=1_024)
def show_rate(bp: int, locale: str) -> str:
    """The rate in per cent, with no more decimals than it has."""
    usual: str = Locale.parse(known_locale(locale)).percent_formats[None].pattern
    pattern = usual.replace("0", decimals_shape(_PERCENT_PLACES, fewest=0))
    return format_percent(exactly(bp, _WHOLE_PLACES), format=pattern, locale=locale)
