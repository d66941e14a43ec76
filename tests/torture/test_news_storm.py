"""A storm of news: a thousand events, repeated, shuffled, some of them before our own answer."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.collecting.pages import come_back
from tests.counting import say
from tests.news import Message, Newsroom
from tests.stripes import open_stripes
from tests.world import World

EVENTS = int(os.environ.get("TORTURE_EVENTS", "1000"))
SEED = int(os.environ.get("TORTURE_SEED", "20261121"))
_NEVER_COME_BACK = 0.3
_TOO_MUCH_AT_ONCE, _RESTS_S = 429, 0.05
_A_PAYMENT = 4
"""How many pieces of news one payment on a page makes, at least."""


@pytest.fixture
def newsrooms(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Newsroom, Newsroom]]:
    """Two businesses that are paid the same; to the second all news comes once and in order."""
    with open_stripes(tmp_path) as stripes:
        stormy = Newsroom(world, stripes, monkeypatch)
        yield stormy, Newsroom(World(world.database), stripes, monkeypatch)


def live_through(newsroom: Newsroom) -> list[Message]:
    """Everybody pays; about a third never come back to us, so that news is the first we hear."""
    chance = random.Random(SEED)
    before = len(newsroom.sent())
    for number in range(EVENTS // _A_PAYMENT):
        invoice = newsroom.invoice(10_00 + number)
        answer = newsroom.fills_in(newsroom.open_page(invoice))
        if chance.random() > _NEVER_COME_BACK:
            session = answer.headers["location"].rpartition("=")[2]
            come_back(newsroom.place, newsroom.system.organization_id, session)
    return newsroom.sent()[before:]


def brought(newsroom: Newsroom, message: Message) -> Counter[int]:
    """Bring a message, again after a moment where it is too much at once; counts the answers."""
    answers = Counter[int]()
    while not answers[200]:
        answers[newsroom.bring(message).status] += 1
        assert set(answers) <= {200, _TOO_MUCH_AT_ONCE}
        if not answers[200]:
            time.sleep(_RESTS_S)
    return answers


def booked(newsroom: Newsroom) -> Counter[tuple[object, ...]]:
    return Counter(newsroom.postings())


@pytest.mark.torture
def test_a_thousand_events_in_any_order_make_the_books_of_one_after_the_other(
    newsrooms: tuple[Newsroom, Newsroom],
):
    stormy, calm = newsrooms
    news = live_through(stormy)
    chance = random.Random(SEED)
    storm = [message for message in news for _ in range(chance.randint(1, 5))]
    chance.shuffle(storm)

    began = time.monotonic()
    answers = sum((brought(stormy, message) for message in storm), Counter[int]())
    heard = time.monotonic()
    stormy.apply()
    applied = time.monotonic()
    for message in live_through(calm):
        brought(calm, message)
    calm.apply()

    kind = "sqlite" if stormy.world.database.is_sqlite else "postgresql"
    say(
        f"news storm on {kind}, seed {SEED}: {len(storm)} deliveries of {len(news)} events:"
        f" heard {len(storm) / (heard - began):.0f}/s,"
        f" applied {len(news) / (applied - heard):.0f}/s,"
        f" all of it {len(storm) / (applied - began):.0f}/s · answers {dict(answers)}"
    )
    assert len(news) >= EVENTS
    assert answers[200] == len(storm)
    assert booked(stormy) == booked(calm)
    assert stormy.differences() == []
