"""Asking the gateway how something stands, because it has not ended or an admin wants to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from billing_app.access.actors import AdminActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.disputes import look_again_at_dispute
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.refunds import look_again_at_refund, look_at_found_refund
from billing_app.collecting.settling import look_again
from billing_app.gateways.refusals import GatewayRefusal, NotKnown, Unclear
from billing_app.kernel.errors import Busy, Conflict
from billing_app.kernel.ids import read
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.dispute import Dispute
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.attempts import in_question

LOOKS: Mapping[str, Callable[..., None]] = {
    PaymentAttempt.prefix: look_again,
    RefundAttempt.prefix: look_again_at_refund,
    Dispute.prefix: look_again_at_dispute,
}
"""How each kind is asked about, by the beginning of its id."""


class NothingHeard(Busy):
    """The gateway did not say."""

    sentence = (
        "The payment provider cannot be reached right now, so nothing new is known. Nothing was"
        " changed; please try again in a moment."
    )


class UnknownThere(Conflict):
    """The gateway does not know what it was asked about."""

    sentence = (
        "The payment provider does not know this. Nothing was changed. Check that the right"
        " account is connected; a payment that holds a document can be let go on its own page."
    )


def look_for(place: Installation, actor: AdminActor, shown_id: str) -> None:
    """Ask how an attempt, a refund or a dispute stands, and settle it. Nothing is charged."""
    gateway_of(place)
    wanted = work_now(actor, place.database, lambda work: in_question(work, shown_id))
    prefix = wanted.partition("_")[0]
    with_id = read(prefix, wanted)
    try:
        LOOKS[prefix](place, actor.organization_id, with_id, source="reconciler")
    except (GatewayRefusal, Unclear) as trouble:
        raise _said(trouble) from trouble


def look_for_refund(place: Installation, actor: AdminActor, reference: str) -> None:
    """Record a refund that was made at the gateway itself, by the gateway's name of it."""
    try:
        look_at_found_refund(place, actor, reference)
    except (GatewayRefusal, Unclear) as trouble:
        raise _said(trouble) from trouble


def _said(trouble: Exception) -> Busy | Conflict:
    return UnknownThere() if isinstance(trouble, NotKnown) else NothingHeard()
