"""Making room: closing the gateway's page that holds a document, so that it can be paid otherwise.

Whoever opened a page and left holds nobody up. A page that was completed first is settled
instead, and whoever wanted room finds out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from billing_app.access.actors import Insider, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import GatewayAway, gateway_of, has_gateway
from billing_app.collecting.settling import settle
from billing_app.gateways.payments import Page, Stage
from billing_app.gateways.refusals import GatewayRefusal, NotKnown, Unclear
from billing_app.kernel.clock import clock
from billing_app.services import asking, settling
from billing_app.services.asking import Begun
from billing_app.services.claiming import BeingPaid

T = TypeVar("T")

LOOKS = 8
_LOOKS_EVERY_S = 0.4
_ABANDONED = timedelta(seconds=30)
"""Whoever began a page and did not open it in this time has died."""

_CLOSED = "The page has closed by itself."


def making_room(place: Installation, actor: Insider, act: Callable[[], T]) -> T:
    """Do an act; while a page holds what it is about, close that page and do it again.

    A charge of a saved way of paying is never interrupted: it is refused, as it is while
    somebody else opens pages faster than they can be closed.
    """
    system = SystemActor(organization_id=actor.organization_id)
    for _ in range(LOOKS - 1):
        try:
            return act()
        except BeingPaid as held:
            if found := held_page(place, system, held):
                close(place, system, found[1])
    return act()


def held_page(
    place: Installation, system: SystemActor, held: BeingPaid
) -> tuple[Begun, Page] | None:
    """What holds a document, if it is a page; None once that is over or after a little wait."""
    begun = work_now(system, place.database, lambda work: asking.begun(work, held.attempt_id))
    if begun.how != "page":
        raise held
    if not begun.session:
        _wait_for(place, system, begun)
        return None
    if not has_gateway(place):
        _wait_to_close(place, system, begun, held)
        return None
    try:
        return begun, gateway_of(place).look_at_page(begun.session)
    except NotKnown:
        _wait_to_close(place, system, begun, held)
        return None
    except (GatewayRefusal, Unclear) as trouble:
        raise GatewayAway from trouble


def close(place: Installation, system: SystemActor, page: Page) -> None:
    """Close a page if it is open, wait for no transfer any more, and settle what it came to."""
    gateway = gateway_of(place)
    try:
        ended = gateway.close_page(page.session) if page.is_open else page
        awaited = ended.awaits_transfer
        told = gateway.cancel_payment(ended.told.payment) if awaited else ended.told
    except (GatewayRefusal, Unclear) as trouble:
        raise GatewayAway from trouble
    settle(place, system.organization_id, told, source="submission", about="close a page")
    if awaited and told.stage is Stage.REQUIRES_ACTION:
        # The gateway keeps it open, which does no harm: nothing is taken for it unless by us.
        _give_up(place, system, told.attempt, "Another way of paying was chosen.", told.payment)


def _wait_for(place: Installation, system: SystemActor, begun: Begun) -> None:
    """Wait for whoever is opening their page at this moment, unless they have died."""
    if clock.now() - begun.changed_at > _ABANDONED:
        _give_up(place, system, begun.asked.attempt, "The page was never opened.")
    else:
        time.sleep(_LOOKS_EVERY_S)


def _wait_to_close(place: Installation, system: SystemActor, begun: Begun, held: BeingPaid) -> None:
    """Where nobody can be asked that knows the page, it has closed by itself by its hour."""
    if clock.now() < begun.closes_at:
        raise held
    _give_up(place, system, begun.asked.attempt, _CLOSED, begun.session)


def _give_up(
    place: Installation, system: SystemActor, attempt_id: str, sentence: str, known: str = ""
) -> None:
    work_now(
        system,
        place.database,
        lambda work: settling.note_trouble(
            work,
            attempt_id,
            "make room",
            state="canceled",
            code="given_up" if known else "never_begun",
            sentence=sentence,
            known=known,
        ),
    )
