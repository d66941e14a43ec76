"""What tests of commands and reads share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from billing_app.kernel.clock import clock


@pytest.fixture
def wait() -> Iterator[Callable[[timedelta], None]]:
    """Let time pass; it is taken back at the end."""
    clock.allow_moving()
    moved = []

    def move(by: timedelta) -> None:
        clock.move(by)
        moved.append(by)

    yield move
    for by in moved:
        clock.move(-by)
