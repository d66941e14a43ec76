"""Moods: each way in which an answer, or a payment, can go wrong."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from billing_app.kernel.clock import clock
from tests.stripes import Stripes

CHARGE: Any = {
    "amount": 5_000,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "return_url": "http://shop.example/back",
}
KEY: Any = {"idempotency_key": "pi:att_1"}


def charge(stripes: Stripes, client: stripe.StripeClient | None = None) -> stripe.PaymentIntent:
    return (client or stripes.client).v1.payment_intents.create(CHARGE, KEY)


def charges(stripes: Stripes) -> int:
    return len(stripes.v1.charges.list().data)


def patient(stripes: Stripes) -> stripe.StripeClient:
    """The SDK as it is by default: it asks again, with the same key."""
    return stripes.client_with("sk_test_simulated", max_network_retries=2)


def test_an_answer_is_lost_after_the_charge_and_the_key_finds_it(stripes: Stripes):
    stripes.set_mood("lost_answer")

    with pytest.raises(stripe.APIConnectionError):
        charge(stripes)

    assert charges(stripes) == 1
    again = charge(stripes)
    assert again.last_response.headers["idempotent-replayed"] == "true"  # type: ignore[union-attr]
    assert charges(stripes) == 1


def test_a_connection_breaks_before_the_charge(stripes: Stripes):
    stripes.set_mood("unreached")

    with pytest.raises(stripe.APIConnectionError):
        charge(stripes)

    assert charges(stripes) == 0
    assert charge(stripes).status == "succeeded"


def test_too_many_requests_are_429_with_a_time_to_wait(stripes: Stripes):
    stripes.set_mood("rate_limited")

    with pytest.raises(stripe.RateLimitError) as caught:
        charge(stripes)

    assert caught.value.headers["retry-after"] == "2"  # type: ignore[index]
    assert charge(stripes).status == "succeeded"


@pytest.mark.parametrize(("mood", "charged"), [("failing", 0), ("failing_after", 1)])
def test_a_failure_is_kept_under_its_key_whether_or_not_it_charged(
    stripes: Stripes, mood: str, charged: int
):
    stripes.set_mood(mood)

    with pytest.raises(stripe.APIError) as caught:
        charge(stripes, patient(stripes))

    assert caught.value.http_status == 500
    assert caught.value.headers["idempotent-replayed"] == "true"  # type: ignore[index]
    with pytest.raises(stripe.APIError):
        charge(stripes)
    assert charges(stripes) == charged


def test_a_key_is_said_to_be_in_use(stripes: Stripes):
    stripes.set_mood("in_use")

    with pytest.raises(stripe.StripeError) as caught:
        charge(stripes)
    assert caught.value.http_status == 409

    assert charge(stripes, patient(stripes)).status == "succeeded"


def test_a_key_is_said_to_have_been_used_for_something_else(stripes: Stripes):
    stripes.set_mood("used_before")

    with pytest.raises(stripe.IdempotencyError):
        charge(stripes)

    assert charge(stripes).status == "succeeded"


def test_an_answer_is_no_json(stripes: Stripes):
    stripes.set_mood("broken")

    with pytest.raises(stripe.APIError, match="Invalid response body"):
        charge(stripes)

    assert charges(stripes) == 1


def test_an_answer_is_slow_and_the_news_is_first(stripes: Stripes):
    stripes.set_mood("slow", value="1")
    impatient = stripes.client_with("sk_test_simulated", http_client=stripe.RequestsClient(0.2))

    began = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        charge(stripes, impatient)
    assert time.monotonic() - began < 0.9
    assert "payment_intent.succeeded" in stripes.heard()
    with pytest.raises(stripe.StripeError) as caught:
        charge(stripes)
    assert caught.value.http_status == 409

    assert charge(stripes, patient(stripes)).status == "succeeded"
    assert charges(stripes) == 1


def test_a_mood_passes_after_so_many_times_and_is_about_what_it_names(stripes: Stripes):
    stripes.set_mood("rate_limited", about="POST /v1/refunds*", times="2")
    intent = charge(stripes)

    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            stripes.v1.refunds.create({"payment_intent": intent.id})

    assert stripes.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"


def test_a_mood_about_reading_is_named_as_such(stripes: Stripes):
    intent = charge(stripes)
    stripes.set_mood("lost_answer", about="GET /v1/payment_intents/*")

    with pytest.raises(stripe.APIConnectionError):
        stripes.v1.payment_intents.retrieve(intent.id)

    assert stripes.v1.payment_intents.retrieve(intent.id).id == intent.id


def test_all_moods_are_calmed_at_once(stripes: Stripes):
    stripes.set_mood("failing", times="forever")

    stripes.press("calm")

    assert charge(stripes).status == "succeeded"


def test_a_mood_rides_with_the_request_that_names_it(stripes: Stripes):
    with pytest.raises(stripe.APIConnectionError):
        stripes.charged(metadata={"simulate": "lost_answer"})
    with pytest.raises(stripe.RateLimitError):
        stripes.session(payment_intent_data={"metadata": {"simulate": "rate_limited"}})

    assert charges(stripes) == 1
    assert stripes.charged().status == "succeeded"


def test_a_refund_of_any_card_fails_later(stripes: Stripes):
    stripes.set_mood("refund_fails")
    refund = stripes.v1.refunds.create({"payment_intent": charge(stripes).id})
    assert refund.status == "succeeded"

    stripes.pass_time(days=1, minutes=1)

    assert stripes.v1.refunds.retrieve(refund.id).status == "failed"


def test_any_debit_fails_or_is_taken_back(stripes: Stripes):
    failing = stripes.debited(metadata={"simulate": "debit_fails"})
    returning = stripes.debited(metadata={"simulate": "debit_taken_back"})

    stripes.pass_time(days=5)
    read = stripes.v1.payment_intents.retrieve
    assert read(failing.id).status == "requires_payment_method"
    assert read(returning.id).status == "succeeded"
    assert stripes.v1.disputes.list().data == []
    stripes.pass_time(days=7)

    [dispute] = stripes.v1.disputes.list().data
    assert (dispute.payment_intent, dispute.status) == (returning.id, "lost")


def test_any_card_is_disputed(stripes: Stripes):
    stripes.set_mood("dispute")
    charge(stripes)

    assert "charge.dispute.created" in stripes.heard()


def test_the_panel_opens_decides_and_fails_things(stripes: Stripes):
    intent, other = charge(stripes), stripes.charged()
    refund = stripes.v1.refunds.create({"payment_intent": other.id})

    stripes.press("dispute", id=str(intent.latest_charge))
    [dispute] = stripes.v1.disputes.list().data
    stripes.press("decide", id=dispute.id, won="yes")
    stripes.press("fail-refund", id=refund.id)

    assert stripes.v1.disputes.retrieve(dispute.id).status == "won"
    assert stripes.v1.refunds.retrieve(refund.id).status == "failed"
    told = stripes.look(f"{stripes.base}/")
    assert dispute.id in told
    assert "/v1/payment_intents 200 pi:att_1" in told


def test_the_panel_lets_time_pass_for_the_whole_installation(stripes: Stripes):
    intent = stripes.debited()

    assert stripes.press("advance", hours="168").status_code == 303

    assert stripes.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert stripes.press("advance", hours="-1").status_code == 400


def test_time_that_the_panel_lets_pass_is_kept_and_any_other_is_not(
    stripes: Stripes, tmp_path: Path
):
    clock.go_on_from(tmp_path / "clock")
    stripes.pass_time(hours=1)
    assert not (tmp_path / "clock").exists()

    stripes.press("advance", hours="168")

    kept = int((tmp_path / "clock").read_text())
    assert kept >= 169 * 3600 - 1


def test_the_panel_has_the_next_card_declined_and_the_one_after_that_not(stripes: Stripes):
    stripes.set_mood("card_fails")

    with pytest.raises(stripe.CardError, match="declined"):
        stripes.charged()

    assert stripes.charged().status == "succeeded"


def test_the_panel_listens_to_its_own_page_only(stripes: Stripes):
    url = f"{stripes.base}/panel/mood"
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ):
        answer = stripes.browser.post(url, data={"name": "failing"}, headers=headers)
        assert answer.status_code == 403

    assert charge(stripes).status == "succeeded"
    assert stripes.press("mood", name="sulking").status_code == 400
    assert stripes.press("sing").status_code == 404
