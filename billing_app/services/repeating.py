"""Commands that are sent twice: by a double click, a second tab, or a network that gave up.

A command that moves money carries a key, drawn when its form opened; one that makes something
is known by the id of what it makes. The first one to arrive does its work; the same again is
answered as the first was, and moves nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.models.base import Table
from billing_app.models.ledger import LONGEST_KEY, CommandKey


class SaidDifferently(Conflict):
    """A key came back with another command, or with other words."""

    sentence = (
        "This form was already sent, and said something else then. Nothing was changed now;"
        " open it again."
    )


@command_step
def once(work: Work[Clerk], key: str, verb: str, arguments: Any, *, makes: str = "") -> str | None:
    """What was answered under this key before; None for the first, who now does the work.

    Whoever comes second waits here until the first has ended, and does the work after all if
    nothing came of it. So this comes before any lock, and ``remember`` at the end. What a
    command ``makes`` is its answer from the start, with nothing to remember, and its key where
    none is given. Without either every command is a first one.
    """
    key = key or makes
    if not key:
        return None
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid(
            f"A command key has at most {LONGEST_KEY} characters, all of them plain ones.",
            field="command_key",
        )
    digest = sha256(_spelled(arguments).encode()).hexdigest()
    wanted = CommandKey(
        id=_id_of(key),
        key=key,
        verb=verb,
        arguments_hash=digest,
        result=makes,
        made_at=clock.now(),
    )
    if work.add_unless_there(wanted):
        return None
    kept = work.get(CommandKey, wanted.id)
    if (kept.verb, kept.arguments_hash) != (verb, digest):
        raise SaidDifferently
    if not kept.result:
        raise RuntimeError(f"{verb} never remembered what it answered under its key.")
    return kept.result


@command_step
def keep_new(work: Work[Clerk], row: Table) -> None:
    """Keep what a command makes. That its id is taken means that other words made it."""
    if not work.add_unless_there(row):
        raise SaidDifferently


@command_step
def remember(work: Work[Clerk], key: str, result: str) -> None:
    """Keep what the command answers, for whoever sends it again."""
    if key:
        work.get(CommandKey, _id_of(key)).result = result


def _id_of(key: str) -> UUID:
    """A key's row has the id that follows from the key: one row for each."""
    return UUID(bytes=sha256(key.encode()).digest()[:16])


def _spelled(arguments: Any) -> str:
    """The arguments in the one spelling that is compared."""
    return json.dumps(arguments, default=_plain, sort_keys=True, ensure_ascii=True)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A {type(value).__name__} cannot be compared with what was said before.")
