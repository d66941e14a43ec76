"""Recording money that was handed over, where somebody may have left a payment page open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing_app.access.actors import AdminActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.room import making_room
from billing_app.kernel.money import Money
from billing_app.services.paying import Part, record_payment


@dataclass(frozen=True, kw_only=True)
class Received:
    """What was handed over, by whom and for what; the id is drawn when the form opens."""

    payment_id: str
    party_id: str
    amount: Money
    kind: str
    received_on: date | None
    parts: tuple[Part, ...]
    reference: str = ""
    really: bool = False


def record_received(place: Installation, actor: AdminActor, received: Received) -> str:
    """Record it; a page that still waits for money for the same document is closed first."""

    def record(work: Work[AdminActor]) -> str:
        return record_payment(
            work,
            received.payment_id,
            party_id=received.party_id,
            amount=received.amount,
            kind=received.kind,
            received_on=received.received_on,
            parts=received.parts,
            reference=received.reference,
            really=received.really,
        )

    return making_room(place, actor, lambda: work_now(actor, place.database, record))
