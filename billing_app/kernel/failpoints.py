"""Named points at which a test lets the process die as in a power cut.

Nothing is armed unless a demo is told to (``FAILPOINT``), so elsewhere a point costs one
look into an empty dictionary.
"""

from __future__ import annotations

import os
import signal

_armed: dict[str, int] = {}


def arm(said: str) -> None:
    """Die at the point named, or as ``point@3`` when it is reached for the third time."""
    point, _, times = said.partition("@")
    if point:
        _armed[point] = int(times or 1)


def reach(point: str) -> None:
    """Pass a point; if it is armed, nothing of this process runs any further."""
    if point in _armed:
        _armed[point] -= 1
        if _armed[point] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
