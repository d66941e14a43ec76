"""Having the gateway let a saved way of paying go that was removed here."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.jobs.gateway_trouble import asking_the_gateway
from billing_app.services.keeping_methods import reference_of


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the saved way of paying."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def forget_method(place: Installation, job: About) -> None:
    """Let it go there, however often this is done."""
    system = SystemActor(organization_id=job.organization_id)
    reference = work_now(system, place.database, lambda work: reference_of(work, job.subject))
    with asking_the_gateway():
        gateway_of(place).forget(reference)
