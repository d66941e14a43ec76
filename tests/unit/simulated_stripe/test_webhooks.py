"""News goes out signed and in its time, again when it was not taken, and badly on request."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import stripe

from tests.stripes import WEBHOOKS, Stripes


def types(stripes: Stripes) -> list[str]:
    return [event.type for event in stripes.events()]


def test_news_is_signed_so_that_the_sdk_believes_it(stripes: Stripes):
    intent = stripes.charged(metadata={"attempt": "att_1"})
    stripes.pump()

    told = {event.type: event for event in stripes.events()}

    assert list(told) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    event: Any = told["payment_intent.succeeded"]
    assert event.data.object.id == intent.id
    assert event.data.object.metadata.attempt == "att_1"
    assert (event.livemode, event.api_version) == (False, "2026-10-28.endive")
    assert event.request.id == intent.last_response.request_id  # type: ignore[union-attr]
    body, signature = stripes.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripes.client.construct_event(body + b" ", signature, "whsec_1")


def test_nothing_is_sent_before_somebody_pumps(stripes: Stripes):
    stripes.charged()

    assert stripes.received == []


def test_news_that_was_not_taken_comes_again_ever_later(stripes: Stripes):
    stripes.customer()
    stripes.refuses = 2
    stripes.pump()
    assert stripes.received == []
    [undelivered] = stripes.v1.events.list({"delivery_success": False}).data

    stripes.pass_time(seconds=6)
    assert stripes.received == []
    stripes.pass_time(seconds=61)

    assert types(stripes) == ["customer.created"]
    assert stripes.events()[0].id == undelivered.id
    assert stripes.v1.events.list({"delivery_success": False}).data == []
    assert stripes.v1.events.retrieve(undelivered.id).pending_webhooks == 0


def test_news_that_nobody_takes_is_given_up_after_three_days(stripes: Stripes):
    stripes.customer()
    stripes.refuses = 100
    for _ in range(60):
        stripes.pass_time(hours=2)

    assert 100 - stripes.refuses == 8


def test_an_endpoint_hears_what_it_asked_for_until_it_is_deleted(stripes: Stripes):
    url = stripes.settings.public_url + WEBHOOKS
    given: Any = {"url": url, "enabled_events": ["customer.created"]}
    endpoint = stripes.v1.webhook_endpoints.create(given)
    secret = str(endpoint.secret)
    stripes.customer()
    stripes.charged()
    stripes.pump()

    mine = []
    for body, signature in stripes.received:
        try:
            mine.append(stripes.client.construct_event(body, signature, secret).type)
        except stripe.SignatureVerificationError:
            continue
    assert mine == ["customer.created"]
    stripes.v1.webhook_endpoints.delete(endpoint.id)
    assert len(stripes.v1.webhook_endpoints.list().data) == 1


def test_news_never_leaves_this_machine(stripes: Stripes):
    given: Any = {"url": "https://hooks.example/stripe", "enabled_events": ["*"]}

    with pytest.raises(stripe.InvalidRequestError, match="this machine only"):
        stripes.v1.webhook_endpoints.create(given)


def test_events_are_listed_by_type_and_time(stripes: Stripes):
    stripes.charged()
    stripes.customer()
    stripes.pass_time(days=1)
    stripes.customer()

    def listed(**given: Any) -> list[str]:
        found = stripes.v1.events.list({"limit": 100, **given}).data
        return [event.type for event in found]

    assert listed(type="customer.created") == ["customer.created"] * 2
    assert listed(types=["charge.succeeded"]) == ["charge.succeeded"]
    newest = stripes.v1.events.list({"limit": 1}).data[0].created
    assert listed(created={"gte": newest - 60}) == ["customer.created"]


def test_news_is_duplicated_and_shuffled_and_nothing_is_lost(stripes: Stripes):
    stripes.set_mood("duplicated", value="5", times="forever")
    stripes.set_mood("shuffled", value="50", times="forever")
    for _ in range(10):
        stripes.charged()

    stripes.pass_time(seconds=60)

    counted = Counter(event.id for event in stripes.events())
    assert set(counted.values()) == {5}
    assert len(counted) == 30
    assert types(stripes) != sorted(types(stripes))
    order = [event.id for event in stripes.events()]
    assert order != sorted(order, key=order.index) or len(set(order[:30])) > 6
    firsts = list(dict.fromkeys(order))
    made = [event.id for event in stripes.v1.events.list({"limit": 100}).data][::-1]
    assert firsts != made


def test_news_is_late(stripes: Stripes):
    stripes.set_mood("late", value="3600", about="payment_intent.succeeded")
    stripes.charged()
    stripes.pump()
    assert "payment_intent.succeeded" not in types(stripes)

    stripes.pass_time(hours=1, seconds=1)

    assert "payment_intent.succeeded" in types(stripes)


def test_news_is_missing_and_the_list_still_has_it(stripes: Stripes):
    stripes.set_mood("missing", about="payment_intent.*", times="forever")
    stripes.charged()

    assert stripes.heard() == ["charge.succeeded"]
    missed = stripes.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in missed] == ["payment_intent.succeeded",
                                                "payment_intent.created"]  # fmt: skip


@pytest.mark.parametrize("mood", ["mis_signed", "stale"])
def test_news_that_is_signed_wrongly_or_long_ago_is_not_believed(stripes: Stripes, mood: str):
    stripes.set_mood(mood)
    stripes.customer()
    stripes.pump()

    with pytest.raises(stripe.SignatureVerificationError):
        stripes.events()


def test_news_can_claim_to_be_live(stripes: Stripes):
    stripes.set_mood("other_mode")
    stripes.customer()
    stripes.pump()

    assert stripes.events()[0].livemode


def test_a_mood_can_ride_with_a_request(stripes: Stripes):
    stripes.customer(metadata={"simulate": "duplicated:3"})
    stripes.customer()

    assert stripes.heard() == ["customer.created"] * 4
