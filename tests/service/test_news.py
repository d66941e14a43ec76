"""News of the gateway on both databases: kept once, applied as it stands, however it comes."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import work_now
from billing_app.gateways.news import News
from billing_app.gateways.payments import Stage
from billing_app.jobs.apply_news import apply_news
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id
from billing_app.models.gateway import GatewayEvent
from billing_app.services.hearing import hear
from tests.news import Message, Newsroom, about
from tests.posting import place
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def news(**said: Any) -> News:
    """News that nobody has heard before."""
    told = {"reference": f"evt_{new_id().hex}", "kind": "payment_intent.succeeded", "live": False}
    told |= {"about": f"pi_{new_id().hex}", "happened_at": clock.now()}
    return News(**(told | said))


def heard(newsroom: Newsroom, *told: News) -> int:
    return work_now(RunnerActor(), newsroom.world.database, lambda work: hear(work, *told))


def row_of(newsroom: Newsroom, told: News) -> GatewayEvent:
    wanted = select(GatewayEvent).where(GatewayEvent.reference == told.reference)
    [row] = newsroom.operator_sees(wanted)
    return row  # type: ignore[no-any-return]


def test_news_that_a_payment_began_is_kept_and_nobody_is_asked_about_it(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))
    [began] = [each for each in newsroom.sent() if b'"type": "payment_intent.created"' in each[0]]
    newsroom.bring(began)
    asked = len(newsroom.stripes.asked)

    newsroom.apply()

    assert [row.kind for row in newsroom.kept()] == ["payment_intent.created"]
    assert len(newsroom.stripes.asked) == asked


def test_who_paid_and_never_came_back_has_paid_once_the_news_is_applied(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)

    answers = [newsroom.bring(message).status for message in newsroom.sent()]
    newsroom.apply()

    assert set(answers) == {200}
    assert newsroom.of(invoice, "still_to_pay_minor") == 0
    assert newsroom.payments() == [110_00]
    assert newsroom.differences() == []


def test_the_answer_comes_before_anything_is_applied(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)

    for message in newsroom.sent():
        newsroom.bring(message)

    assert newsroom.of(invoice, "still_to_pay_minor") == 110_00
    assert newsroom.owed() != []


def test_the_same_news_five_times_is_kept_and_owed_once(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))
    messages = newsroom.sent()

    answers = [newsroom.bring(message).status for message in messages * 5]

    assert set(answers) == {200}
    assert newsroom.count_kept(messages) == len(messages)
    about_us = [row.reference for row in newsroom.kept()]
    assert len(newsroom.owed()) == len(set(about_us)) == len(about_us)


def test_the_same_news_sixteen_times_at_once_is_kept_and_owed_once(newsroom: Newsroom):
    told = news(organization=newsroom.world.harbour)
    together = threading.Barrier(16)

    def hear_it(_: int) -> int:
        together.wait()
        return heard(newsroom, told)

    with ThreadPoolExecutor(16) as threads:
        new = list(threads.map(hear_it, range(16)))

    assert sorted(new) == [0] * 15 + [1]
    assert len(newsroom.kept()) == len(newsroom.owed()) == 1


def test_a_hundred_events_shuffled_and_repeated_make_the_same_books(newsroom: Newsroom):
    chance = random.Random(5)
    invoices = [newsroom.invoice(amount) for amount in range(50_00, 75_00, 1_00)]
    for invoice in invoices:
        newsroom.pays_on_page(invoice)
    messages = newsroom.sent()
    assert len(messages) >= 100
    storm: list[Message] = [each for each in messages for _ in range(chance.randint(1, 5))]
    chance.shuffle(storm)
    half = len(storm) // 2

    answers = {newsroom.bring(message).status for message in storm[:half]}
    newsroom.apply()
    answers |= {newsroom.bring(message).status for message in storm[half:]}
    newsroom.apply()

    assert answers == {200}
    assert sorted(newsroom.payments()) == list(range(50_00, 75_00, 1_00))
    assert [newsroom.of(invoice, "still_to_pay_minor") for invoice in invoices] == [0] * 25
    assert newsroom.differences() == []


@pytest.mark.parametrize(
    "named", ["org_01m7z8megee0080gj3jwnk694q", "org_x", "'; --", "cus_1", "\x00é"]
)
def test_news_of_an_organization_that_is_none_is_kept_and_owed_to_nobody(
    newsroom: Newsroom, named: str
):
    told = news(organization=named)

    assert heard(newsroom, told) == 1

    assert row_of(newsroom, told).organization_id is None


def test_news_says_whose_it_is(newsroom: Newsroom):
    told = news(organization=newsroom.world.harbour)

    heard(newsroom, told)

    assert row_of(newsroom, told).organization_id == newsroom.system.organization_id
    [job] = newsroom.owed()
    assert (job.subject, job.key) == (row_of(newsroom, told).shown_id, told.reference)


@pytest.mark.parametrize("how", ["about", "payment", "related"])
def test_news_that_names_nobody_is_of_whoever_knows_the_payment(newsroom: Newsroom, how: str):
    name = f"pi_{new_id().hex}"
    begun = newsroom.begin(newsroom.invoice())
    newsroom.settle(begun, Stage.PROCESSING, payment=name)
    told = news(kind="charge.dispute.created", **{how: (name,) if how == "related" else name})

    heard(newsroom, told)

    assert row_of(newsroom, told).organization_id == newsroom.system.organization_id


def test_news_that_names_nobody_is_of_whoever_knows_the_payer(newsroom: Newsroom):
    name = f"cus_{new_id().hex}"
    newsroom.know(newsroom.world.marsh, name)
    told = news(kind="customer_cash_balance_transaction.created", related=("pi_0", name))

    heard(newsroom, told)

    assert row_of(newsroom, told).organization_id == newsroom.system.organization_id


def test_news_that_came_before_its_payment_was_known_is_placed_when_it_comes_again(
    newsroom: Newsroom,
):
    told = news(kind="charge.dispute.created", payment=f"pi_{new_id().hex}")
    heard(newsroom, told)
    begun = newsroom.begin(newsroom.invoice())
    newsroom.settle(begun, Stage.PROCESSING, payment=told.payment)

    assert heard(newsroom, told, told) == 0

    assert row_of(newsroom, told).organization_id == newsroom.system.organization_id
    assert len(newsroom.owed()) == 1


def test_news_of_strangers_is_not_asked_about_for_ever(newsroom: Newsroom):
    told = news(payment=f"pi_{new_id().hex}")
    heard(newsroom, told)
    clock.move(timedelta(minutes=11))
    begun = newsroom.begin(newsroom.invoice())
    newsroom.settle(begun, Stage.PROCESSING, payment=told.payment)

    heard(newsroom, told)

    assert newsroom.owed() == []


def test_news_of_no_attempt_of_ours_is_done_at_once(newsroom: Newsroom):
    stranger = newsroom.stripes.charged(metadata={"organization": newsroom.world.harbour})
    for message in newsroom.sent():
        newsroom.bring(message)

    newsroom.apply()

    assert stranger.id in [row.payment for row in newsroom.kept()]
    assert newsroom.payments() == []


def test_news_that_nobody_follows_is_done_without_a_gateway(newsroom: Newsroom):
    heard(newsroom, news(kind="product.updated", organization=newsroom.world.harbour))
    [job] = newsroom.owed()

    apply_news(without_gateway(newsroom), about(job))


def test_news_waits_for_a_gateway_that_was_taken_away(newsroom: Newsroom):
    heard(newsroom, news(payment="pi_1", organization=newsroom.world.harbour))
    [job] = newsroom.owed()

    with pytest.raises(NotReady, match="No payment provider"):
        apply_news(without_gateway(newsroom), about(job))


def test_news_is_tried_again_while_the_gateway_does_not_answer(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))
    for message in newsroom.sent():
        newsroom.bring(message)
    newsroom.stripes.set_mood("failing", about="GET *", times="9")

    with pytest.raises(TryLater):
        newsroom.apply()

    assert newsroom.payments() == []


def test_news_of_a_payment_that_the_gateway_does_not_know_is_given_up(newsroom: Newsroom):
    heard(newsroom, news(payment="pi_nothing", organization=newsroom.world.harbour))
    [job] = newsroom.owed()

    with pytest.raises(GiveUp):
        apply_news(newsroom.place, about(job))


def without_gateway(newsroom: Newsroom) -> Any:
    return replace(newsroom.place, settings=place(newsroom.world).settings)
