"""Quantities in thousandths, so that a quarter of an hour is a whole number too."""

from __future__ import annotations

from billing_app.kernel.errors import Invalid
from billing_app.kernel.numerals import read_number, show_number

MILLI = 1_000
"""One, in thousandths."""

LARGEST_MILLI = 999_999_999

_PLACES = 3


def read_quantity(typed: str, locale: str, *, field: str = "quantity") -> int:
    """A quantity above zero, in thousandths."""
    milli = read_number(
        typed, locale, places=_PLACES, largest=LARGEST_MILLI, what="quantity", field=field
    )
    if not milli:
        raise Invalid("Enter a quantity above zero.", field=field)
    return milli


def show_quantity(milli: int, locale: str) -> str:
    """The quantity with no more decimals than it has: 2, or 0.25."""
    return show_number(milli, locale, places=_PLACES, fewest=0)
