"""One-click reconciliation: the gateway's payments since a day, held against our own."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_app.access.actors import AdminActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.gateways.payments import GatewayRefusal, Unclear
from billing_app.kernel.errors import Busy
from billing_app.reads.gateway_payments import gateway_payments
from billing_app.reads.reconciliation import Reconciliation, compare

_LONGEST_PAGE = timedelta(days=2)
"""A page is open for a day at most; what it was opened for may lie so much further back."""


class GatewayDoesNotAnswer(Busy):
    """The gateway's side of the comparison could not be read."""

    sentence = (
        "The payment provider cannot be reached right now, so nothing was compared. Please try"
        " again in a moment."
    )


def compare_with_gateway(place: Installation, actor: AdminActor, since: datetime) -> Reconciliation:
    """What matched since then, what is only at the gateway and what is only here.

    Our side is read first, by an admin who may: only then is the gateway asked. It is asked
    outside of any transaction.
    """
    gateway = gateway_of(place)
    back = since - _LONGEST_PAGE
    ours = work_now(actor, place.database, lambda work: gateway_payments(work, back))
    try:
        return compare(gateway.payments_since(since), ours, since=since)
    except (Unclear, GatewayRefusal) as trouble:
        raise GatewayDoesNotAnswer from trouble
