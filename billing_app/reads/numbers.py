"""Documents by their numbers, as people type them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.references import number_of
from billing_app.models.books import Series
from billing_app.reads.beginnings import between, called

_MOST_DIGITS = 9


@admin_read()
def numbered(work: Work[AdminActor], number: Any, typed: str) -> ColumnElement[bool]:
    """That a number begins as typed, or is the one that is called so for short: 42, 00042."""
    return called(number, numbers_called(work, typed))


@admin_read()
def numbers_called(work: Work[AdminActor], typed: str) -> dict[str, Any]:
    """What is meant by a number typed so, for ``called``."""
    short: list[str] = []
    if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS:
        short = [number_of(each, int(typed)) for each in work.exec(_PREFIXES)]
    first, behind = between(typed)
    first_capital, behind_capital = between(typed.upper())
    return {
        "first": first,
        "behind": behind,
        "first_capital": first_capital,
        "behind_capital": behind_capital,
        "short": short,
    }


_PREFIXES = select(Series.number_prefix).distinct()
