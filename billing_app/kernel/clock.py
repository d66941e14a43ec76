"""The one clock: every moment that is kept or compared with one comes from here.

Ids, stopwatches and the log keep to the machine's own time, which nobody can move.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time in UTC, always aware.

    In demo and test mode the clock may be moved, so that a week of waiting for a bank
    takes a click. Anywhere else moving it is our own mistake and fails.
    """

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._movable = False

    def now(self) -> datetime:
        """The present moment, as the whole installation understands it."""
        return datetime.now(UTC) + self._offset

    def allow_moving(self) -> None:
        """Make this a demo or test clock."""
        self._movable = True

    def move(self, by: timedelta) -> None:
        """Let time pass (or run back), for everybody at once."""
        if not self._movable:
            raise RuntimeError("The clock of a real installation cannot be moved.")
        self._offset += by


clock = Clock()
