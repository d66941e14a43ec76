"""Moments and dates as an organization writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from billing_app.kernel.tongue import tell_day


def on_day(moment: datetime, time_zone: str) -> str:
    """The day, such as 21 Nov 2026."""
    return tell_day(moment.astimezone(ZoneInfo(time_zone)).date())


def at_time(moment: datetime, time_zone: str) -> str:
    """The day and minute, such as 21 Nov 2026, 14:05."""
    return f"{on_day(moment, time_zone)}, {moment.astimezone(ZoneInfo(time_zone)):%H:%M}"
