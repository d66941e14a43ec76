"""A wrong key is told from a Stripe that gives no answer."""

from __future__ import annotations

from dataclasses import replace

from billing_app.config import Secret
from billing_app.gateways.stripe.greeting import KEY_REFUSED, NO_ANSWER, greet
from tests.servers import free_port
from tests.stripes import Stripes


def test_a_key_that_stripe_knows_is_greeted_back(stripes: Stripes):
    assert greet(stripes.settings) == ""
    assert stripes.asked[-1] == ("GET /v1/balance", frozenset())


def test_a_key_that_stripe_does_not_know_is_said_to_be_refused(stripes: Stripes):
    wrong = replace(stripes.settings, stripe_secret_key=Secret("rk_live_somebody_elses"))

    assert greet(wrong) == KEY_REFUSED


def test_where_nobody_answers_the_key_is_not_blamed(stripes: Stripes):
    nobody = replace(stripes.settings, stripe_api_base=f"http://127.0.0.1:{free_port()}")

    assert greet(nobody) == NO_ANSWER


def test_what_is_no_answer_of_stripes_is_none(stripes: Stripes):
    stripes.set_mood("failing", about="GET /v1/balance")

    assert greet(stripes.settings) == NO_ANSWER
