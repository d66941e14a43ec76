"""News of the gateway, as whoever applies it gets to know it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_read
from billing_app.access.work import Work
from billing_app.models.gateway import GatewayEvent


@dataclass(frozen=True)
class HeardNews:
    """That something changed, and by which names to ask for it."""

    reference: str
    kind: str
    about: str
    payment: str
    payer: str


@runner_read
def heard(work: Work[RunnerActor], event_id: str) -> HeardNews:
    """The news that was kept under this id."""
    wanted = select(GatewayEvent).where(GatewayEvent.id == GatewayEvent.read_id(event_id))
    event = work.exec(wanted).one()
    return HeardNews(event.reference, event.kind, event.about, event.payment, event.payer or "")
