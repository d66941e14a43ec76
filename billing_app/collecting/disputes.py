"""Settling disputes that the gateway tells of."""

from __future__ import annotations

import logging
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.gateways.payments import DisputeTold
from billing_app.kernel.errors import NotFound
from billing_app.services import disputing

log = logging.getLogger("quittance.collecting")


def settle_dispute(place: Installation, organization_id: UUID, told: DisputeTold) -> None:
    """Bring a dispute to where the gateway says it stands. NotFound if it is none of ours."""
    verdict = work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: disputing.settle_dispute(work, told),
    )
    if verdict == "unknown":
        raise NotFound
    log.info("Dispute %s is %s: %s.", told.reference, told.state, verdict)
    if verdict == "quarantined":
        log.error("Dispute %s does not fit its payment and was put aside.", told.reference)
