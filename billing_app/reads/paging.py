"""Lists in pages: the last row of one page is the key of the next, so no page costs more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

PAGE = 50

T = TypeVar("T")


def cut(rows: Sequence[T], at_most: int = PAGE) -> tuple[list[T], T | None]:
    """The rows of the page, and the last of them if there is another page behind it.

    One row more than the page holds is asked for, to know.
    """
    page = list(rows[:at_most])
    return page, page[-1] if len(rows) > at_most else None
