"""The words of one paper: in its language, in its currency, and safe to be set.

Papers have catalogues of their own in ``locale``, kept as those of letters are. After a word in
the code has changed, the template is written anew from the root of the checkout:

    pybabel extract --no-wrap --sort-output --no-location --omit-header --keywords say \\
        --output billing_app/documents/papers/locale/papers.pot billing_app/documents/papers
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path

from babel.dates import format_date

from billing_app.documents.letters.catalogue import words as catalogue
from billing_app.kernel.amounts import show_amount
from billing_app.kernel.currencies import exponent
from billing_app.kernel.money import Money
from billing_app.kernel.numerals import show_number
from billing_app.reads.paper import Head

FOLDER = Path(__file__).parent / "locale"

_DAYS = {"en": "d MMM y", "de": "dd.MM.y", "fr": "d MMM y"}
_BAHT = "\u0e3f"
_JOINERS = "\u200c\u200d"
_MAY_BREAK = "\u200b"
# Longer than what people copy out of a paper, such as the number of an account.
_LONGEST = 40
IN_A_COLUMN, BESIDE_A_LABEL = 20, 12
"""The longest words that surely fit where there is less room than the page is wide."""


class Wording:
    """How a paper says things. Each language is one catalogue, as with letters."""

    def __init__(self, head: Head, folder: Path = FOLDER) -> None:
        self.locale = head.locale
        self.currency = head.currency
        self._catalogue = catalogue(head.locale, folder)

    def __call__(self, said: str) -> str:
        """A word or sentence of ours in the paper's language."""
        return self._catalogue.gettext(said)

    def amount(self, minor: int) -> str:
        """An amount with its currency: its sign, or its code where no font here has the sign."""
        shown = show_amount(Money(minor, self.currency), self.locale)
        return shown.replace(_BAHT, self.currency)

    def figure(self, minor: int) -> str:
        """An amount in a column, whose head names the currency."""
        places = exponent(self.currency)
        shown = show_number(abs(minor), self.locale, places=places)
        return f"-{shown}" if minor < 0 else shown

    def day(self, on: date | None) -> str:
        """A day, nothing for none."""
        return format_date(on, _DAYS[self.locale], locale=self.locale) if on else ""


def clean(typed: str, *, longest: int = _LONGEST) -> str:
    """One line that somebody typed, without what cannot be seen or turns the direction.

    A word as long as ``longest`` may be broken where it does not fit, or it would leave its place.
    """
    every = longest * 3 // 5
    return re.sub(
        rf"\S{{{longest},}}",
        lambda word: _MAY_BREAK.join(
            word[0][at : at + every] for at in range(0, len(word[0]), every)
        ),
        _plain(typed),
    )


def clean_lines(typed: str, *, longest: int = _LONGEST) -> list[str]:
    """The lines that somebody typed, without the empty ones."""
    return [line for each in typed.splitlines() if (line := clean(each, longest=longest))]


def _plain(typed: str) -> str:
    kept = "".join(
        " " if each.isspace() else each
        for each in typed
        if each in _JOINERS
        or each.isspace()
        or unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return unicodedata.normalize("NFC", " ".join(kept.split(" ")).strip())
