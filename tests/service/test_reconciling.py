"""What nobody told us is asked for: attempts that do not move, and news that never came."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import work_now
from billing_app.collecting.reconciling import is_due, reconcile
from billing_app.gateways.payments import Stage
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id
from billing_app.models.payment import Payment
from billing_app.reads.open_attempts import OpenAttempt, inspect_attempts, last_look
from billing_app.services.refund_asking import RefundAsked
from billing_app.services.refund_attempting import begin_refund
from tests.billing import aud, drawn
from tests.news import Newsroom
from tests.posting import place
from tests.stripes import open_stripes
from tests.world import World

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def test_a_payment_of_which_nobody_told_us_is_found_within_two_minutes(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)
    reconcile(newsroom.place)
    assert newsroom.payments() == []

    clock.move(timedelta(seconds=61))
    reconcile(newsroom.place)
    reconcile(newsroom.place)

    assert newsroom.payments() == [110_00]
    assert newsroom.of(invoice, "still_to_pay_minor") == 0
    assert newsroom.differences() == []


def test_one_attempt_that_cannot_be_looked_at_does_not_stop_the_others(newsroom: Newsroom):
    for number in range(3):
        lost = newsroom.begin(newsroom.invoice(20_00))
        newsroom.settle(lost, Stage.REQUIRES_ACTION, payment="", session=f"cs_{number}_{new_id()}")
    newsroom.pays_on_page(newsroom.invoice(110_00))
    clock.move(timedelta(seconds=61))

    reconcile(newsroom.place)

    assert newsroom.payments() == [110_00]
    assert newsroom.state(lost) == "requires_action"


def test_news_that_was_never_delivered_is_heard_once(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))

    reconcile(newsroom.place)
    heard = [row.reference for row in newsroom.kept()]
    reconcile(newsroom.place)
    newsroom.apply()

    assert len(heard) >= 2
    assert [row.reference for row in newsroom.kept()] == heard
    assert len(newsroom.owed()) == len(heard)
    assert newsroom.payments() == [110_00]


def test_a_dispute_long_after_the_payment_is_heard_of(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)
    reconcile(newsroom.place)
    newsroom.apply()
    charge = newsroom.stripes.v1.charges.list({"limit": 1}).data[0]
    clock.move(timedelta(days=3))
    newsroom.stripes.press("dispute", id=charge.id)

    reconcile(newsroom.place)

    assert "charge.dispute.created" in [row.kind for row in newsroom.kept()]
    assert newsroom.owed()[-1].organization_id == newsroom.system.organization_id


def test_news_that_could_not_be_read_is_read_in_the_next_turn(newsroom: Newsroom):
    reconcile(newsroom.place)
    before = looked(newsroom)
    clock.move(timedelta(hours=5))
    newsroom.pays_on_page(newsroom.invoice(110_00))
    clock.move(timedelta(hours=5))
    newsroom.stripes.set_mood("failing", about="GET /v1/events*", times="3")

    reconcile(newsroom.place)
    assert (looked(newsroom), newsroom.kept()) == (before, [])
    reconcile(newsroom.place)

    assert looked(newsroom) > before
    assert newsroom.kept() != []


def test_what_has_had_no_answer_for_a_quarter_of_an_hour_is_an_alarm(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
):
    attempt = newsroom.begin(newsroom.invoice()).asked.attempt
    clock.move(timedelta(minutes=14))
    assert not [line for line in words_of(newsroom) if attempt in line]
    clock.move(timedelta(minutes=2))

    with caplog.at_level(logging.ERROR):
        reconcile(replace(newsroom.place, settings=place(newsroom.world).settings))

    assert any("no answer for too long" in each.message for each in caplog.records)
    [line] = [line for line in words_of(newsroom) if attempt in line]
    assert line.startswith(f"attempt {attempt} is created since 20")


def test_a_refund_that_waits_for_an_answer_is_called_a_refund(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))
    clock.move(timedelta(seconds=61))
    reconcile(newsroom.place)
    payment = newsroom.sees(lambda work: work.exec(select(Payment)).one().shown_id)
    refund = drawn("rfa")
    asked = RefundAsked(
        attempt_id=refund, payment_id=payment, amount=aud(1_00), choice="still_owes", reason="No"
    )
    newsroom.does(lambda work: begin_refund(work, asked))
    clock.move(timedelta(minutes=16))

    [line] = [line for line in words_of(newsroom) if refund in line]

    assert line.startswith(f"refund {refund} is created since 20")


def test_a_page_that_is_open_is_no_alarm(newsroom: Newsroom):
    begun = newsroom.begin(newsroom.invoice())
    newsroom.settle(begun, Stage.REQUIRES_ACTION, payment="")
    clock.move(timedelta(hours=2))

    assert not [line for line in words_of(newsroom) if begun.asked.attempt in line]


def test_without_a_gateway_nothing_is_asked_for(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(110_00))
    clock.move(timedelta(seconds=61))

    reconcile(replace(newsroom.place, settings=place(newsroom.world).settings))

    assert newsroom.payments() == []
    assert newsroom.kept() == []


@pytest.mark.parametrize(("unmoved", "looks"), [(timedelta(hours=2), 6), (timedelta(days=2), 1)])
def test_a_thousand_old_debits_are_not_a_thousand_calls_a_minute(unmoved: timedelta, looks: int):
    chance = random.Random(7)
    drawn = [UUID(int=chance.getrandbits(128)) for _ in range(1_000)]
    attempts = [debit(NOON - unmoved, each) for each in drawn]
    turns = [NOON + number * MINUTE for number in range(61)]

    by_turn = [sum(is_due(each, *turn) for each in attempts) for turn in pairwise(turns)]

    assert sum(by_turn) == 1_000 * looks
    assert max(by_turn) <= 1_000 * looks // 60 * 2


def test_what_moved_within_the_hour_is_looked_at_each_turn():
    attempt = debit(NOON - 59 * MINUTE)

    assert is_due(attempt, NOON - MINUTE, NOON)


def test_no_debit_is_left_out_when_turns_come_late():
    attempts = [debit(NOON - timedelta(hours=2)) for _ in range(100)]
    turns = [NOON + number * 2 * MINUTE for number in range(6)]

    looks = [sum(is_due(each, *turn) for turn in pairwise(turns)) for each in attempts]

    assert looks == [1] * 100


def test_the_first_look_is_at_everything():
    assert is_due(debit(NOON - timedelta(days=9)), None, NOON)


def debit(changed_at: datetime, drawn: UUID | None = None) -> OpenAttempt:
    drawn = drawn or new_id()
    return OpenAttempt(UUID(int=0), drawn, str(drawn), "processing", changed_at)


def looked(newsroom: Newsroom) -> datetime:
    found = work_now(
        RunnerActor(), newsroom.world.database, lambda work: last_look(work, "news_heard")
    )
    assert found is not None
    return found


def words_of(newsroom: Newsroom) -> list[str]:
    return newsroom.world.operator(inspect_attempts)
