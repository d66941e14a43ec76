"""Giving money back the way it came, once, and finding out what became of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from billing_app.access.actors import AdminActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import gateway_of
from billing_app.gateways.payments import RefundTold
from billing_app.gateways.refusals import Crowded, GatewayRefusal, Unclear
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from billing_app.reads.gateway_refunds import is_recorded
from billing_app.services import refund_attempting, refund_finding, refund_settling
from billing_app.services.refund_asking import RefundAsked
from billing_app.services.refund_attempting import RefundBegun
from billing_app.services.settling import Heard

log = logging.getLogger("quittance.collecting")

_UNDER_WAY = timedelta(minutes=10)
"""A call that began this lately may still arrive at the gateway, all its repetitions included."""

_NOBODY_KNOWS = "The payment provider did not answer. It is being asked what became of this refund."
_NOT_RECORDED = "The payment provider took this refund on, but it cannot be recorded: {why}"
_NEVER_ARRIVED = "The payment provider never heard of this refund. Nothing was given back."


def refund_to_card(place: Installation, actor: AdminActor, asked: RefundAsked) -> str:
    """Give money back to the card or account it came from; returns the attempt's id.

    The attempt tells what came of it. Sending the same again gives back nothing again. When the
    provider's answer is lost, nobody knows yet: it is asked about until it is known.
    """
    gateway = gateway_of(place)
    attempt_id = work_now(
        actor, place.database, lambda work: refund_attempting.begin_refund(work, asked)
    )
    begun = _begun(place, actor.organization_id, attempt_id)
    asking = Heard(source="submission", about="refund")
    if begun.state != "created" or clock.now() - begun.changed_at > _UNDER_WAY:
        return attempt_id
    reach("refund.begun")
    try:
        told = gateway.refund(
            attempt_id, organization=begun.organization, payment=begun.payment, amount=begun.amount
        )
    except (Crowded, Unclear):
        _note(place, actor.organization_id, attempt_id, asking, "unknown", _NOBODY_KNOWS)
        return attempt_id
    except GatewayRefusal as refusal:
        _note(place, actor.organization_id, attempt_id, asking, "failed", refusal.sentence)
        return attempt_id
    reach("refund.answered")
    settle_refund(place, actor.organization_id, told, source="submission", about="refund")
    return attempt_id


def settle_refund(
    place: Installation, organization_id: UUID, told: RefundTold, *, source: str, about: str = ""
) -> None:
    """Settle the refund that the gateway speaks of. NotFound if no payment of ours is given back.

    One that was made at the gateway itself is recorded too, as far as it fits.
    """
    actor = SystemActor(organization_id=organization_id)
    heard = Heard(source=source, about=about)
    attempt_id = work_now(
        actor, place.database, lambda work: refund_settling.refund_attempt_of(work, told)
    )
    try:
        verdict = work_now(
            actor, place.database, lambda work: _settle(work, attempt_id, told, heard)
        )
    except BillingError as refusal:
        if not attempt_id:
            raise
        # The gateway has done it all the same: it is tried again until the books can say so.
        log.exception("Refund %s is %s, and cannot be recorded.", attempt_id, told.state)
        sentence = _NOT_RECORDED.format(why=refusal)
        _note(place, organization_id, attempt_id, heard, "unknown", sentence)
        return
    if verdict == "unknown":
        raise NotFound
    name = attempt_id or told.reference
    log.info("Refund %s: %s by %s %s was %s.", name, told.state, source, about, verdict)
    if verdict == "quarantined":
        log.error("News of refund %s does not fit and was put aside.", name)
    elif not attempt_id:
        log.warning("Refund %s was made at the payment provider itself: %s.", name, verdict)


def look_at_found_refund(place: Installation, actor: AdminActor, reference: str) -> None:
    """Record a refund that was made at the gateway itself, once what stood in its way is mended."""
    if work_now(actor, place.database, lambda work: is_recorded(work, reference)):
        return
    told = gateway_of(place).look_at_refund(reference)
    settle_refund(place, actor.organization_id, told, source="reconciler", about="look again")


def _settle(work: Work[SystemActor], attempt_id: str, told: RefundTold, heard: Heard) -> str:
    if attempt_id:
        return refund_settling.settle_refund(work, attempt_id, told, heard)
    return refund_finding.settle_found_refund(work, told, heard)


def look_again_at_refund(
    place: Installation, organization_id: UUID, attempt_id: UUID, *, source: str, about: str = ""
) -> None:
    """Ask the gateway how a refund stands and settle it. Nothing is given back again here.

    One that the gateway never heard of is given up, once its call cannot arrive any more.
    """
    begun = _begun(place, organization_id, show(RefundAttempt.prefix, attempt_id))
    gateway = gateway_of(place)
    if begun.reference:
        told: RefundTold | None = gateway.look_at_refund(begun.reference)
    else:
        told = gateway.find_refund(begun.attempt_id, payment=begun.payment)
    if told is not None:
        settle_refund(place, organization_id, told, source=source, about=about)
    elif begun.state in UNDECIDED and clock.now() - begun.changed_at > _UNDER_WAY:
        heard = Heard(source=source, about=about)
        _note(place, organization_id, begun.attempt_id, heard, "failed", _NEVER_ARRIVED)


def _begun(place: Installation, organization_id: UUID, attempt_id: str) -> RefundBegun:
    return work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: refund_attempting.refund_begun(work, attempt_id),
    )


def _note(
    place: Installation,
    organization_id: UUID,
    attempt_id: str,
    heard: Heard,
    state: str,
    sentence: str,
) -> None:
    work_now(
        SystemActor(organization_id=organization_id),
        place.database,
        lambda work: refund_attempting.note_refund_trouble(
            work, attempt_id, heard, state=state, sentence=sentence
        ),
    )
