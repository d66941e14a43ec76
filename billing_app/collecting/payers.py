"""Making customers known at the gateway, once, before it keeps anything for them."""

from __future__ import annotations

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.gateways.payments import PaymentGateway
from billing_app.models.party import Customer
from billing_app.services import asking, attempting
from billing_app.services.asking import Begun


def introduce(
    place: Installation, system: SystemActor, gateway: PaymentGateway, begun: Begun
) -> Begun:
    """The attempt with the gateway's name for its customer, who is known there from now on."""
    if begun.asked.payer:
        return begun
    attempt_id = begun.asked.attempt
    payer = work_now(system, place.database, lambda work: asking.payer_of(work, attempt_id))
    reference = gateway.know_payer(payer)
    customer_id = Customer.read_id(payer.customer)
    work_now(
        system,
        place.database,
        lambda work: attempting.know_gateway_customer(work, customer_id, reference),
    )
    return work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
