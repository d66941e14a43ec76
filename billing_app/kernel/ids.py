"""Identifiers: UUIDv7 inside, a typed prefix outside (``cus_01k9…``).

Version 7 starts with the time, so rows made together lie together in the index.
The prefix lets a person and a log tell what an id names; it also turns an id of the
wrong kind into NotFound before any query is made.
"""

from __future__ import annotations

import os
import threading
import time
from functools import lru_cache
from uuid import UUID

from billing_app.kernel.errors import NotFound

# Crockford's alphabet: no i, l, o or u, so that an id survives being read aloud.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = {digit: value for value, digit in enumerate(_ALPHABET)}
_LENGTH = 26
# Two digits at a time, because a page shows hundreds of ids.
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR = len(_PAIRS) - 1
_PLACES = range(5 * (_LENGTH - 2), -1, -10)


class _Stamps:
    """Milliseconds with twelve bits behind them, each larger than the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """Another stamp, for whichever thread asks."""
        with self._lock:
            self._last = max(time.time_ns() // 1_000_000 << 12, self._last + 1)
            return self._last


_stamps = _Stamps()


def new_id() -> UUID:
    """A new UUIDv7. Ids of one process never repeat and never run backwards.

    The twelve bits after the millisecond count within it; when they run out, the next
    millisecond is borrowed.
    """
    stamp = _stamps.next()
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    millisecond, counter = stamp >> 12, stamp & 0xFFF
    return UUID(int=millisecond << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | random_bits)


@lru_cache(maxsize=16_384)
def show(prefix: str, value: UUID) -> str:
    """The id as people, addresses and letters carry it. Those that were shown come again."""
    number = value.int
    return f"{prefix}_{''.join([_PAIRS[number >> place & _PAIR] for place in _PLACES])}"


@lru_cache(maxsize=16_384)
def read(prefix: str, shown: str) -> UUID:
    """The id behind what was shown; anything else is NotFound."""
    kind, _, digits = shown.partition("_")
    if kind != prefix or len(digits) != _LENGTH or not set(digits) <= _DIGITS.keys():
        raise NotFound
    number = 0
    for digit in digits:
        number = number * len(_ALPHABET) + _DIGITS[digit]
    if number >> 128:
        raise NotFound
    return UUID(int=number)
