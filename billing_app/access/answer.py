"""What a select found: one row after the other, or the one that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from sqlalchemy.exc import MultipleResultsFound, NoResultFound

R = TypeVar("R")


class Answer(Generic[R]):
    """The rows that were found, told once, in the words of the database library's own results.

    Those look up what a row is called each time that somebody asks it for a column.
    """

    def __init__(self, rows: Iterable[R]) -> None:
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[R]:
        return self._rows

    def all(self) -> list[R]:
        """All that are left."""
        return list(self._rows)

    def first(self) -> R | None:
        """The first one, if there is any."""
        return next(self._rows, None)

    def one(self) -> R:
        """The only one."""
        found = list(islice(self._rows, 2))
        if not found:
            raise NoResultFound("No row was found when one was required")
        if len(found) > 1:
            raise MultipleResultsFound("Several rows were found when one was required")
        return found[0]

    def one_or_none(self) -> R | None:
        """The only one, or None where there is none."""
        try:
            return self.one()
        except NoResultFound:
            return None
