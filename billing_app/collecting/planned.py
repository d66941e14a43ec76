"""Charging what was planned, once its day has come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.room import making_room
from billing_app.collecting.saved import charge
from billing_app.gateways.payments import Told
from billing_app.kernel.clock import clock
from billing_app.services import asking, charging_ahead
from billing_app.services.claiming import BeingPaid

_IN_HAND = timedelta(seconds=30)
"""An attempt that changed this lately is being gone on with by whoever began it."""


def charge_planned(place: Installation, organization_id: UUID, plan_id: str) -> str:
    """Do what was planned, if there is still a reason to; returns the attempt's id, or nothing.

    Done again, the same attempt is gone on with where whoever began it died, and left alone
    where it has come further: what became of it is asked for by the reconciler.
    """
    gateway = gateway_of(place)
    system = SystemActor(organization_id=organization_id)
    attempt_id, is_new = making_room(
        place,
        system,
        lambda: work_now(
            system, place.database, lambda work: charging_ahead.begin_planned(work, plan_id)
        ),
    )
    if not attempt_id:
        return ""
    begun = work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
    if begun.state == "created" and not begun.payment:
        if not is_new and clock.now() - begun.changed_at < _IN_HAND:
            raise BeingPaid(begun.asked.what, attempt_id)
        charge(place, system, gateway, begun)
    return attempt_id


def plan(place: Installation, organization_id: UUID, document_id: str) -> tuple[str, ...]:
    """Plan to charge what a document asks, where that is wished; returns the plans."""
    system = SystemActor(organization_id=organization_id)
    return work_now(
        system, place.database, lambda work: charging_ahead.plan_charges(work, document_id)
    )


def give_up(place: Installation, organization_id: UUID, attempt_id: str) -> Told | None:
    """Give up at the gateway what was declined, so that nobody can go on with it there."""
    system = SystemActor(organization_id=organization_id)
    begun = work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
    return gateway_of(place).cancel_payment(begun.payment) if begun.payment else None
