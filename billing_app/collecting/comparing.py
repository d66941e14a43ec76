"""One-click reconciliation: the gateway's payments and refunds since a day, held against ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from billing_app.access.actors import AdminActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.gateway import gateway_of
from billing_app.gateways.payments import PaymentGateway
from billing_app.gateways.refusals import Crowded, GatewayRefusal, Unclear
from billing_app.kernel.errors import Busy
from billing_app.kernel.money import Money
from billing_app.reads.gateway_payments import gateway_payments
from billing_app.reads.gateway_refunds import gateway_refunds
from billing_app.reads.reconciliation import Match, Reconciliation, compare, untaken
from billing_app.reads.refund_reconciliation import compare_refunds

T = TypeVar("T")

_OUR_BOOKS = "Reading our own books."
_PAYMENTS = "Reading the payment provider's payments: {count} so far."
_REFUNDS = "Reading the payment provider's refunds: {count} so far."
_TRANSFERS = "Looking for transfers that nobody took."
_A_WORD_EACH = 25

_LONGEST_PAGE = timedelta(days=2)
"""A page is open for a day at most; what it was opened for may lie so much further back."""


class GatewayDoesNotAnswer(Busy):
    """The gateway's side of the comparison could not be read."""

    sentence = (
        "The payment provider cannot be reached right now, so nothing was compared. Please try"
        " again in a moment."
    )


def compare_with_gateway(
    place: Installation,
    actor: AdminActor,
    since: datetime,
    until: datetime | None = None,
    *,
    note: Callable[[str], object] = lambda _: None,
) -> Reconciliation:
    """What matched since then, what is only at the gateway and what is only here.

    Payments and refunds alike. Our payments are read first, by an admin who may: only then is
    the gateway asked. It is asked outside of any transaction, and ``note`` is told how far it is.
    """
    gateway = gateway_of(place)
    note(_OUR_BOOKS)
    back = since - _LONGEST_PAGE
    ours = work_now(actor, place.database, lambda work: gateway_payments(work, back))
    try:
        there = _counted(gateway.payments_since(since), _PAYMENTS, note)
        taken = compare(there, ours, since=since, until=until)
        told = list(_counted(gateway.refunds_since(since), _REFUNDS, note))
        note(_TRANSFERS)
        lying = {payer: _lying_for(gateway, payer) for payer in ours.transferred_by}
    except (Unclear, GatewayRefusal) as trouble:
        raise GatewayDoesNotAnswer from trouble
    given = work_now(actor, place.database, lambda work: gateway_refunds(work, told, back))
    refunds = compare_refunds(told, given, since=since, until=until)
    return Reconciliation(
        wrong=taken.wrong
        + untaken(lying, ours)
        + [each for each in refunds if each.match is not Match.MATCHED],
        matched=taken.matched + [each for each in refunds if each.match is Match.MATCHED],
    )


def _counted(told: Iterable[T], words: str, note: Callable[[str], object]) -> Iterator[T]:
    """What the gateway tells, with a word of how much of it there was so far."""
    note(words.format(count=0))
    for count, each in enumerate(told, start=1):
        if not count % _A_WORD_EACH:
            note(words.format(count=count))
        yield each


def _lying_for(gateway: PaymentGateway, payer: str) -> Sequence[Money] | None:
    """What lies untaken for a payer; None where the gateway refuses to tell of this one."""
    try:
        return gateway.untaken(payer)
    except Crowded:
        raise
    except GatewayRefusal:
        return None
