"""Settling disputes that the gateway tells of."""

from __future__ import annotations

import logging
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.gateways.payments import DisputeTold
from billing_app.kernel.errors import NotFound
from billing_app.services import disputing
from billing_app.services.settling import Heard

log = logging.getLogger("quittance.collecting")


def settle_dispute(
    place: Installation,
    organization_id: UUID,
    told: DisputeTold,
    *,
    source: str = "webhook",
    about: str = "",
) -> None:
    """Bring a dispute to where the gateway says it stands. NotFound if it is none of ours."""
    heard = Heard(source=source, about=about)
    verdict = work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: disputing.settle_dispute(work, told, heard),
    )
    if verdict == "unknown":
        raise NotFound
    log.info("Dispute %s is %s: %s.", told.reference, told.state, verdict)
    if verdict == "quarantined":
        log.error("Dispute %s does not fit its payment and was put aside.", told.reference)


def look_again_at_dispute(
    place: Installation, organization_id: UUID, dispute_id: UUID, *, source: str
) -> None:
    """Ask the gateway how a dispute stands that has not been decided, and settle it."""
    name = work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: disputing.named_at_gateway(work, dispute_id),
    )
    told = gateway_of(place).look_at_dispute(name)
    settle_dispute(place, organization_id, told, source=source)
