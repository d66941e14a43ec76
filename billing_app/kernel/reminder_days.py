"""The days of reminders, counted from the day on which something is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

CAUGHT_UP_FOR = timedelta(days=14)
"""A reminder that nobody could send for so long is let go."""


def latest(days: Sequence[int], due_on: date, now: date) -> int | None:
    """The last of the days, counted from the due date, that has come and is not long gone."""
    come = [day for day in days if due_on + timedelta(days=day) <= now]
    if not come or now - (due_on + timedelta(days=max(come))) > CAUGHT_UP_FOR:
        return None
    return max(come)
