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

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"


@cache
def words(locale: str, folder: Path = FOLDER) -> NullTranslations:
    """The words of a language; ``de_AT`` is content with ``de``, and all with English."""
    catalogues = {path.stem: path for path in folder.glob("*.po")}
    found = catalogues.get(locale) or catalogues.get(locale.partition("_")[0])
    if found is None:
        return NullTranslations()
    with found.open("rb") as source:
        catalogue = read_po(source, locale=found.stem)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
