"""The language of whoever reads what is being said now.

Whoever finds out who reads, such as the gate, says so once with ``speak``; from there on, days and
sentences come in that language, whichever part of the house says them. Work that nobody reads at
once, such as a job's, is in English.

The words of pages are one catalogue in ``billing_app/locale``, kept as those of letters are, and
each sentence stands in it with the files that say it. After one has changed, the template is
written anew from the root of the checkout:

    pybabel extract --no-wrap --sort-output --add-location=file --omit-header \\
        --keywords say --keywords phrase --keywords tell --keywords marked \\
        --keywords tell_many:1,2 \\
        --output billing_app/locale/pages.pot \\
        billing_app/ui billing_app/reads billing_app/services billing_app/gateways \\
        billing_app/access billing_app/kernel
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date

from billing_app.kernel.catalogue import words, words_of

ENGLISH = "en"
FOLDER = Path(__file__).parents[1] / "locale"

_USUAL_DAY = "d MMM y"
_DAYS = {"de": "dd.MM.y"}

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def speak(language: str) -> None:
    """Say in which language the rest of this event or request is read."""
    _language.set(language)


def language() -> str:
    """The language in which this event or request is read."""
    return _language.get()


def marked(sentence: str) -> str:
    """The sentence itself. It stands in the template, to be told later."""
    return sentence


def tell(sentence: str, **filled: Any) -> str:
    """A whole sentence in the reader's language, with its named places filled."""
    told = words(_language.get(), FOLDER).gettext(sentence) if sentence else ""
    return told % filled if filled else told


def tell_many(one: str, many: str, count: int, **filled: Any) -> str:
    """The same for a sentence that depends on a ``count``, which fills a place, too."""
    told = words(_language.get(), FOLDER).ngettext(one, many, count)
    return told % (filled | {"count": count})


def tell_day(on: date) -> str:
    """A day, such as 21 Nov 2026."""
    return _day_in(_language.get(), on)


@lru_cache(maxsize=4_000)
def _day_in(spoken: str, on: date) -> str:
    if spoken == ENGLISH:
        return f"{on.day} {on:%b %Y}"
    return format_date(on, _DAYS.get(spoken, _USUAL_DAY), locale=spoken)


def words_said_in(spoken: str, places: tuple[str, ...]) -> dict[str, str]:
    """What a language has for the words in these places of the sources; English needs none."""
    return {} if spoken == ENGLISH else words_of(spoken, FOLDER, places)
