"""Each way in which a call can go wrong, and what is made of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from billing_app import config
from billing_app.gateways.payments import Stage
from billing_app.gateways.refusals import Crowded, GatewayRefusal, KeyRefused, NotKnown, Unclear
from billing_app.gateways.stripe.adapter import StripeGateway, connect_stripe
from billing_app.kernel.money import Money
from billing_app.kernel.secret import Secret
from tests.asking import asked, charges, cleo, in_an_hour, opened
from tests.servers import LINK_KEY, free_port
from tests.stripes import Stripes

CONFIRM = "POST /v1/payment_intents/*/confirm"


@pytest.fixture
def payment(gateway: StripeGateway) -> str:
    """A charge of a good card, prepared."""
    return gateway.begin_charge(asked(payer=cleo(gateway)), method="pm_card_visa")


def confirmed(gateway: StripeGateway, payment: str) -> Stage:
    return gateway.confirm_charge("att_1", payment).stage


@pytest.mark.parametrize(("mood", "charged"), [("lost_answer", 1), ("unreached", 0), ("broken", 1)])
def test_an_answer_that_nobody_can_read_leaves_it_open_and_asking_again_charges_once(
    gateway: StripeGateway, stripes: Stripes, payment: str, mood: str, charged: int
):
    stripes.set_mood(mood, about=CONFIRM, times="3")

    with pytest.raises(Unclear):
        confirmed(gateway, payment)

    assert charges(stripes) == charged
    stripes.press("calm")
    assert confirmed(gateway, payment) is Stage.SUCCEEDED
    assert charges(stripes) == 1


@pytest.mark.parametrize(("mood", "charged"), [("failing", 0), ("failing_after", 1)])
def test_a_failure_of_stripes_leaves_it_open_and_the_payment_itself_knows(
    gateway: StripeGateway, stripes: Stripes, payment: str, mood: str, charged: int
):
    stripes.set_mood(mood, about=CONFIRM)

    for _ in range(2):
        with pytest.raises(Unclear):
            confirmed(gateway, payment)

    assert charges(stripes) == charged
    stands = gateway.look_at_payment(payment).stage
    assert stands is (Stage.SUCCEEDED if charged else Stage.REQUIRES_ACTION)


def test_a_slow_answer_is_not_waited_for_and_the_payment_itself_knows(
    stripes: Stripes, payment: str
):
    impatient = StripeGateway(
        stripes.settings.stripe_secret_key,
        stripes.base,
        [],
        live=False,
        timeout_s=0.3,
    )
    stripes.set_mood("slow", value="5", about=CONFIRM)

    # While Stripe is still at it, the repetitions are told that their key is in use.
    with pytest.raises((Unclear, Crowded)):
        confirmed(impatient, payment)

    assert impatient.look_at_payment(payment).stage is Stage.SUCCEEDED
    assert charges(stripes) == 1


def test_being_told_to_wait_is_waited_for(gateway: StripeGateway, stripes: Stripes, payment: str):
    stripes.set_mood("rate_limited", about=CONFIRM)

    assert confirmed(gateway, payment) is Stage.SUCCEEDED
    assert charges(stripes) == 1


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("rate_limited", "has too much to do right now. Please try again in a moment"),
        ("in_use", "is still at work on this and has not said yet whether money moved"),
    ],
)
def test_a_stripe_that_does_not_come_to_it_says_so_and_later_charges_once(
    gateway: StripeGateway, stripes: Stripes, payment: str, mood: str, words: str
):
    stripes.set_mood(mood, about=CONFIRM, times="forever")

    with pytest.raises(Crowded) as crowded:
        confirmed(gateway, payment)

    assert words in crowded.value.sentence
    assert charges(stripes) == 0
    stripes.press("calm")
    assert confirmed(gateway, payment) is Stage.SUCCEEDED


def test_a_key_in_use_for_a_moment_is_waited_for(
    gateway: StripeGateway, stripes: Stripes, payment: str
):
    stripes.set_mood("in_use", about=CONFIRM)

    assert confirmed(gateway, payment) is Stage.SUCCEEDED


def test_a_page_whose_answer_was_lost_is_the_same_page_afterwards(
    gateway: StripeGateway, stripes: Stripes
):
    what, closes_at = asked(), in_an_hour()
    stripes.set_mood("lost_answer", about="POST /v1/checkout/sessions")
    with pytest.raises(Unclear):
        opened(gateway, what, closes_at=closes_at)

    page = opened(gateway, what, closes_at=closes_at)

    assert page.is_open
    assert len(stripes.v1.checkout.sessions.list().data) == 1


def test_a_stripe_that_cannot_be_reached_leaves_it_open(tmp_path: Path):
    settings = config.load(
        {
            "QUITTANCE_HOME": str(tmp_path),
            "LINK_KEY": LINK_KEY,
            "STRIPE_SECRET_KEY": "sk_test_1",
            "STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}",
        }
    )
    gateway = connect_stripe(settings)
    assert gateway is not None

    with pytest.raises(Unclear):
        gateway.look_at_payment("pi_1")


def test_the_same_key_for_another_request_is_our_own_mistake_and_leaves_it_open(
    gateway: StripeGateway, payment: str, caplog: pytest.LogCaptureFixture
):
    other = asked(payer=cleo(gateway), amount=Money(1_000, "USD"))

    with pytest.raises(Unclear):
        gateway.begin_charge(other, method="pm_card_visa")

    assert "used for two different requests" in caplog.text


def test_a_key_that_stripe_does_not_know_is_told_to_nobody(
    stripes: Stripes, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    key = "sk_test_51HexHexHexHexSecret"
    gateway = connect_stripe(replace(stripes.settings, stripe_secret_key=Secret(key)))
    assert gateway is not None

    with pytest.raises(KeyRefused) as refused:
        gateway.look_at_payment("pi_1")

    assert refused.value.code == "key_not_accepted"
    assert refused.value.sentence.endswith("No money was moved.")
    assert "AuthenticationError, status 401" in caplog.text
    for said in (refused.value.sentence, str(refused.value), repr(gateway.__dict__)):
        assert key not in said
    assert key not in caplog.text


def test_what_stripe_does_not_know_is_refused_in_our_words(gateway: StripeGateway):
    with pytest.raises(NotKnown) as refused:
        gateway.look_at_payment("pi_nothing")

    assert refused.value.code == "resource_missing"
    assert refused.value.sentence == (
        "The payment provider does not know what this is about. No money was moved."
    )


@pytest.mark.parametrize(
    ("minor", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_an_amount_out_of_bounds_is_refused_with_what_to_do(
    gateway: StripeGateway, minor: int, code: str
):
    with pytest.raises(GatewayRefusal, match=r"Nothing was charged. Please") as refused:
        opened(gateway, asked(amount=Money(minor, "USD")))

    assert refused.value.code == code


def test_an_installation_without_a_key_has_no_gateway(stripes: Stripes):
    assert connect_stripe(replace(stripes.settings, stripe_secret_key=Secret(""))) is None


@pytest.mark.parametrize(
    ("key", "live"), [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False)]
)
def test_the_key_says_whether_money_is_real(stripes: Stripes, key: str, live: bool):
    gateway = connect_stripe(replace(stripes.settings, stripe_secret_key=Secret(key)))

    assert gateway is not None
    assert gateway.live is live
