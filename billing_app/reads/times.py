"""Moments and dates as an organization writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def on_day(moment: datetime, time_zone: str) -> str:
    """The day, such as 21 Nov 2026."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{local.day} {local:%b %Y}"


def at_time(moment: datetime, time_zone: str) -> str:
    """The day and minute, such as 21 Nov 2026, 14:05."""
    return f"{on_day(moment, time_zone)}, {moment.astimezone(ZoneInfo(time_zone)):%H:%M}"
