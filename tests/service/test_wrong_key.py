"""A key that the gateway does not take: nothing is lost, nobody is declined, and all waits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.access.installation import Installation
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.pages import GatewayAway, PageAsked, pay_on_page
from billing_app.collecting.reconciling import reconcile
from billing_app.collecting.saved import charge
from billing_app.gateways.refusals import KeyRefused
from billing_app.jobs.apply_news import apply_news
from billing_app.jobs.trouble import NotReady
from billing_app.kernel.clock import clock
from billing_app.kernel.secret import Secret
from billing_app.models.party import Customer
from billing_app.services.paying import Part
from tests.news import BACK, Newsroom, about
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def expired(newsroom: Newsroom) -> Installation:
    """The same place while its key is one that the gateway knows no more."""
    settings = replace(newsroom.stripes.settings, stripe_secret_key=Secret("sk_test_expired"))
    return replace(newsroom.place, settings=settings)


def test_news_heard_meanwhile_is_no_try_and_applied_once_the_key_is_right(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    newsroom.pays_on_page(invoice)
    for message in newsroom.sent():
        newsroom.bring(message)

    for job in newsroom.owed()[1:]:
        with pytest.raises(NotReady, match="does not accept our key"):
            apply_news(expired(newsroom), about(job))
    newsroom.apply()

    assert (newsroom.still(invoice), newsroom.payments()) == (0, [110_00])


def test_the_log_has_one_alarm_for_each_turn(newsroom: Newsroom, caplog: pytest.LogCaptureFixture):
    for _ in range(3):
        newsroom.pays_on_page(newsroom.invoice(110_00))
    clock.move(timedelta(seconds=61))

    reconcile(expired(newsroom))

    alarms = [each.message for each in caplog.records if each.levelno == logging.ERROR]
    assert len([each for each in alarms if "does not take our key" in each]) == 1


def test_a_charge_begun_by_itself_waits_and_goes_on_once_the_key_is_right(newsroom: Newsroom):
    begun = newsroom.begin(newsroom.invoice(110_00))
    by_itself = replace(begun, by_itself=True, method="pm_card_visa")
    wrong = expired(newsroom)

    with pytest.raises(KeyRefused):
        charge(wrong, newsroom.system, gateway_of(wrong), by_itself)

    assert newsroom.state(begun) == "created"


def test_a_payer_is_told_that_the_provider_is_away_and_holds_nothing(newsroom: Newsroom):
    invoice = newsroom.invoice(110_00)
    asked = PageAsked(
        customer_id=Customer.read_id(newsroom.world.marsh),
        parts=(Part(invoice),),
        back=BACK,
        given_up="http://shop.example/gone",
    )

    with pytest.raises(GatewayAway, match="Nothing was charged"):
        pay_on_page(expired(newsroom), newsroom.system, asked)
    newsroom.pays_on_page(invoice)
