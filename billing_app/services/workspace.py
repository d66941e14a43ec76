"""The workspace itself: what it is called, which clock it keeps, and how customers may pay."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import Invalid
from billing_app.models.books import ALL_WAYS, OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.services.changing import refuse_unseen, the_one

_LONGEST_ZONE = 64


@admin_command(Permission.MANAGE_WORKSPACE)
def set_workspace(
    work: Work[AdminActor], *, name: str, time_zone: str, seen: str | None = None
) -> str:
    """Name the workspace, and say by which clock its days begin and end.

    Days that are written down stay as they are.
    """
    kept, zone = read_name(name), _read_zone(time_zone)
    organization = the_one(work, Organization)
    refuse_unseen(work, organization.shown_id, "set_workspace", seen)
    organization.name, organization.time_zone = kept, zone
    return organization.shown_id


@admin_command(Permission.KEEP_BOOKS)
def set_customer_ways(
    work: Work[AdminActor], *, ways: Sequence[str], seen: str | None = None
) -> str:
    """Choose how customers are offered to pay by themselves; none at all is a choice, too.

    What a customer saved stays saved, and an admin can charge it.
    """
    known = ALL_WAYS.split(",")
    if any(way not in known for way in ways):
        raise Invalid("Choose among Card, Bank Transfer and Direct Debit.", field="ways")
    profile = the_one(work, OrganizationProfile)
    refuse_unseen(work, profile.shown_id, "set_customer_ways", seen)
    profile.customer_ways = ",".join(way for way in known if way in ways)
    return profile.shown_id


def _read_zone(typed: str) -> str:
    zone = typed.strip()
    try:
        if not zone or len(zone) > _LONGEST_ZONE:
            raise ValueError
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            "Enter a time zone, such as Australia/Sydney or Europe/Berlin.", field="time_zone"
        ) from error
    return zone
