"""Charging what was planned, once its day has come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.room import making_room
from billing_app.collecting.saved import charge
from billing_app.gateways.payments import PaymentGateway, Told
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.services import asking, settling
from billing_app.services.announcing import Announcement
from billing_app.services.charging_ahead import Start, begin_planned, plan_charges
from billing_app.services.claiming import BeingPaid

_IN_HAND = timedelta(seconds=30)
"""An attempt that changed this lately is being gone on with by whoever began it."""


class NotAnnouncedYet(Conflict):
    """The letter has not left."""

    sentence = (
        "The letter that announces this charge has not left yet, and nobody is charged before they"
        " were told. Nothing was charged."
    )


class NotAnnounced(Conflict):
    """The letter will not leave."""

    sentence = (
        "The letter that announces this charge could not be sent, so nothing was charged. Correct"
        " the customer's e-mail address, or send the letter again, and then try this again; or ask"
        " the customer for the money."
    )


def charge_planned(place: Installation, organization_id: UUID, plan_id: str) -> str:
    """Do what was planned, if there is still a reason to; returns the attempt's id, or nothing.

    Done again, the same attempt is gone on with where whoever began it died, and left alone
    where it has come further: what became of it is asked for by the reconciler.
    """
    gateway = gateway_of(place)
    system = SystemActor(organization_id=organization_id)
    start = making_room(
        place,
        system,
        lambda: work_now(
            system, place.database, lambda work: begin_planned(work, plan_id, gateway)
        ),
    )
    if start.waits_for is not Announcement.TOLD:
        raise NotAnnounced if start.waits_for is Announcement.LOST else NotAnnouncedYet
    if start.attempt_id:
        _go_on(place, system, gateway, start)
    return start.attempt_id


def plan(place: Installation, organization_id: UUID, document_id: str) -> tuple[str, ...]:
    """Plan to charge what a document asks, where that is wished; returns the plans."""
    gateway = gateway_of(place)
    system = SystemActor(organization_id=organization_id)
    return work_now(system, place.database, lambda work: plan_charges(work, document_id, gateway))


def give_up(place: Installation, organization_id: UUID, attempt_id: str) -> Told | None:
    """Give up at the gateway what was declined, so that nobody can go on with it there."""
    system = SystemActor(organization_id=organization_id)
    begun = work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
    return gateway_of(place).cancel_payment(begun.payment) if begun.payment else None


def _go_on(place: Installation, system: SystemActor, gateway: PaymentGateway, start: Start) -> None:
    """Charge what began; but not what was left lying and would begin otherwise by now."""
    begun = work_now(system, place.database, lambda work: asking.begun(work, start.attempt_id))
    if begun.state != "created" or begun.payment:
        return
    if not start.is_new and clock.now() - begun.changed_at < _IN_HAND:
        raise BeingPaid(begun.asked.what, start.attempt_id)
    if not start.is_outdated:
        charge(place, system, gateway, begun)
        return
    work_now(
        system,
        place.database,
        lambda work: settling.note_trouble(
            work,
            start.attempt_id,
            "charge",
            state="canceled",
            code="outdated",
            sentence="What was to be charged has changed meanwhile. Nothing was charged.",
        ),
    )
