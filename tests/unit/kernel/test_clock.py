"""The one clock tells UTC, and is moved in demos and tests only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
