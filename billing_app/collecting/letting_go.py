"""Letting an attempt go that cannot be found at the gateway, or was put aside, once it was asked.

Whoever holds a document like that can be paid otherwise only when nobody can pay it there.
"""

from __future__ import annotations

from billing_app.access.actors import AdminActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import GatewayAway, gateway_of, has_gateway, moves_real_money
from billing_app.gateways.payments import PaymentGateway, Stage, Told
from billing_app.gateways.refusals import GatewayRefusal, NotKnown, Unclear
from billing_app.kernel.errors import Conflict
from billing_app.services import asking, letting_go, settling
from billing_app.services.asking import Begun
from billing_app.services.settling import Heard

_MAY_STILL_COME = (Stage.REQUIRES_ACTION, Stage.PROCESSING)


class MayStillBePaid(Conflict):
    """The gateway knows it, and it may still be paid there."""

    sentence = (
        "The payment provider says that this may still be paid there. Nothing was changed. Wait"
        " until it has ended, or cancel it at the payment provider; then let it go."
    )


def let_go(
    place: Installation,
    actor: AdminActor,
    attempt_id: str,
    *,
    reason: str,
    command_key: str = "",
) -> str:
    """Free what an attempt holds, unless it may still be paid; returns the attempt's id.

    What the gateway says of it is settled first, as far as it fits. Where no gateway is set up
    nobody can be asked, and the word of whoever lets it go counts.
    """
    work_now(actor, place.database, lambda work: letting_go.may_let_go(work, attempt_id))
    system = SystemActor(organization_id=actor.organization_id)
    begun = work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
    told = _told(gateway_of(place), begun) if has_gateway(place) else None
    if told is not None:
        heard = Heard(source="reconciler", about="let go", live=moves_real_money(place))
        work_now(
            system, place.database, lambda work: settling.settle(work, attempt_id, told, heard)
        )
        if told.stage in _MAY_STILL_COME:
            raise MayStillBePaid
    return work_now(
        actor,
        place.database,
        lambda work: letting_go.let_attempt_go(
            work, attempt_id, seen_at=begun.changed_at, reason=reason, command_key=command_key
        ),
    )


def _told(gateway: PaymentGateway, begun: Begun) -> Told | None:
    """How it stands there; None if it was never heard of, or is not known any more."""
    try:
        if begun.payment:
            return gateway.look_at_payment(begun.payment)
        return gateway.look_at_page(begun.session).told if begun.session else None
    except NotKnown:
        return None
    except (GatewayRefusal, Unclear) as trouble:
        raise GatewayAway from trouble
