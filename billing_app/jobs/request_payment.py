"""Asking for payment: what is owed when a document is issued with something still to pay."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from billing_app.access.installation import Installation
from billing_app.collecting.gateway import has_gateway
from billing_app.collecting.planned import plan


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the document it is about."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def request_payment(place: Installation, job: About) -> None:
    """Plan to charge it where that is wished; else it asks on the customer's own page."""
    if has_gateway(place):
        plan(place, job.organization_id, job.subject)
