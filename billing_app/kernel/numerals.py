"""Numbers as English, German and French write them, read into whole numbers and back.

Everything here is counted in units of the last decimal place: 12.50 with two places is
1250. This is the one file that knows a decimal number, and only on the way to the screen.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from billing_app.kernel.errors import Invalid
from billing_app.kernel.tongue import marked, tell

LOCALES = ("en", "de", "fr")

_LONGEST_TYPED = 60
_MINUS_SIGNS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_SPACES = " \u00a0\u2009\u202f"
_EXAMPLE_WHOLE, _EXAMPLE_DECIMALS = "1234", "5678"


def known_locale(locale: str) -> str:
    """The locale, if it is one of ours."""
    if locale not in LOCALES:
        raise Invalid(tell("Choose English, German or French."), field="locale")
    return locale


def bare(typed: str, *, what: str, field: str) -> str:
    """What was typed without the blanks around it, if every character of it can be a number's.

    Marks that cannot be seen and foreign digits are refused, not guessed: they can make one
    amount look like another. ``what`` is the noun for the sentences, such as "amount".
    """
    if len(typed) > _LONGEST_TYPED:
        raise Invalid(
            tell("That is too long for the %(what)s. Use digits.", what=what), field=field
        )
    text = typed.strip()
    if not text:
        raise Invalid(tell("Enter the %(what)s.", what=what), field=field)
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in text):
        raise Invalid(
            tell(
                "The %(what)s contains characters that cannot be seen. Type it again by hand.",
                what=what,
            ),
            field=field,
        )
    if any(character.isnumeric() and not character.isascii() for character in text):
        raise Invalid(tell("Write the %(what)s with the digits 0 to 9.", what=what), field=field)
    if not _MINUS_SIGNS.isdisjoint(text):
        raise Invalid(tell("Write the %(what)s without a minus sign.", what=what), field=field)
    return text


def read_number(
    typed: str, locale: str, *, places: int, largest: int, what: str, field: str
) -> int:
    """A number of zero or more, in units of its last place.

    Only the marks of the locale are understood, and groups must be of three: "1,5" in
    English could be 1.5 or a slip, so it is refused with an example of how to write it.
    """
    found = _numeral(known_locale(locale)).fullmatch(bare(typed, what=what, field=field))
    if found is None:
        raise Invalid(
            tell(
                "We cannot read the %(what)s. Write it like %(example)s.",
                what=what,
                example=_example(places, locale),
            ),
            field=field,
        )
    whole, decimals = found["whole"] or "0", found["decimals"] or ""
    if len(decimals) > places:
        said = (
            marked("The %(what)s can have at most %(places)d decimals. Write it like %(example)s.")
            if places
            else marked("The %(what)s cannot have decimals. Write it like %(example)s.")
        )
        example = _example(places, locale)
        raise Invalid(tell(said, what=what, places=places, example=example), field=field)
    digits = "".join(filter(str.isdigit, whole)) + decimals.ljust(places, "0")
    if int(digits) > largest:
        most = show_number(largest, locale, places=places)
        raise Invalid(
            tell("The %(what)s can be at most %(most)s.", what=what, most=most), field=field
        )
    return int(digits)


@lru_cache(maxsize=4_096)
def show_number(number: int, locale: str, *, places: int, fewest: int | None = None) -> str:
    """The number with its marks. Zeros at the end are left out down to ``fewest`` places."""
    shape = decimals_shape(places, fewest=places if fewest is None else fewest)
    return format_decimal(
        exactly(number, places), format=f"#,##{shape}", locale=known_locale(locale)
    )


def exactly(number: int, places: int) -> Decimal:
    """The number as formatting libraries want it, exact whatever its size."""
    return Decimal(f"{number}E-{places}")


def decimals_shape(places: int, *, fewest: int) -> str:
    """The end of a formatting pattern: ``0.00`` for two places, ``0`` for none."""
    decimals = "0" * fewest + "#" * (places - fewest)
    return f"0.{decimals}" if decimals else "0"


@cache
def _numeral(locale: str) -> re.Pattern[str]:
    """What a number looks like: a first group never starts with zero ("0,123" is no 123)."""
    groups = re.escape(_SPACES + get_group_symbol(locale))
    point = re.escape(get_decimal_symbol(locale))
    grouped = rf"[1-9][0-9]{{0,2}}(?P<mark>[{groups}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    return re.compile(
        rf"(?=[0-9]|{point}[0-9])(?P<whole>{grouped}|[0-9]+)?(?:{point}(?P<decimals>[0-9]+))?"
    )


def _example(places: int, locale: str) -> str:
    number = int(_EXAMPLE_WHOLE + _EXAMPLE_DECIMALS[:places])
    return show_number(number, locale, places=places)
