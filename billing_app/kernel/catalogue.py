"""Gettext catalogues: a language is one file, ``de.po``, compiled when it is first used."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


@cache
def words(locale: str, folder: Path) -> NullTranslations:
    """The words of a language; ``de_AT`` is content with ``de``, and all with English."""
    catalogue = _catalogue(locale, folder)
    if catalogue is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def words_of(locale: str, folder: Path, places: tuple[str, ...]) -> dict[str, str]:
    """What a language has for the English in source files whose path begins with a place."""
    return {
        message.id: str(message.string)
        for message in _catalogue(locale, folder) or ()
        if isinstance(message.id, str)
        and message.id
        and message.string
        and not message.fuzzy
        and any(path.startswith(places) for path, _ in message.locations)
    }


@cache
def _catalogue(locale: str, folder: Path) -> Catalog | None:
    catalogues = {path.stem: path for path in folder.glob("*.po")}
    found = catalogues.get(locale) or catalogues.get(locale.partition("_")[0])
    if found is None:
        return None
    with found.open("rb") as source:
        return read_po(source, locale=found.stem)
