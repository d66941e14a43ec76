"""Asking the gateway how an attempt stands, and settling it: for whoever has a reason to ask."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of, moves_real_money
from billing_app.gateways.payments import PaymentGateway, Stage, Told
from billing_app.gateways.refusals import Crowded, GatewayRefusal, NotKnown, Unclear
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.models.attempt import HOLDING, PaymentAttempt
from billing_app.services import asking, settling
from billing_app.services.asking import Begun
from billing_app.services.settling import Heard

log = logging.getLogger("quittance.collecting")

_LOST_AFTER = timedelta(hours=24)
"""What the gateway does not know for so long was made with another key, or wiped there."""

_KEYS_ARE_KEPT = timedelta(hours=23)
"""For as long as this a gateway surely answers a key as it did the first time."""


def settle(
    place: Installation, organization_id: UUID, told: Told, *, source: str, about: str = ""
) -> None:
    """Settle the attempt that the gateway speaks of. NotFound if it is none of ours."""
    actor = SystemActor(organization_id=organization_id)
    attempt_id = told.attempt or work_now(
        actor,
        place.database,
        lambda work: settling.attempt_of(work, session=told.session, payment=told.payment),
    )
    if not attempt_id:
        raise NotFound
    heard = Heard(source=source, about=about, live=moves_real_money(place))
    verdict = work_now(
        actor, place.database, lambda work: settling.settle(work, attempt_id, told, heard)
    )
    if verdict == "quarantined":
        log.error("News of attempt %s does not fit it and was put aside.", attempt_id)


def look_again(
    place: Installation, organization_id: UUID, attempt_id: UUID, *, source: str, about: str = ""
) -> None:
    """Ask the gateway how an attempt stands and settle it; what never began is given up.

    Nothing is charged again here: what is asked for anew is only what moves no money, and what
    was transferred is taken where it lies, which can be done once. What holds a document and is
    not known at the gateway is given up once its time has passed.
    """
    actor = SystemActor(organization_id=organization_id)
    shown_id = show(PaymentAttempt.prefix, attempt_id)
    begun = work_now(actor, place.database, lambda work: asking.begun(work, shown_id))
    try:
        told = _ask(gateway_of(place), begun)
    except GatewayRefusal as refusal:
        if isinstance(refusal, NotKnown) and begun.how != "transfer" and _is_lost(begun):
            _note_lost(place, actor, begun)
        elif begun.how == "transfer" and not isinstance(refusal, Crowded):
            _note_refused(place, actor, begun, refusal)
        else:
            raise
        return
    if told is None:
        _give_up(place, actor, shown_id)
    else:
        settle(place, organization_id, told, source=source, about=about)


def _ask(gateway: PaymentGateway, begun: Begun) -> Told | None:
    """How the gateway says it stands; None if it never heard of it."""
    if begun.how == "page":
        return gateway.look_at_page(begun.session).told if begun.session else None
    payment = begun.payment or _named_again(gateway, begun)
    if not payment:
        return None
    if begun.how == "transfer":
        reach("transfer.prepared")
        told = gateway.take_transferred(payment)
        reach("transfer.taken")
        return told
    told = gateway.look_at_payment(payment)
    # It was prepared and never confirmed, or was declined: nobody is going to confirm it now.
    if told.stage is Stage.REQUIRES_ACTION and begun.state != "processing":
        return gateway.cancel_payment(payment)
    return told


def _named_again(gateway: PaymentGateway, begun: Begun) -> str:
    """The gateway's name for a charge whose answer was lost: preparing it moves nothing."""
    if clock.now() - begun.made_at < _KEYS_ARE_KEPT:
        try:
            if begun.how == "transfer":
                return gateway.begin_taking(begun.asked)
            return gateway.begin_charge(begun.asked, method=begun.method)
        except (Crowded, Unclear):
            # It may go on answering this key with the same trouble; looking it up needs no key.
            log.warning("Attempt %s could not be prepared again.", begun.asked.attempt)
        except GatewayRefusal:
            if begun.how == "transfer":
                raise
            return ""
    found = gateway.find_payment(begun.asked.attempt, payer=begun.asked.payer, since=begun.made_at)
    return found.payment if found else ""


def _note_refused(
    place: Installation, actor: SystemActor, begun: Begun, refusal: GatewayRefusal
) -> None:
    """A transfer that the gateway does not let us take lies there, and holds no document."""
    work_now(
        actor,
        place.database,
        lambda work: settling.note_trouble(
            work,
            begun.asked.attempt,
            "take a transfer",
            state="failed",
            code=refusal.code,
            sentence=refusal.sentence,
            known=begun.payment,
        ),
    )


def _is_lost(begun: Begun) -> bool:
    """Whether nobody can pay it any more, as far as a gateway that knows it would tell."""
    until = begun.closes_at if begun.how == "page" else begun.made_at + _LOST_AFTER
    return begun.state in HOLDING and clock.now() >= until


def _note_lost(place: Installation, actor: SystemActor, begun: Begun) -> None:
    work_now(
        actor,
        place.database,
        lambda work: settling.note_trouble(
            work,
            begun.asked.attempt,
            "not known",
            state="canceled",
            code="not_known",
            sentence=(
                "The payment provider does not know this payment, and its time has passed. If"
                " money comes of it after all, it is recorded."
            ),
            known=begun.session or begun.payment,
        ),
    )


def _give_up(place: Installation, actor: SystemActor, attempt_id: str) -> None:
    """An attempt whose page nobody was ever led to, or which the gateway never took."""
    work_now(
        actor,
        place.database,
        lambda work: settling.note_trouble(
            work,
            attempt_id,
            "never begun",
            state="canceled",
            code="never_begun",
            sentence="The payment provider was never reached. Nothing was charged.",
        ),
    )
