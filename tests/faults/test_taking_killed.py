"""A process that is killed -9 while it takes money: nothing is lost, nothing is taken twice.

It dies before the gateway is asked, while it answers, and in the middle of settling; in three
ways each. The gateway lives on in the test's process, as Stripe would, and knows what it did;
whoever starts next finds it out. The process that dies is forked from this one, which is warm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from billing_app.collecting import pages, planned, saved
from billing_app.collecting.pages import PageAsked
from billing_app.collecting.saved import ChargeAsked
from billing_app.collecting.settling import look_again
from billing_app.kernel.clock import clock
from billing_app.kernel.refusals import NotPayable
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.party import Customer
from billing_app.services.claiming import BeingPaid
from billing_app.services.paying import Part
from tests.billing import drawn
from tests.charging import Ahead
from tests.checking import check_books
from tests.dying import Act, dies
from tests.shop import AWAY, BACK, Shop
from tests.stripes import open_stripes
from tests.world import World

OWED = 110_00
ABANDONED = timedelta(seconds=31)

Prepare = Callable[[Shop, str], Act]


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def pay(shop: Shop, invoice: str) -> Act:
    """A customer presses Pay."""
    asked = PageAsked(
        customer_id=Customer.read_id(shop.world.marsh),
        parts=(Part(invoice),),
        back=BACK,
        given_up=AWAY,
    )
    return lambda place: pages.pay_on_page(place, shop.system, asked)


def come_back(shop: Shop, invoice: str) -> Act:
    """A customer who has paid comes back from the gateway's page."""
    page = shop.fills(shop.leads(invoice)).headers["location"].rpartition("=")[2]
    return lambda place: pages.come_back(place, shop.system.organization_id, page)


def charge(shop: Shop, invoice: str) -> Act:
    """Ada charges a saved card, from one form."""
    shop.keeps("pm_card_visa")
    asked = ChargeAsked(
        attempt_id=drawn("att"),
        customer_id=shop.world.marsh,
        parts=(Part(invoice),),
        command_key="charge once",
    )
    return lambda place: saved.charge_saved(place, shop.by.actor, asked)  # type: ignore[arg-type]


def charge_by_itself(shop: Shop, invoice: str) -> Act:
    """A runner charges what was planned."""
    ahead = Ahead(shop.world, shop.stripes)
    ahead.keeps("pm_card_visa")
    ahead.asks(invoice)
    ahead.stripes.pass_time(days=3)
    [plan] = ahead.plans(invoice)
    organization_id = shop.system.organization_id
    return lambda place: planned.charge_planned(place, organization_id, plan.id)


def look(shop: Shop, invoice: str) -> Act:
    """News is applied of a customer who has paid and never came back."""
    url = shop.leads(invoice)
    shop.fills(url)
    wanted = select(PaymentAttempt.id).where(
        PaymentAttempt.gateway_session == url.rpartition("/")[2]
    )
    attempt_id = shop.sees(lambda work: work.exec(wanted).one())
    organization_id = shop.system.organization_id
    return lambda place: look_again(place, organization_id, attempt_id, source="webhook")


POINTS = [
    (pay, "attempt.kept"),
    (pay, "page.begun"),
    (pay, "page.opened"),
    (come_back, "settle.received"),
    (come_back, "settle.posted"),
    (come_back, "settle.applied"),
    (look, "settle.applied"),
    (charge, "attempt.kept"),
    (charge, "charge.begun"),
    (charge, "charge.prepared"),
    (charge, "charge.answered"),
    (charge, "settle.posted"),
    (charge_by_itself, "charge.begun"),
    (charge_by_itself, "charge.prepared"),
    (charge_by_itself, "charge.answered"),
]
each_point = pytest.mark.parametrize(
    ("prepare", "point"), POINTS, ids=[f"{prepare.__name__}-{point}" for prepare, point in POINTS]
)


def assert_taken_once(shop: Shop, invoice: str) -> None:
    """Whoever starts next finds out, and what is still to pay then can be paid."""
    shop.reconcile()
    shop.reconcile()
    if shop.still(invoice):
        assert shop.captured() == []
        shop.pays_by_card(invoice)
    assert (shop.still(invoice), shop.captured()) == (0, [OWED])
    assert [each for each in shop.payments() if each == OWED] == [OWED]
    shop.sees(check_books)
    assert shop.differences() == []


@each_point
def test_what_was_killed_is_found_out_and_paid_once(shop: Shop, prepare: Prepare, point: str):
    invoice = shop.invoice(OWED)
    act = prepare(shop, invoice)

    assert dies(shop, act, point)

    assert_taken_once(shop, invoice)


@each_point
def test_being_killed_again_and_again_takes_nothing_twice(shop: Shop, prepare: Prepare, point: str):
    invoice = shop.invoice(OWED)
    act = prepare(shop, invoice)

    assert dies(shop, act, point)
    for _ in range(2):
        clock.move(ABANDONED)
        dies(shop, act, point)

    assert_taken_once(shop, invoice)


@each_point
def test_somebody_else_who_pays_before_it_was_found_out_is_told_to_wait_or_pays_once(
    shop: Shop, prepare: Prepare, point: str
):
    invoice = shop.invoice(OWED)
    act = prepare(shop, invoice)
    assert dies(shop, act, point)
    clock.move(ABANDONED)

    with suppress(BeingPaid, NotPayable):
        shop.pays_by_card(invoice)

    assert_taken_once(shop, invoice)


def test_what_the_gateway_charged_without_an_answer_that_arrived_is_found_out(shop: Shop):
    invoice = shop.invoice(OWED)
    act = charge(shop, invoice)
    shop.stripes.set_mood("slow", about="POST /v1/payment_intents/*/confirm", value="5")

    assert dies(shop, act, "", once=lambda: shop.captured() == [OWED])

    assert_taken_once(shop, invoice)


def test_what_was_prepared_is_given_up_at_the_gateway_too_though_its_key_is_still_in_use(
    shop: Shop,
):
    invoice = shop.invoice(OWED)
    assert dies(shop, charge(shop, invoice), "charge.prepared")
    with shop.stripes.simulated.store.writing() as connection:
        connection.execute("UPDATE answers SET busy_until = ?", (time.time() + 60,))

    shop.reconcile()

    [intent] = shop.stripes.v1.payment_intents.list().data
    assert intent.status == "canceled"
    assert_taken_once(shop, invoice)
