"""A made-up language: what was not translated is seen in it, and so is what longer words break.

It stands in the place of German, so that amounts and days are written as some locale writes them.
Every letter of ours has an accent, each word takes two fifths more room, and each sentence stands
in brackets, so that one whose end is cut off is seen as well.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥîĵķĺɱñöþɋŕšţüṽŵẋýžÁƁÇĐÉƑĞĤÎĴĶĹṀÑÖÞɊŔŠŢÜṼŴẊÝŽ",
)
_FILLED_IN = re.compile(r"(%\(\w+\)[sd]|\{\w+\})")
_WORD = re.compile(r"[^\W\d_]+")


def pseudo(template: Path, folder: Path) -> Path:
    """Write the catalogue that says all of a template in the made-up language; in this folder."""
    with template.open("rb") as source:
        wanted = [message for message in read_po(source) if message.id]
    catalogue = Catalog(locale="de")
    for message in wanted:
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        said = tuple(map(stretched, forms))
        told = said if len(forms) > 1 else said[0]
        catalogue.add(message.id, told, flags=message.flags, locations=message.locations)
    with (folder / "de.po").open("wb") as target:
        write_po(target, catalogue)
    return folder


def stretched(sentence: str) -> str:
    """A sentence in the made-up language; what is filled in later stays as it is."""
    parts = _FILLED_IN.split(sentence)
    said = "".join(part if _FILLED_IN.fullmatch(part) else _longer(part) for part in parts)
    return f"[{said}]"


def _longer(text: str) -> str:
    return _WORD.sub(lambda word: word[0] + "ö" * -(-len(word[0]) * 2 // 5), text).translate(
        _ACCENTED
    )
