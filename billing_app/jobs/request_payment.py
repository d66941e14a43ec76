"""Asking for payment: what is owed when a document is issued with something still to pay."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import has_gateway
from billing_app.collecting.planned import plan
from billing_app.jobs.trouble import TryLater
from billing_app.services import asking_to_pay
from billing_app.services.claiming import BeingPaid


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the document it is about."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def request_payment(place: Installation, job: About) -> None:
    """Plan to charge it where that is wished, or else write the letter that asks for payment.

    While it is being charged, wait for that.
    """
    if has_gateway(place) and plan(place, job.organization_id, job.subject):
        return
    system = SystemActor(organization_id=job.organization_id)
    try:
        work_now(system, place.database, lambda work: asking_to_pay.ask_to_pay(work, job.subject))
    except BeingPaid as held:
        raise TryLater(str(held)) from None
