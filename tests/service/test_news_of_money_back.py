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
from billing_app.gateways.payments import Way
from billing_app.jobs.apply_news import apply_news
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.clock import clock
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.refund_asking import RefundAsked
from tests.billing import aud, drawn
from tests.news import Newsroom, about
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


def brought(newsroom: Newsroom, done: set[str]) -> None:
    """Bring all news, that of refunds first, and apply each piece of it once, as it comes."""
    messages = newsroom.sent()
    newsroom.stripes.received.clear()
    for message in sorted(messages, key=lambda each: b'"type": "refund.' not in each[0]):
        assert newsroom.bring(message).status == 200
        for job in newsroom.owed():
            if job.shown_id not in done:
                done.add(job.shown_id)
                apply_news(newsroom.place, about(job))


def debited(newsroom: Newsroom, invoice: str, done: set[str]) -> None:
    """Have an invoice paid from an account, which takes days, and hear that it began."""
    url = newsroom.open_page(invoice, way=Way.DIRECT_DEBIT)
    account = {"au_becs_debit": "000123456", "email": "marsh@post.example", "name": "Marsh"}
    newsroom.stripes.submit(url, pay_with="au_becs_debit", **account)
    brought(newsroom, done)


def refunded_there(newsroom: Newsroom) -> None:
    """Somebody gives part of it back at the gateway itself."""
    [paid] = newsroom.stripes.v1.payment_intents.list({}).data
    newsroom.stripes.v1.refunds.create({"payment_intent": paid.id, "amount": 40_00})


def test_a_refund_made_there_and_heard_before_its_payment_is_recorded_after_it(
    newsroom: Newsroom,
):
    invoice, done = newsroom.invoice(110_00), set[str]()
    debited(newsroom, invoice, done)
    before = newsroom.payments()

    newsroom.stripes.pass_time(days=7)
    refunded_there(newsroom)
    brought(newsroom, done)

    assert (before, newsroom.payments(), newsroom.still(invoice)) == ([], [110_00], 40_00)
    assert newsroom.differences() == []


def test_news_of_money_back_waits_for_a_payment_that_does_not_fit_yet(newsroom: Newsroom):
    done = set[str]()
    debited(newsroom, newsroom.invoice(110_00), done)
    newsroom.stripes.pass_time(days=7)
    refunded_there(newsroom)
    with newsroom.stripes.simulated.store.writing() as connection:
        connection.execute(
            "UPDATE objects SET body = replace(body, ?, ?) WHERE kind = 'payment_intent'",
            ('"amount_received": 11000', '"amount_received": 10900'),
        )

    with pytest.raises(TryLater, match="is not recorded yet"):
        brought(newsroom, done)

    assert newsroom.payments() == []


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
