"""Numbers of documents in what somebody wrote on a transfer.

Banks shout, cut and squeeze what people write, and people leave out dashes and zeros. A number
is found all the same; nothing is guessed from digits alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

DIGITS = 5
"""How many digits the count in a number is written with, at least."""

_MOST_DIGITS = 12


class Numbered(StrEnum):
    """The kinds of documents that carry a number."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CREDIT_REQUEST = "credit_request"
    RECEIPT = "receipt"


PREFIXES = {
    Numbered.INVOICE: "INV-",
    Numbered.CREDIT_NOTE: "CN-",
    Numbered.CREDIT_REQUEST: "CR-",
    Numbered.RECEIPT: "REC-",
}
"""What stands before a number until somebody chooses otherwise."""


def number_of(prefix: str, count: int) -> str:
    """A number as documents carry it."""
    return f"{prefix}{count:0{DIGITS}}"


def numbers_in(written: str, prefixes: Iterable[str]) -> list[str]:
    """The numbers with one of these prefixes that a text names, in its order, each once."""
    text, found = written.upper(), {}
    # The longest first: one prefix may begin with another one.
    for prefix in sorted(set(prefixes), key=len, reverse=True):
        for place in _places(prefix, text):
            found[place.start()] = f"{prefix}{int(place['count']):0{DIGITS}}"
            text = text[: place.start()] + "#" * len(place[0]) + text[place.end() :]
    return list(dict.fromkeys(found[start] for start in sorted(found)))


def _places(prefix: str, text: str) -> list[re.Match[str]]:
    runs = re.findall(r"[A-Z0-9]+", prefix.upper())
    if not runs:
        return []
    said = r"[^A-Z0-9]*".join(map(re.escape, runs))
    count = rf"0*(?P<count>[0-9]{{1,{_MOST_DIGITS}}})(?![0-9])"
    return list(re.finditer(rf"(?<![A-Z]){said}[^A-Z0-9]*{count}", text))
