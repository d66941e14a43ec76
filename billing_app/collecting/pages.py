"""Leading a payer to the gateway's own page, and what happens when they come back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from billing_app.access.actors import Insider, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import GatewayAway, gateway_of
from billing_app.collecting.payers import introduce
from billing_app.collecting.room import LOOKS, close, held_page
from billing_app.collecting.settling import settle
from billing_app.gateways.payments import Page, PaymentGateway, Way
from billing_app.gateways.refusals import Crowded, GatewayRefusal, Unclear
from billing_app.kernel.errors import Conflict, Invalid, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.reads.offered import is_offered
from billing_app.services import asking, attempting, settling
from billing_app.services.asking import Begun
from billing_app.services.claiming import BeingPaid
from billing_app.services.paying import Part


class NotOffered(Invalid):
    """The gateway takes no money like this in this currency."""


class GatewaySaidNo(Conflict):
    """The gateway refused to open a page. Its sentence is shown, and kept with the attempt."""

    def __init__(self, sentence: str, *, attempt: str) -> None:
        super().__init__(sentence)
        self.attempt = attempt


class TookTooLong(GatewayAway):
    """The page came after the attempt was given up, so nobody is led to it."""

    sentence = (
        "The payment provider took too long to answer. Nothing was charged; please try again."
    )


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    """What a payer wants to pay and how, and where they come back to."""

    customer_id: UUID
    parts: tuple[Part, ...]
    way: Way = Way.CARD
    saves: bool = False
    begun_by: str = "payer"
    back: str
    given_up: str


def pay_on_page(place: Installation, actor: Insider, asked: PageAsked) -> str:
    """The address of the gateway's page for this payment.

    A page that is open already for the very same is the same page; one for something else that
    touches the same documents is closed first, so that an abandoned page holds nobody up.
    """
    gateway = gateway_of(place)
    system = SystemActor(organization_id=actor.organization_id)
    for look in range(LOOKS):
        try:
            attempt_id = work_now(system, place.database, lambda work: _begin(work, asked))
        except BeingPaid as held:
            if url := _resume_or_clear(place, system, held, asked):
                return url
            if look == LOOKS - 1:
                raise
            continue
        begun = _told(place, system, attempt_id)
        refuse_unoffered(place, system, gateway, begun)
        return _open(place, system, gateway, begun, asked)
    raise AssertionError("unreachable")


def refuse_unoffered(
    place: Installation, system: SystemActor, gateway: PaymentGateway, begun: Begun
) -> None:
    """End an attempt that a customer began in a way that is not offered to them."""
    way = begun.asked.way
    offered = work_now(system, place.database, lambda work: is_offered(work, way))
    if not offered or way not in gateway.ways(begun.asked.amount.currency):
        _note(place, system, begun, "canceled", "not_offered", "This way is not offered.")
        raise NotOffered("This way of paying is not offered here.", field="way")


def come_back(place: Installation, organization_id: UUID, session: str) -> None:
    """Settle what a payer left behind on the page they come back from. Proves nothing by itself."""
    system = SystemActor(organization_id=organization_id)
    known = work_now(
        system, place.database, lambda work: settling.attempt_of(work, session=session)
    )
    if not known:
        raise NotFound
    page = gateway_of(place).look_at_page(session)
    settle(place, organization_id, page.told, source="return", about=session)


def _told(place: Installation, system: SystemActor, attempt_id: str) -> Begun:
    return work_now(system, place.database, lambda work: asking.begun(work, attempt_id))


def _begin(work: Work[SystemActor], asked: PageAsked) -> str:
    return attempting.begin_page(
        work,
        asked.customer_id,
        asked.parts,
        way=asked.way,
        saves=asked.saves,
        begun_by=asked.begun_by,
    )


def _open(
    place: Installation,
    system: SystemActor,
    gateway: PaymentGateway,
    begun: Begun,
    asked: PageAsked,
) -> str:
    reach("page.begun")
    try:
        if asked.begun_by != "payer":
            begun = introduce(place, system, gateway, begun)
        page = _asked_for(gateway, begun, asked)
    except (Crowded, Unclear) as trouble:
        # Nobody was led to a page, so nobody can have paid on it.
        _note(place, system, begun, "canceled", "unreached", str(trouble))
        raise GatewayAway from trouble
    except GatewayRefusal as refusal:
        _note(place, system, begun, "failed", refusal.code, refusal.sentence)
        raise GatewaySaidNo(refusal.sentence, attempt=begun.asked.attempt) from refusal
    reach("page.opened")
    attempt_id = begun.asked.attempt
    goes_on = work_now(
        system,
        place.database,
        lambda work: settling.note_sent(work, attempt_id, "open a page", session=page.session),
    )
    if not goes_on:
        # Two open pages for the same document could both be paid.
        with suppress(GatewayRefusal, Unclear):
            gateway.close_page(page.session)
        raise TookTooLong
    settle(place, system.organization_id, page.told, source="submission", about="open a page")
    return page.url


def _asked_for(gateway: PaymentGateway, begun: Begun, asked: PageAsked) -> Page:
    return gateway.open_page(
        begun.asked,
        saves=begun.saves,
        back=asked.back,
        closes_at=begun.closes_at,
        given_up=asked.given_up,
    )


def _resume_or_clear(
    place: Installation, system: SystemActor, held: BeingPaid, asked: PageAsked
) -> str:
    """The address of the page that is open for the very same; empty once there may be room."""
    found = held_page(place, system, held)
    if found is None:
        return ""
    begun, page = found
    is_still_good = page.is_open or (page.awaits_transfer and bool(page.url))
    is_the_same = begun.is_for(asked.parts, asked.way, saves=asked.saves, begun_by=asked.begun_by)
    if is_still_good and is_the_same:
        return page.url
    close(place, system, page)
    return ""


def _note(
    place: Installation, system: SystemActor, begun: Begun, state: str, code: str, sentence: str
) -> None:
    attempt_id = begun.asked.attempt
    work_now(
        system,
        place.database,
        lambda work: settling.note_trouble(
            work, attempt_id, "open a page", state=state, code=code, sentence=sentence
        ),
    )
