"""How customers are offered to pay by themselves: what the settings leave of what there is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import select

from billing_app.access.actors import CustomerActor, SystemActor
from billing_app.access.guard import customer_read, system_read
from billing_app.access.work import Work
from billing_app.models.books import OrganizationProfile


@customer_read
def offered_to_me(work: Work[CustomerActor], ways: Sequence[str]) -> list[str]:
    """Which of these ways the portal offers."""
    own = work.exec(select(OrganizationProfile)).one()
    return [way for way in ways if own.offers(way)]


@system_read
def is_offered(work: Work[SystemActor], way: str) -> bool:
    """Whether customers may pay in this way."""
    return work.exec(select(OrganizationProfile)).one().offers(way)
