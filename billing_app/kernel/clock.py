"""The one clock: every moment that is kept or compared with one comes from here.

Ids, stopwatches and the log keep to the machine's own time, which nobody can move.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Tells the time in UTC, always aware.

    In demo and test mode the clock may be moved, so that a week of waiting for a bank
    takes a click. Anywhere else moving it is our own mistake and fails. How far a demo has
    moved it is kept with the demo's data: time that has passed there does not come back
    with the next start.
    """

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._movable = False
        self._kept: Path | None = None

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

    def go_on_from(self, kept: Path) -> None:
        """Be the clock of a demo that keeps in this file how far it is ahead."""
        self._kept = kept
        if kept.exists():
            self._offset = max(self._offset, timedelta(seconds=int(kept.read_text())))

    def pass_time(self, by: timedelta) -> None:
        """Let time pass for good: whoever starts this demo again finds it passed."""
        self.move(by)
        if self._kept is not None:
            self._kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._kept.with_suffix(".new")
            fresh.write_text(str(self._offset // timedelta(seconds=1)))
            fresh.replace(self._kept)


clock = Clock()
