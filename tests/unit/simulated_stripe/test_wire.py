"""It speaks Stripe's language: parameters, errors, pages of lists, opened fields, keys."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
import stripe

from tests.stripes import Stripes

INTENT = {"amount": 5_000, "currency": "usd"}


def refused(asked: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as caught:
        asked()
    return caught.value


def raw(stripes: Stripes, path: str, data: str = "", **headers: str) -> httpx.Response:
    key = stripes.settings.stripe_secret_key.reveal()
    sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-www-form-urlencoded"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return stripes.browser.post(f"{stripes.base}/v1/{path}", content=data, headers=sent)


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        ({"sauce": "hot"}, "parameter_unknown", "sauce", "Received unknown parameter: sauce"),
        (
            {"automatic_payment_methods": {"enable": True}},
            "parameter_unknown",
            "automatic_payment_methods[enable]",
            "Received unknown parameter: automatic_payment_methods[enable]",
        ),
        ({"amount": "ten"}, "parameter_invalid_integer", "amount", "Invalid integer: ten"),
        ({"amount": 10.5}, "parameter_invalid_integer", "amount", "Invalid integer: 10.5"),
        ({"currency": "doubloon"}, None, "currency", "Invalid currency: doubloon."),
        ({"currency": ""}, "parameter_invalid_empty", "currency", "You passed an empty string"),
        ({"confirm": "perhaps"}, None, "confirm", "Invalid boolean: perhaps"),
        (
            {"setup_future_usage": "sometimes"},
            None,
            "setup_future_usage",
            "Invalid setup_future_usage: must be one of off_session, or on_session",
        ),
        ({"metadata": "text"}, None, "metadata", "Invalid object: text"),
        ({"amount": 49}, "amount_too_small", "amount", "Amount must be at least 50 usd."),
        ({"customer": "cus_nobody"}, "resource_missing", "customer", "No such customer"),
        ({"off_session": True}, None, "off_session", "can only be passed when confirm is true"),
    ],
)
def test_a_parameter_that_stripe_would_refuse_is_refused_in_its_words(
    stripes: Stripes, params: Any, code: str | None, param: str, message: str
):
    error = refused(lambda: stripes.v1.payment_intents.create(INTENT | params))

    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code, error.param) == (400, code, param)
    assert message in str(error.user_message)
    assert error.request_id


def test_the_parameter_that_the_pinned_version_retired_is_refused_by_name(stripes: Stripes):
    old = {"payment_method_types": ["card"]}

    error = refused(lambda: stripes.v1.payment_intents.create(INTENT | old))  # type: ignore[arg-type]

    assert error.code == "payment_method_types_no_longer_supported"
    hosted = refused(lambda: stripes.session(**old))
    assert (hosted.code, hosted.param) == ("parameter_unknown", "payment_method_types")


def test_a_missing_parameter_is_named(stripes: Stripes):
    error = refused(lambda: stripes.v1.payment_intents.create({"amount": 5_000}))  # type: ignore[typeddict-item]

    assert (error.code, error.param) == ("parameter_missing", "currency")


def test_what_it_does_not_simulate_is_refused_and_never_ignored(stripes: Stripes):
    error = refused(
        lambda: stripes.v1.payment_intents.create(INTENT | {"capture_method": "manual"})  # type: ignore[arg-type]
    )

    assert (error.code, error.param) == ("not_simulated", "capture_method")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("sk_test_of_somebody_else", "Invalid API Key provided: sk_test_***else"),
        ("sk_live_1234567890", "Invalid API Key provided: sk_live_***7890"),
    ],
)
def test_only_the_configured_key_opens_it(stripes: Stripes, key: str, message: str):
    error = refused(stripes.client_with(key).v1.customers.list)

    assert isinstance(error, stripe.AuthenticationError)
    assert error.user_message == message


def test_another_version_is_refused(stripes: Stripes):
    error = refused(lambda: stripes.v1.customers.list({}, {"stripe_version": "2026-08-26.dahlia"}))

    assert error.user_message == "Invalid Stripe API version: 2026-08-26.dahlia"


def test_an_unknown_address_and_an_unknown_object_are_404(stripes: Stripes):
    assert raw(stripes, "no_such_thing").status_code == 404
    error = refused(lambda: stripes.v1.payment_intents.retrieve("pi_nothing"))
    assert (error.http_status, error.code) == (404, "resource_missing")


def test_another_host_reaches_nothing(stripes: Stripes):
    assert raw(stripes, "customers", "email=a@b.example", Host="evil.example").status_code == 421


def test_a_list_comes_in_pages_newest_first(stripes: Stripes):
    made = [stripes.customer(name=f"Cleo {number}").id for number in range(7)]

    first = stripes.v1.customers.list({"limit": 3})
    second = stripes.v1.customers.list({"limit": 3, "starting_after": first.data[-1].id})
    back = stripes.v1.customers.list({"limit": 3, "ending_before": second.data[0].id})
    every = [found.id for found in stripes.v1.customers.list({"limit": 2}).auto_paging_iter()]

    assert [found.id for found in first.data] == made[:3:-1]
    assert first.has_more
    assert [found.id for found in back.data] == made[:3:-1]
    assert every == made[::-1]
    error = refused(lambda: stripes.v1.customers.list({"limit": 101}))
    assert error.param == "limit"


def test_a_list_is_narrowed_by_its_filters(stripes: Stripes):
    cleo, carl = stripes.customer(), stripes.customer(email="carl@kiln.example")
    stripes.charged(customer=cleo.id)
    stripes.charged(customer=carl.id)

    assert len(stripes.v1.payment_intents.list({"customer": cleo.id}).data) == 1
    assert [c.id for c in stripes.v1.customers.list({"email": "carl@kiln.example"})] == [carl.id]
    assert stripes.v1.customers.list({"created": {"gt": cleo.created + 60}}).data == []


def test_fields_open_where_that_is_asked_for(stripes: Stripes):
    intent = stripes.charged(customer=stripes.customer().id)

    opened = stripes.v1.payment_intents.retrieve(
        intent.id, {"expand": ["customer", "latest_charge.balance_transaction"]}
    )
    listed = stripes.v1.payment_intents.list({"expand": ["data.latest_charge"]})

    assert opened.customer.email == "cleo@harbour.example"  # type: ignore[union-attr]
    assert opened.latest_charge.balance_transaction.net == 12_345 - 388  # type: ignore[union-attr]
    assert listed.data[0].latest_charge.status == "succeeded"  # type: ignore[union-attr]
    error = refused(lambda: stripes.v1.payment_intents.retrieve(intent.id, {"expand": ["sauce"]}))
    assert error.user_message == "This property cannot be expanded (sauce)."


def test_metadata_is_merged_and_emptied_as_stripe_does(stripes: Stripes):
    customer = stripes.customer(metadata={"a": "1", "b": "2"})

    merged = stripes.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    emptied = stripes.v1.customers.update(customer.id, {"metadata": ""})

    assert merged.to_dict()["metadata"] == {"a": "1", "c": "3"}
    assert emptied.to_dict()["metadata"] == {}


def test_the_same_key_gets_the_same_answer_and_charges_once(stripes: Stripes):
    params: Any = INTENT | {"payment_method": "pm_card_visa", "confirm": True,
                            "return_url": "http://shop.example/back"}  # fmt: skip

    first = stripes.v1.payment_intents.create(params, {"idempotency_key": "pi:att_1"})
    again = stripes.v1.payment_intents.create(params, {"idempotency_key": "pi:att_1"})

    assert again.id == first.id
    headers = again.last_response.headers  # type: ignore[union-attr]
    assert headers["idempotent-replayed"] == "true"
    assert headers["original-request"] == first.last_response.request_id  # type: ignore[union-attr]
    assert len(stripes.v1.charges.list().data) == 1


def test_a_decline_is_kept_under_its_key_too(stripes: Stripes):
    def charge() -> None:
        params: Any = INTENT | {"payment_method": "pm_card_chargeDeclined", "confirm": True,
                                "return_url": "http://shop.example/back"}  # fmt: skip
        stripes.v1.payment_intents.create(params, {"idempotency_key": "pi:att_2"})

    first, again = refused(charge), refused(charge)

    assert isinstance(again, stripe.CardError)
    assert again.error.payment_intent.id == first.error.payment_intent.id  # type: ignore[union-attr]
    assert len(stripes.v1.charges.list().data) == 1


def test_the_same_key_for_something_else_is_refused(stripes: Stripes):
    key: Any = {"idempotency_key": "cus:1"}
    stripes.v1.customers.create({"email": "cleo@harbour.example"}, key)

    other = refused(lambda: stripes.v1.customers.create({"email": "carl@kiln.example"}, key))
    elsewhere = refused(lambda: stripes.v1.payment_intents.create(INTENT, key))  # type: ignore[arg-type]

    for error in (other, elsewhere):
        assert isinstance(error, stripe.IdempotencyError)
        assert error.http_status == 400
    assert "for the same endpoint" in str(elsewhere.user_message)


def test_a_refused_parameter_leaves_its_key_free(stripes: Stripes):
    key: Any = {"idempotency_key": "cus:2"}
    refused(lambda: stripes.v1.customers.create({"sauce": "hot"}, key))  # type: ignore[typeddict-unknown-key]

    assert stripes.v1.customers.create({"email": "cleo@harbour.example"}, key).id


def test_a_key_is_forgotten_after_a_day(stripes: Stripes):
    key: Any = {"idempotency_key": "cus:3"}
    first = stripes.v1.customers.create({"email": "cleo@harbour.example"}, key)

    stripes.pass_time(hours=25)

    assert stripes.v1.customers.create({"email": "cleo@harbour.example"}, key).id != first.id


def test_a_key_that_is_being_worked_on_is_a_conflict(stripes: Stripes):
    stripes.set_mood("slow_before", value="1")
    key: Any = {"idempotency_key": "cus:4"}
    made: list[stripe.Customer] = []
    first = threading.Thread(
        target=lambda: made.append(stripes.v1.customers.create({"email": "a@b.example"}, key))
    )
    first.start()
    while not _is_kept(stripes, "cus:4"):
        pass

    error = refused(lambda: stripes.v1.customers.create({"email": "a@b.example"}, key))

    first.join()
    assert error.http_status == 409
    again = stripes.v1.customers.create({"email": "a@b.example"}, key)
    assert again.id == made[0].id


def test_two_at_once_with_one_key_charge_once(stripes: Stripes):
    key: Any = {"idempotency_key": "pi:att_9"}
    params: Any = INTENT | {"payment_method": "pm_card_visa", "confirm": True,
                            "return_url": "http://shop.example/back"}  # fmt: skip
    seen: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: seen.append(stripes.v1.payment_intents.create(params, key).id)
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert len(stripes.v1.charges.list().data) == 1


def _is_kept(stripes: Stripes, key: str) -> bool:
    with stripes.simulated.store.reading() as connection:
        asked = "SELECT 1 FROM answers WHERE key = ?"
        return connection.execute(asked, (key,)).fetchone() is not None
