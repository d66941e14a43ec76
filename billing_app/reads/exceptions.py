"""The inbox of exceptions: what happened, whether money moved, and what somebody can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read, is_permitted
from billing_app.access.work import Work
from billing_app.reads.exception_kinds import NEEDS, Kind, by_now, statements
from billing_app.reads.exception_rows import (
    ExceptionRow,
    dispute_rows,
    failed_rows,
    given_up_rows,
    put_aside_rows,
    taken_back_rows,
    transfer_rows,
    unknown_rows,
    unplaced_rows,
)

_ROWS: Mapping[Kind, Callable[[Work[AdminActor]], Sequence[ExceptionRow]]] = {
    Kind.UNKNOWN: unknown_rows,
    Kind.PUT_ASIDE: put_aside_rows,
    Kind.TRANSFER: transfer_rows,
    Kind.UNPLACED: unplaced_rows,
    Kind.FAILED: failed_rows,
    Kind.TAKEN_BACK: taken_back_rows,
    Kind.DISPUTE: dispute_rows,
    Kind.GIVEN_UP: given_up_rows,
}


@dataclass(frozen=True)
class OpenExceptions:
    """How many there are of each kind that the admin may see, and together."""

    total: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Exceptions:
    """Those of each kind, as many as a page holds, what waits longest first."""

    open: OpenExceptions
    rows: list[ExceptionRow]


@admin_read()
def open_exceptions(work: Work[AdminActor]) -> OpenExceptions:
    """How many exceptions wait for somebody, by their kind."""
    kinds = _seen(work)
    found = iter(work.exec(_counting(tuple(kinds)), params=by_now()).one())
    counts = {kind.value: sum(int(next(found)) for _ in statements(kind)) for kind in kinds}
    return OpenExceptions(sum(counts.values()), counts)


@admin_read()
def exceptions(work: Work[AdminActor]) -> Exceptions:
    """The exceptions that wait for somebody, kind by kind."""
    found = open_exceptions(work)
    rows = [row for kind in _seen(work) if found.counts[kind] for row in _ROWS[kind](work)]
    return Exceptions(found, rows)


def _seen(work: Work[AdminActor]) -> list[Kind]:
    return [kind for kind in Kind if is_permitted(work.actor, NEEDS.get(kind))]


@cache
def _counting(kinds: tuple[Kind, ...]) -> Any:
    """How many each statement of these kinds finds, in their order."""
    each = (statement.subquery() for kind in kinds for statement in statements(kind))
    return select(*[select(func.count()).select_from(all_).scalar_subquery() for all_ in each])
