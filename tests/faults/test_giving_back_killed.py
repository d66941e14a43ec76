"""A process that is killed -9 while it gives money back: it goes back once, and is not forgotten.

It dies before the gateway is asked, while it answers, and in the middle of settling; in three
ways each. Whoever starts next finds out what the gateway did; what it never heard of is given
up, and can then be asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.collecting.reconciling import reconcile
from billing_app.collecting.refunds import refund_to_card
from billing_app.kernel.clock import clock
from billing_app.kernel.refusals import TooMuch
from tests.billing import drawn
from tests.checking import check_books
from tests.dying import Act, dies
from tests.giving_back import Returns
from tests.stripes import open_stripes
from tests.world import World

CAME_IN = 110_00
CANNOT_ARRIVE_ANY_MORE = timedelta(minutes=11)
UNDER_WAY = "under way"

POINTS = [
    "refund.kept",
    "refund.begun",
    UNDER_WAY,
    "refund.answered",
    "refund.allocated",
    "refund.posted",
    "refund.settled",
]
each_point = pytest.mark.parametrize("point", POINTS)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Returns]:
    with open_stripes(tmp_path) as stripes:
        yield Returns(world, stripes)


def gives_back(shop: Returns, payment: str) -> Act:
    """Ada gives all of it back, from one form."""
    asked = shop.asked(payment, CAME_IN, attempt_id=drawn("rfa"), command_key="give back once")
    return lambda place: refund_to_card(place, shop.by.actor, asked)  # type: ignore[arg-type]


def killed(shop: Returns, act: Act, point: str) -> bool:
    """Have it killed at the point, or while the gateway has done it and has not answered yet."""
    if point != UNDER_WAY:
        return dies(shop, act, point)
    shop.stripes.set_mood("slow", about="POST /v1/refunds", value="5")
    return dies(shop, act, "", once=lambda: bool(shop.given_back()))


def assert_given_back_once(shop: Returns, invoice: str, payment: str) -> None:
    """Whoever starts next finds out, and what did not go back can be given back then."""
    shop.stripes.press("calm")
    clock.move(CANNOT_ARRIVE_ANY_MORE)
    reconcile(shop.place)
    reconcile(shop.place)
    if not shop.given_back():
        assert set(shop.refund_states()) <= {"failed"}
        shop.gives_back(payment, CAME_IN)
    assert shop.given_back() == shop.refunds() == [CAME_IN]
    assert shop.still(invoice) == CAME_IN
    shop.sees(check_books)
    assert shop.differences() == []


@each_point
def test_what_was_killed_is_found_out_and_goes_back_once(shop: Returns, point: str):
    invoice = shop.invoice(CAME_IN)
    payment = shop.paid(invoice)

    assert killed(shop, gives_back(shop, payment), point)

    assert_given_back_once(shop, invoice, payment)


@each_point
def test_a_form_that_is_killed_again_and_again_gives_nothing_back_twice(shop: Returns, point: str):
    invoice = shop.invoice(CAME_IN)
    payment = shop.paid(invoice)
    act = gives_back(shop, payment)

    assert killed(shop, act, point)
    for _ in range(2):
        clock.move(timedelta(seconds=31))
        dies(shop, act, point)

    assert_given_back_once(shop, invoice, payment)


@each_point
def test_somebody_else_who_gives_it_back_before_it_was_found_out_gives_back_no_more_than_came_in(
    shop: Returns, point: str
):
    invoice = shop.invoice(CAME_IN)
    payment = shop.paid(invoice)
    assert killed(shop, gives_back(shop, payment), point)

    with suppress(TooMuch):
        shop.gives_back(payment, CAME_IN)

    assert_given_back_once(shop, invoice, payment)
