"""Lists in pages: the last row of one page is the key of the next, so no page costs more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, literal, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

PAGE = 50

# Written out in the statement: PostgreSQL plans one anew each time if it cannot know how few
# are asked for.
ONE_MORE: Any = literal(PAGE + 1, literal_execute=True)

T = TypeVar("T")


def behind(kind: Any, names: Sequence[str], *, falls: bool) -> ColumnElement[bool]:
    """That a row comes behind the one whose id is given as ``after``, by these columns."""
    last = aliased(kind)
    own, there = ([getattr(of, name) for name in names] for of in (kind, last))
    asked: Any = select(*there)
    place: Any = asked.where(col(last.id) == bindparam("after")).scalar_subquery()
    key: Any = tuple_(*own) if len(own) > 1 else own[0]
    comes: ColumnElement[bool] = key < place if falls else key > place
    return comes


def cut(rows: Sequence[T], at_most: int = PAGE) -> tuple[list[T], T | None]:
    """The rows of the page, and the last of them if there is another page behind it.

    ``ONE_MORE`` rows are asked for, one more than a page holds, to know that.
    """
    page = list(rows[:at_most])
    return page, page[-1] if len(rows) > at_most else None
