"""Lists in pages: the last row of one page is the key of the next, so no page costs more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import literal

PAGE = 50

# Written out in the statement: PostgreSQL plans one anew each time if it cannot know how few
# are asked for.
ONE_MORE: Any = literal(PAGE + 1, literal_execute=True)

T = TypeVar("T")


def cut(rows: Sequence[T], at_most: int = PAGE) -> tuple[list[T], T | None]:
    """The rows of the page, and the last of them if there is another page behind it.

    ``ONE_MORE`` rows are asked for, one more than a page holds, to know that.
    """
    page = list(rows[:at_most])
    return page, page[-1] if len(rows) > at_most else None
