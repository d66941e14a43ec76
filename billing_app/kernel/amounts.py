"""Amounts of money as people type and read them, in English, German and French."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol

from billing_app.kernel.currencies import exponent, is_currency
from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.numerals import (
    LOCALES,
    bare,
    decimals_shape,
    exactly,
    known_locale,
    read_number,
)
from billing_app.kernel.tongue import tell

_SHARED_SIGNS = "$£¥€"
_CENTS = 2
_WITH_A_COMMA = re.compile(rf"^([0-9]+),([0-9]{{{_CENTS}}})$")
_MARKS = re.compile(r"[\s\d.,'’+]+")


class NotAboveZero(Invalid):
    """Nothing is no amount."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed, as we took it; ``echo`` is shown back before anything is done."""

    money: Money
    echo: str


def read_amount(
    typed: str, currency: str, locale: str, *, field: str = "amount", zero: bool = False
) -> Understood:
    """An amount above zero in the currency of its document, or a refusal that says why.

    The currency's code or sign may stand beside it; that of another one is refused. Zero
    is an amount only where ``zero`` says so, as for the price of a line. Where thousands are
    marked by commas, a single one before the last two digits can only be the point: 10,50.
    """
    what = tell("amount in %(currency)s", currency=currency)
    places = exponent(currency)
    text = bare(typed, what=what, field=field)
    number = _without_signs(text, currency)
    if _names_another(number):
        raise Invalid(
            tell(
                "This amount has to be in %(currency)s. Write it without another currency.",
                currency=currency,
            ),
            field=field,
        )
    if places == _CENTS and get_decimal_symbol(known_locale(locale)) == ".":
        number = _WITH_A_COMMA.sub(r"\1.\2", number)
    minor = read_number(
        number, locale, places=places, largest=LARGEST_MINOR, what=what, field=field
    )
    if not minor and not zero:
        raise NotAboveZero(tell("Enter more than 0."), field=field)
    money = Money(minor, currency)
    return Understood(money, show_amount(money, locale))


@lru_cache(maxsize=10_000)
def show_amount(money: Money, locale: str) -> str:
    """The amount as the locale writes it, with the decimals that ISO gives its currency.

    A list writes a hundred of them, and the same ones again whenever it is looked at.
    """
    return format_currency(
        exactly(money.minor, exponent(money.currency)),
        money.currency,
        format=_pattern(known_locale(locale), money.currency),
        locale=locale,
        currency_digits=False,
    )


@cache
def _pattern(locale: str, currency: str) -> str:
    """The locale's own pattern, with our decimals in place of the usual two.

    A name in letters is kept apart from the digits: "KWD 1.250", but "¥1,200".
    """
    usual: str = Locale.parse(locale).currency_formats["standard"].pattern
    places = exponent(currency)
    pattern = usual.replace(decimals_shape(2, fewest=2), decimals_shape(places, fewest=places))
    if get_currency_symbol(currency, locale)[-1].isalpha():
        return pattern.replace("¤#", "¤\u00a0#")
    return pattern


@cache
def _signs(currency: str) -> str:
    """A pattern for every way to name the currency.

    A bare dollar sign is taken for whichever dollar the document is in.
    """
    signs = {get_currency_symbol(currency, locale) for locale in LOCALES} | {currency}
    signs |= {sign for sign in _SHARED_SIGNS if any(sign in longer for longer in signs)}
    named = (r"\s".join(map(re.escape, sign.split())) for sign in signs)
    return f"(?i:{'|'.join(named)})"


def _without_signs(text: str, currency: str) -> str:
    signs = _signs(currency)
    beheaded = re.sub(rf"^{signs}(?=[\s\d.,]|$)", "", text)
    return re.sub(rf"(?<=[\s\d]){signs}$", "", beheaded).strip()


def _names_another(text: str) -> bool:
    words = _MARKS.sub(" ", text).split()
    return any(
        is_currency(word.upper()) or any(unicodedata.category(letter) == "Sc" for letter in word)
        for word in words
    )
