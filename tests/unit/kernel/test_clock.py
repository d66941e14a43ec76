"""The one clock tells UTC, and is moved in demos and tests only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from billing_app.kernel.clock import Clock

A_WEEK = timedelta(days=7)


def test_it_tells_the_present_in_utc_and_always_with_its_zone():
    before, told, after = datetime.now(UTC), Clock().now(), datetime.now(UTC)

    assert before <= told <= after
    assert told.tzinfo is UTC


def test_the_clock_of_a_real_installation_cannot_be_moved():
    clock = Clock()

    with pytest.raises(RuntimeError, match="cannot be moved"):
        clock.move(A_WEEK)

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_in_a_demo_time_passes_and_runs_back():
    clock = Clock()
    clock.allow_moving()

    clock.move(A_WEEK)
    clock.move(A_WEEK)
    later = clock.now() - datetime.now(UTC)
    clock.move(-3 * A_WEEK)
    earlier = clock.now() - datetime.now(UTC)

    assert round(later / A_WEEK, 3) == 2
    assert round(earlier / A_WEEK, 3) == -1


def test_moving_one_clock_moves_no_other():
    moved, other = Clock(), Clock()
    moved.allow_moving()

    moved.move(A_WEEK)

    assert abs(other.now() - datetime.now(UTC)) < timedelta(seconds=5)


def ahead(clock: Clock) -> float:
    """How many weeks a clock is ahead."""
    return round((clock.now() - datetime.now(UTC)) / A_WEEK, 3)


def demo_clock(home: Path) -> Clock:
    """The clock of a demo that starts."""
    clock = Clock()
    clock.allow_moving()
    clock.go_on_from(home / "clock")
    return clock


def test_time_that_passed_in_a_demo_does_not_come_back_with_the_next_start(tmp_path: Path):
    demo_clock(tmp_path / "home").pass_time(A_WEEK)
    demo_clock(tmp_path / "home").pass_time(A_WEEK)

    assert ahead(demo_clock(tmp_path / "home")) == 2
    assert ahead(demo_clock(tmp_path / "elsewhere")) == 0


def test_what_a_story_moves_for_its_own_sake_is_not_kept(tmp_path: Path):
    demo_clock(tmp_path).move(-A_WEEK)

    assert ahead(demo_clock(tmp_path)) == 0


def test_the_clock_never_runs_back_by_going_on(tmp_path: Path):
    demo_clock(tmp_path).pass_time(A_WEEK)
    clock = Clock()
    clock.allow_moving()
    clock.move(2 * A_WEEK)

    clock.go_on_from(tmp_path / "clock")

    assert ahead(clock) == 2
