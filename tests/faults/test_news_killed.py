"""A process that is killed -9 while it hears news or applies it: a payment is booked once.

It dies when the news is kept and not answered yet, when it is answered and not applied yet,
and in the middle of applying it; in three ways each. The gateway brings again what nobody
answered, a job whose holder died is done by the next runner, and nobody has to tell us at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.access import installation
from billing_app.access.installation import Installation
from billing_app.collecting.reconciling import reconcile
from billing_app.jobs.runner import Pace, Runner
from billing_app.kernel.clock import clock
from tests.checking import check_books
from tests.dying import Act, dies
from tests.news import Newsroom
from tests.stripes import open_stripes
from tests.working import Workplace
from tests.world import World

PAID = 110_00
LEASE = timedelta(seconds=61)

Prepare = Callable[[Newsroom], Act]


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    # So that the runners of these tests find nothing that other tests have left undone.
    Workplace(world.database)
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def bring(newsroom: Newsroom) -> Act:
    """The gateway brings all its news to our door."""
    news = newsroom.sent()

    def act(place: Installation) -> None:
        installation._installation[:] = [place]
        for message in news:
            newsroom.bring(message)

    return act


def work_off(newsroom: Newsroom) -> Act:
    """A runner applies the news that was answered."""
    assert {newsroom.bring(message).status for message in newsroom.sent()} == {200}
    return drain


def drain(place: Installation) -> None:
    """What is owed is done by a runner, one job after the other."""
    Runner(place, periodic=(), pace=Pace(hands=1, looks_every_s=0.05)).drain()


POINTS = [
    (bring, "news.kept"),
    (bring, "news.kept@3"),
    (work_off, "take"),
    (work_off, "taken"),
    (work_off, "before_doing"),
    (work_off, "settle.received"),
    (work_off, "settle.posted"),
    (work_off, "settle.applied"),
    (work_off, "done_unnoted"),
]
each_point = pytest.mark.parametrize(
    ("prepare", "point"), POINTS, ids=[f"{prepare.__name__}-{point}" for prepare, point in POINTS]
)


def comes_again(newsroom: Newsroom) -> None:
    """The gateway brings everything again, and the leases of the dead run out."""
    for message in newsroom.sent():
        assert newsroom.bring(message).status == 200
    for _ in newsroom.sent():
        clock.move(LEASE)
        drain(newsroom.place)


def assert_booked_once(newsroom: Newsroom, invoice: str) -> None:
    news = newsroom.sent()
    assert newsroom.count_kept(news) == len(news)
    assert len(newsroom.owed()) == len(news)
    assert all(job.done_at for job in newsroom.owed())
    assert newsroom.payments() == [PAID]
    assert newsroom.of(invoice, "still_to_pay_minor") == 0
    newsroom.sees(check_books)
    assert newsroom.differences() == []


@each_point
def test_what_was_killed_is_done_by_the_next_one(newsroom: Newsroom, prepare: Prepare, point: str):
    invoice = newsroom.invoice(PAID)
    newsroom.pays_on_page(invoice)

    assert dies(newsroom, prepare(newsroom), point)

    comes_again(newsroom)
    assert_booked_once(newsroom, invoice)


@each_point
def test_being_killed_again_and_again_books_nothing_twice(
    newsroom: Newsroom, prepare: Prepare, point: str
):
    invoice = newsroom.invoice(PAID)
    newsroom.pays_on_page(invoice)
    act = prepare(newsroom)

    assert dies(newsroom, act, point)
    for _ in range(2):
        clock.move(LEASE)
        dies(newsroom, act, point)

    comes_again(newsroom)
    assert_booked_once(newsroom, invoice)


@each_point
def test_what_nobody_brings_again_is_asked_for_and_booked_once(
    newsroom: Newsroom, prepare: Prepare, point: str
):
    invoice = newsroom.invoice(PAID)
    newsroom.pays_on_page(invoice)
    assert dies(newsroom, prepare(newsroom), point)

    clock.move(LEASE)
    reconcile(newsroom.place)
    asked_for = newsroom.payments()

    comes_again(newsroom)
    assert asked_for == [PAID]
    assert_booked_once(newsroom, invoice)
