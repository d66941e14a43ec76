"""News of refunds and disputes, as the gateway sends it or as it is asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from billing_app.collecting.reconciling import reconcile
from billing_app.collecting.refunds import refund_to_card
from billing_app.kernel.clock import clock
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.refund_asking import RefundAsked
from tests.billing import aud, drawn
from tests.news import Newsroom
from tests.stripes import open_stripes
from tests.world import World

FAILS_LATER = "4000000000005126"


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def applied(newsroom: Newsroom) -> None:
    """Bring all news so far to the door, in any order and twice, and apply what is owed."""
    messages = newsroom.sent() * 2
    random.Random(7).shuffle(messages)
    newsroom.stripes.received.clear()
    for message in messages:
        assert newsroom.bring(message).status == 200
    newsroom.apply()


def refunded(newsroom: Newsroom, invoice: str, number: str = FAILS_LATER) -> str:
    """Have an invoice paid by card and all of it given back; returns the refund attempt."""
    newsroom.pays_on_page(invoice, number=number)
    applied(newsroom)
    payment = newsroom.sees(lambda work: work.exec(select(Payment)).one().shown_id)
    asked = RefundAsked(
        attempt_id=drawn("rfa"),
        payment_id=payment,
        amount=aud(110_00),
        choice="still_owes",
        reason="The wrong card was used",
    )
    return refund_to_card(newsroom.place, newsroom.by.actor, asked)  # type: ignore[arg-type]


def states(newsroom: Newsroom) -> list[str]:
    return newsroom.sees(lambda work: list(work.exec(select(RefundAttempt.state))))


def test_news_that_a_refund_failed_is_applied(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    refunded(newsroom, invoice)
    applied(newsroom)
    before = (states(newsroom), newsroom.still(invoice))

    newsroom.stripes.pass_time(days=2)
    applied(newsroom)

    assert before == (["succeeded"], 110_00)
    assert (states(newsroom), newsroom.still(invoice)) == (["failed"], 0)
    assert newsroom.differences() == []


def test_the_reconciler_finds_out_what_became_of_a_refund(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.stripes.set_mood("lost_answer", about="POST /v1/refunds", times="3")
    refunded(newsroom, invoice)
    before = states(newsroom)

    clock.move(timedelta(minutes=2))
    reconcile(newsroom.place)

    assert (before, states(newsroom)) == (["unknown"], ["succeeded"])
    assert newsroom.still(invoice) == 110_00
    assert newsroom.differences() == []


@pytest.mark.parametrize("won", [True, False])
def test_news_of_a_dispute_is_applied_in_whatever_order_it_comes(newsroom: Newsroom, won: bool):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)
    applied(newsroom)
    charge = newsroom.stripes.v1.charges.list({"limit": 1}).data[0]
    newsroom.stripes.press("dispute", id=charge.id)
    dispute = newsroom.stripes.v1.disputes.list().data[0]
    newsroom.stripes.press("decide", id=dispute.id, won="yes" if won else "no")

    applied(newsroom)

    kept = newsroom.sees(lambda work: list(work.exec(select(Dispute.state))))
    assert kept == ["won" if won else "lost"]
    assert newsroom.still(invoice) == (0 if won else 110_00)
    assert newsroom.differences() == []
