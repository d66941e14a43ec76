"""Charging what a customer saved, while they are there themselves and asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.access.actors import CustomerActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import GatewayAway, gateway_of
from billing_app.collecting.pages import refuse_unoffered
from billing_app.collecting.room import making_room
from billing_app.collecting.saved import ChargeAsked, charge
from billing_app.collecting.settling import look_again
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.models.attempt import PaymentAttempt
from billing_app.services import asking, attempting
from billing_app.services.asking import Begun


@dataclass(frozen=True)
class Charged:
    """The attempt, and whether the bank wants to ask the payer before it says yes.

    Then this attempt is over, nothing was charged, and the gateway's page is where they are asked.
    """

    attempt_id: str
    wants_payer: bool


def charge_own(place: Installation, actor: CustomerActor, asked: ChargeAsked) -> Charged:
    """Charge one of the customer's own saved ways of paying, in the order of an admin's charge.

    Sending the same again charges nothing again. A way that the portal does not offer is refused.
    """
    gateway = gateway_of(place)
    system = SystemActor(organization_id=actor.organization_id)
    attempt_id = making_room(
        place,
        actor,
        lambda: work_now(system, place.database, lambda work: _begin(work, actor, asked)),
    )
    begun = _told(place, system, attempt_id)
    if begun.state == "created" and not begun.payment:
        refuse_unoffered(place, system, gateway, begun)
        charge(place, system, gateway, begun)
        begun = _told(place, system, attempt_id)
    if begun.state != "requires_action":
        return Charged(attempt_id, wants_payer=False)
    return Charged(attempt_id, wants_payer=_gives_up(place, system, attempt_id))


def _gives_up(place: Installation, system: SystemActor, attempt_id: str) -> bool:
    """Give up what only the payer could confirm; False if it was confirmed after all."""
    wanted = PaymentAttempt.read_id(attempt_id)
    try:
        look_again(
            place, system.organization_id, wanted, source="submission", about="the bank asks"
        )
    except (GatewayRefusal, Unclear) as trouble:
        raise GatewayAway from trouble
    return _told(place, system, attempt_id).state == "canceled"


def _told(place: Installation, system: SystemActor, attempt_id: str) -> Begun:
    return work_now(system, place.database, lambda work: asking.begun(work, attempt_id))


def _begin(work: Work[SystemActor], actor: CustomerActor, asked: ChargeAsked) -> str:
    return attempting.begin_own_charge(
        work,
        asked.attempt_id,
        customer_id=actor.party_id,
        membership_id=actor.membership_id,
        parts=asked.parts,
        payment_method_id=asked.payment_method_id,
    )
