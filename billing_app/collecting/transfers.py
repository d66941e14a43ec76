"""Taking what was transferred to the gateway: heard of, kept, matched, taken, settled.

Whoever dies in between leaves it to the next: news is heard again, a transfer that was kept is
looked at every minute, and an attempt that was begun is gone on with.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from billing_app.access.actors import AdminActor, RunnerActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import GatewayAway, gateway_of, moves_real_money
from billing_app.collecting.room import making_room
from billing_app.collecting.settling import look_again
from billing_app.gateways.news import TransferTold
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.models.attempt import PaymentAttempt
from billing_app.services import hearing, transferring
from billing_app.services.claiming import BeingPaid

log = logging.getLogger("quittance.collecting")

NOBODY_KNOWN = "Transfer %s arrived, and nobody knows from whom."

_WAITS_FOR_ROOM = timedelta(hours=1)
"""So long a transfer waits while its document is being paid otherwise; then it is credit."""


def hear_transfer(place: Installation, payer: str, reference: str) -> None:
    """Keep a transfer that arrived, and take it if it is known whose it is."""
    told = gateway_of(place).look_at_transfer(payer, reference)
    if told is None:
        return
    if told.live != moves_real_money(place):
        log.error("Transfer %s is of another mode and was put aside.", told.reference)
        return
    organization_id = work_now(
        RunnerActor(),
        place.database,
        lambda work: hearing.whose_payer(work, told.payer, told.organization, told.reference),
    )
    assert organization_id is not None, "nothing is heard where there is no organization"
    take_or_leave(place, organization_id, _keep(place, organization_id, told), told.arrived_at)


def take_or_leave(
    place: Installation, organization_id: UUID, transfer_id: str, arrived_at: datetime
) -> None:
    """Take a transfer, or leave it for a minute if that is not possible right now."""
    try:
        take_transfer(place, organization_id, transfer_id, arrived_at)
    except (BeingPaid, GatewayAway, GatewayRefusal, Unclear) as trouble:
        log.warning("Transfer %s is taken later: %s", transfer_id, trouble)


def take_transfer(
    place: Installation, organization_id: UUID, transfer_id: str, arrived_at: datetime
) -> None:
    """Take a transfer that was kept. Without a customer it stays where it is, for a word."""
    system = SystemActor(organization_id=organization_id)
    attempt_id = _begin(place, system, transfer_id, arrived_at)
    if not attempt_id:
        log.error(NOBODY_KNOWN, transfer_id)
        return
    reach("transfer.begun")
    look_again(place, organization_id, PaymentAttempt.read_id(attempt_id), source="submission")


def give_transfer(
    place: Installation,
    actor: AdminActor,
    transfer_id: str,
    *,
    customer_id: str,
    command_key: str = "",
) -> str:
    """Say whose a transfer is, and take it for them at once; if that fails, within a minute."""
    gateway_of(place)
    given = work_now(
        actor,
        place.database,
        lambda work: transferring.give_transfer(
            work, transfer_id, customer_id=customer_id, command_key=command_key
        ),
    )
    take_or_leave(place, actor.organization_id, given, clock.now())
    return given


def _keep(place: Installation, organization_id: UUID, told: TransferTold) -> str:
    return work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: transferring.keep_transfer(work, told),
    )


def _begin(place: Installation, system: SystemActor, transfer_id: str, arrived_at: datetime) -> str:
    """Begin to take it, making room as for any charge. Money waits a while for room, not long."""

    def begin(*, as_credit: bool = False) -> str:
        return work_now(
            system,
            place.database,
            lambda work: transferring.begin_taking(work, transfer_id, as_credit=as_credit),
        )

    try:
        return making_room(place, system, begin)
    except (BeingPaid, GatewayAway):
        if clock.now() - arrived_at < _WAITS_FOR_ROOM:
            raise
        return begin(as_credit=True)
