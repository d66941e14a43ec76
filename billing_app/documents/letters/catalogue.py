"""The words of letters in every language: gettext catalogues, compiled when first used.

English is written in the code. Another language is one file, ``locale/de.po``, made from
``locale/letters.pot`` and filled in; nothing is compiled by hand. After a sentence in the
code has changed, the template is written anew from the root of the checkout:

    pybabel extract --no-wrap --sort-output --no-location --omit-header \\
        --output billing_app/documents/letters/locale/letters.pot billing_app/documents/letters

and ``pybabel update -i …/letters.pot -o …/de.po -l de`` brings a language up to it. A
sentence that a language lacks is said in English.
"""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from billing_app.kernel import catalogue

FOLDER = Path(__file__).parent / "locale"


def words(locale: str, folder: Path = FOLDER) -> NullTranslations:
    """The words of a language in this folder."""
    return catalogue.words(locale, folder)
