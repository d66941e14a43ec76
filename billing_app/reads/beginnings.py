"""Texts that begin as typed, found in an index.

Said as a range, because both databases find a range in an index, and SQLite does not so find
what is LIKE something. The column has to be ordered letter by letter.

Every value can be a place instead, for which it is given when the statement is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from billing_app.access.kept import one_of_these

_HIGHEST = "\U0010ffff"


def begins(column: str | None, typed: str) -> ColumnElement[bool]:
    """That a text begins as typed."""
    return lies_between(column, *between(typed))


def between(typed: str) -> tuple[str, str]:
    """The first of the texts that begin as typed, and what comes behind the last of them."""
    return typed, typed + _HIGHEST


def lies_between(column: Any, first: Any, behind: Any) -> ColumnElement[bool]:
    """That a text is one of those between."""
    return and_(col(column) >= first, col(column) < behind)


def called(number: Any, meant: Mapping[str, Any]) -> ColumnElement[bool]:
    """That a number is meant by what ``numbers_called`` found in the words typed."""
    return or_(
        lies_between(number, meant["first"], meant["behind"]),
        lies_between(number, meant["first_capital"], meant["behind_capital"]),
        one_of_these(number, meant["short"]),
    )
