"""The organization's own day: what is dated today there, wherever the machine stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from billing_app.access.scope import organization_of
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid
from billing_app.models.books import OrganizationProfile
from billing_app.models.organization import Organization

EARLIEST = date(1900, 1, 1)
"""Before this day no act of a business that is kept here can have happened."""


def today(work: Work[Any]) -> date:
    """The date in the organization's time zone."""
    return today_in(work.get(Organization, organization_of(work.actor)).time_zone)


def today_in(zone: str) -> date:
    """The date in a time zone."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def first_open_day(work: Work[Any]) -> date:
    """Today, or the day after the books were closed: what a gateway did is never turned away.

    Nobody closes the books further before the end.
    """
    profile = work.exec(select(OrganizationProfile).with_for_update(read=True)).one()
    closed = profile.books_closed_until
    return today(work) if closed is None else max(today(work), closed + timedelta(days=1))


def day_of_act(
    work: Work[Any], on: date | None, *, since: date | None = None, field: str = "on"
) -> date:
    """The date an act counts for: today unless said otherwise, and never still to come.

    ``since`` is the day before which it cannot have happened, such as a document's issue.
    """
    now = today(work)
    day = on or now
    if type(day) is not date or day < EARLIEST:
        raise Invalid(
            f"Choose a day from {EARLIEST.isoformat()} on; nothing was recorded.", field=field
        )
    if day > now:
        raise Invalid(
            f"{day.isoformat()} is still to come. Choose today or a day before; nothing was"
            " recorded.",
            field=field,
        )
    if since is not None and day < since:
        raise Invalid(
            f"{day.isoformat()} is before the document's own date, {since.isoformat()}. Choose"
            " a later day; nothing was recorded.",
            field=field,
        )
    return day
