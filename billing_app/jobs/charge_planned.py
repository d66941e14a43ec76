"""Charging by itself what was planned, and giving up what its payer has to pay themselves."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from billing_app.access.installation import Installation
from billing_app.collecting import planned
from billing_app.collecting.gateway import GatewayAway
from billing_app.collecting.planned import NotAnnounced, NotAnnouncedYet
from billing_app.jobs.gateway_trouble import asking_the_gateway
from billing_app.jobs.trouble import GiveUp, NotReady
from billing_app.services.claiming import BeingPaid


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the plan or the attempt."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def charge_planned(place: Installation, job: About) -> None:
    """Charge it, unless the reason is gone. While somebody else is at it, wait as long as it takes.

    Of one that could not be announced somebody has to hear: it is given up.
    """
    try:
        with asking_the_gateway():
            planned.charge_planned(place, job.organization_id, job.subject)
    except (BeingPaid, GatewayAway, NotAnnouncedYet) as held:
        raise NotReady(str(held)) from None
    except NotAnnounced as lost:
        raise GiveUp(str(lost)) from None


def give_up_payment(place: Installation, job: About) -> None:
    """Have the gateway give it up, however often this is done."""
    with asking_the_gateway():
        planned.give_up(place, job.organization_id, job.subject)
