"""Saved ways of paying that changed at the gateway: renewed by a bank, let go, or forbidden us."""

from __future__ import annotations

import logging
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.services import keeping_methods

log = logging.getLogger("quittance.collecting")


def hear_method(place: Installation, organization_id: UUID, reference: str) -> None:
    """Keep what a saved way of paying is now. NotFound if it is none that we charge."""
    now = gateway_of(place).look_at_method(reference)
    method_id = work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: keeping_methods.learn_method(work, reference, now),
    )
    log.info("Way of paying %s %s.", method_id, "is as told" if now else "was let go there")


def hear_mandate(place: Installation, organization_id: UUID, reference: str) -> None:
    """Keep whether an account may be debited any more. NotFound if it is none that we charge."""
    now = gateway_of(place).look_at_mandate(reference)
    method_id = work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: keeping_methods.learn_mandate(work, now),
    )
    log.info("Way of paying %s may%s be debited.", method_id, "" if now.may_debit else " not")
