"""The hosted pages: a person pays, fails, tries again, saves, transfers, or goes away."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import stripe

from tests.stripes import Stripes

VISA, DECLINED, PROOF = "4242424242424242", "4000000000000002", "4000002760003184"


def session_of(stripes: Stripes, shown: str, *expand: str) -> Any:
    return stripes.v1.checkout.sessions.retrieve(shown, {"expand": list(expand)})


def pay(stripes: Stripes, session: Any, kind: str = "card", number: str = VISA, **more: str) -> str:
    """Submit the page and tell where it leads."""
    answer = stripes.submit(session.url, **{"pay_with": kind, kind: number, **more})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def back(session: Any) -> str:
    return f"http://shop.example/back?s={session.id}"


def test_a_page_says_that_it_is_simulated_and_what_is_paid(stripes: Stripes):
    page = stripes.look(stripes.session().url)

    assert page.startswith("Simulated. This page stands in for Stripe.")
    assert "Pay USD 123.45" in page
    assert "Invoice INV-1" in page
    assert "4000 0000 0000 9995 · Has insufficient funds" in page


def test_the_title_of_the_panel_names_the_simulated_stripe_once(stripes: Stripes):
    answer = stripes.browser.get(f"{stripes.base}/")

    assert "<title>Panel · Simulated Stripe</title>" in answer.text


def test_every_page_is_marked_works_without_scripts_and_is_kept_by_nobody(stripes: Stripes):
    session, intent = stripes.session(), stripes.charged("pm_card_authenticationRequired")
    charge = stripes.charged().latest_charge
    pages = ["/", f"/c/pay/{session.id}", f"/authenticate/{intent.id}", f"/receipt/{charge}",
             f"/transfer/{intent.id}", "/done", "/c/pay/cs_test_nothing"]  # fmt: skip

    for path in pages:
        answer = stripes.browser.get(stripes.base + path)
        assert "Simulated." in answer.text, path
        assert "<script" not in answer.text
        assert "width=device-width" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_a_card_pays_and_the_page_leads_back(stripes: Stripes):
    session = stripes.session(
        client_reference_id="att_42",
        payment_intent_data={"description": "INV-1", "metadata": {"attempt": "att_42"}},
        metadata={"attempt": "att_42"},
    )
    assert session.payment_intent is None

    assert pay(stripes, session) == back(session)

    done = session_of(stripes, session.id, "payment_intent.latest_charge")
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert done.payment_intent.metadata.attempt == "att_42"
    assert done.payment_intent.latest_charge.paid
    assert done.customer_details.email == "cleo@harbour.example"
    assert "You are all done here" in stripes.look(session.url)


def test_a_declined_card_is_tried_again_on_the_same_page(stripes: Stripes):
    session = stripes.session()

    assert pay(stripes, session, number=DECLINED) == session.url
    assert "Your card was declined. Nothing was charged." in stripes.look(session.url)
    assert session_of(stripes, session.id).status == "open"
    assert pay(stripes, session) == back(session)

    done = session_of(stripes, session.id, "payment_intent")
    assert done.payment_intent.status == "succeeded"
    charges = stripes.v1.charges.list({"payment_intent": done.payment_intent.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


def test_a_page_that_was_paid_cannot_be_paid_again(stripes: Stripes):
    session = stripes.session()
    pay(stripes, session)

    assert pay(stripes, session) == session.url

    assert len(stripes.v1.charges.list().data) == 1


def test_the_bank_may_ask_for_proof_in_between(stripes: Stripes):
    session = stripes.session()

    page = pay(stripes, session, number=PROOF)
    assert "/authenticate/" in page
    assert "USD 123.45" in stripes.look(page)
    failed = stripes.submit(page, proven="no").headers["location"]
    assert failed == session.url
    assert "unable to authenticate" in stripes.look(session.url)
    page = pay(stripes, session, number=PROOF)

    assert stripes.submit(page, proven="yes").headers["location"] == back(session)
    assert session_of(stripes, session.id).payment_status == "paid"


def test_whoever_closes_the_page_during_the_proof_leaves_it_open(stripes: Stripes):
    session = stripes.session()
    pay(stripes, session, number=PROOF)

    stripes.pass_time(hours=25)

    expired = session_of(stripes, session.id, "payment_intent")
    assert expired.status == "expired"
    assert expired.payment_intent.status == "canceled"
    assert "expired. Nothing was charged" in stripes.look(session.url)


@pytest.mark.parametrize(
    ("kind", "number", "currency"),
    [
        ("us_bank_account", "000123456789", "usd"),
        ("sepa_debit", "DE89370400440532013000", "eur"),
        ("bacs_debit", "00012345", "gbp"),
        ("au_becs_debit", "000123456", "aud"),
    ],
)
def test_the_currency_decides_which_debit_is_offered_and_it_clears_later(
    stripes: Stripes, kind: str, number: str, currency: str
):
    session = stripes.session(currency=currency)
    assert session.payment_method_types == ["card", kind]

    assert pay(stripes, session, kind, number) == back(session)
    assert session_of(stripes, session.id).payment_status == "unpaid"
    stripes.pass_time(days=7)

    assert session_of(stripes, session.id).payment_status == "paid"
    heard = stripes.heard()
    assert heard.index("checkout.session.completed") < heard.index(
        "checkout.session.async_payment_succeeded"
    )


def test_a_debit_of_a_page_can_fail_later(stripes: Stripes):
    session = stripes.session()
    pay(stripes, session, "us_bank_account", "000222222227")

    stripes.pass_time(days=7)

    assert "checkout.session.async_payment_failed" in stripes.heard()
    assert session_of(stripes, session.id).payment_status == "unpaid"


def test_a_method_is_saved_only_with_consent(stripes: Stripes):
    customer = stripes.customer().id
    asks = {"payment_method_save": "enabled"}
    without, with_ = (
        stripes.session(customer=customer, saved_payment_method_options=asks) for _ in range(2)
    )
    box = re.search(r"<input[^>]*checkbox[^>]*>", stripes.browser.get(with_.url).text)
    assert box
    assert "checked" not in box[0]

    pay(stripes, without)
    assert stripes.v1.customers.payment_methods.list(customer).data == []
    pay(stripes, with_, save="yes")

    [method] = stripes.v1.customers.payment_methods.list(customer).data
    assert method.allow_redisplay == "always"
    third = stripes.session(customer=customer)
    assert "Saved: Visa ending in 4242" in stripes.look(third.url)
    answer = stripes.submit(third.url, pay_with=method.id)
    assert answer.headers["location"] == back(third)


def test_saved_methods_of_others_and_hidden_ones_are_not_shown(stripes: Stripes):
    cleo, carl = stripes.customer().id, stripes.customer().id
    kept = stripes.session(customer=cleo, payment_intent_data={"setup_future_usage": "off_session"})
    assert "you allow us to charge this method" in stripes.look(kept.url)
    pay(stripes, kept)
    [method] = stripes.v1.customers.payment_methods.list(cleo).data
    assert method.allow_redisplay == "limited"

    for customer in (cleo, carl):
        session = stripes.session(customer=customer)
        assert "Saved:" not in stripes.look(session.url)
        answer = stripes.submit(session.url, pay_with=method.id)
        assert answer.headers["location"].endswith("said=method")


def test_a_method_can_be_saved_without_paying(stripes: Stripes):
    customer = stripes.customer().id
    session: Any = stripes.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "aud",
            "customer": customer,
            "success_url": "http://shop.example/back?s={CHECKOUT_SESSION_ID}",
        }
    )
    assert "Save a payment method" in stripes.look(session.url)

    assert pay(stripes, session, "au_becs_debit", "000123456") == back(session)

    done = session_of(stripes, session.id, "setup_intent")
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.setup_intent.status == "succeeded"
    [method] = stripes.v1.customers.payment_methods.list(customer).data
    assert method.id == done.setup_intent.payment_method


def test_a_transfer_is_instructed_and_arrives_in_parts(stripes: Stripes):
    customer = stripes.customer().id
    transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}}
    options = {"funding_type": "bank_transfer", "bank_transfer": transfer}
    session = stripes.session(
        customer=customer,
        currency="eur",
        allowed_payment_method_types=["customer_balance"],
        payment_method_options={"customer_balance": options},
    )

    assert "Show the account" in stripes.look(session.url)
    page = pay(stripes, session, "customer_balance")
    told = stripes.look(page)
    assert "Amount EUR 123.45" in told
    assert "IBAN DE" in told
    assert "BIC SIMUDE00XXX" in told
    stripes.submit(page, amount="100.00")
    assert "Amount EUR 23.45" in stripes.look(page)
    assert session_of(stripes, session.id).payment_status == "unpaid"
    stripes.submit(page, amount="23.45")

    assert session_of(stripes, session.id).payment_status == "paid"
    assert "checkout.session.async_payment_succeeded" in stripes.heard()


def test_a_page_that_was_expired_takes_nothing_any_more(stripes: Stripes):
    session = stripes.session()
    pay(stripes, session, number=DECLINED)

    stripes.v1.checkout.sessions.expire(session.id)

    assert pay(stripes, session) == session.url
    assert session_of(stripes, session.id, "payment_intent").payment_intent.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="has a status of expired"):
        stripes.v1.checkout.sessions.expire(session.id)


def test_the_intent_of_a_page_is_the_pages_own(stripes: Stripes):
    session = stripes.session()
    pay(stripes, session, number=DECLINED)
    intent = session_of(stripes, session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        stripes.v1.payment_intents.cancel(intent)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"success_url": None}, "success_url"),
        ({"line_items": None}, "line_items"),
        ({"customer_email": None, "saved_payment_method_options": {
            "payment_method_save": "enabled"}}, "customer"),
        ({"expires_at": 60}, "expires_at"),
        ({"expires_at": 90_000}, "expires_at"),
        ({"mode": "subscription"}, "mode"),
        ({"shipping_address_collection": {"allowed_countries": ["AU"]}},
         "shipping_address_collection[allowed_countries]"),
    ],
)  # fmt: skip
def test_a_page_that_stripe_would_not_open_is_refused(stripes: Stripes, params: Any, param: str):
    if "expires_at" in params:
        params = {"expires_at": int(time.time()) + params["expires_at"]}

    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripes.session(**params)

    assert caught.value.param == param


def test_a_form_from_elsewhere_or_without_a_choice_pays_nothing(stripes: Stripes):
    session = stripes.session(customer_email=None)
    form = {"pay_with": "card", "card": VISA, "email": "cleo@harbour.example"}

    foreign = stripes.browser.post(
        session.url, data=form, headers={"Origin": "http://evil.example"}
    )
    assert foreign.status_code == 403
    assert stripes.submit(session.url).headers["location"].endswith("said=email")
    nothing = stripes.submit(session.url, email="cleo@harbour.example")
    assert nothing.headers["location"].endswith("said=method")
    assert "Please choose how to pay" in stripes.look(nothing.headers["location"])
    paper = stripes.submit(session.url, pay_with="klarna", email="cleo@harbour.example")
    assert paper.headers["location"].endswith("said=method")

    assert stripes.v1.charges.list().data == []


def test_what_was_typed_is_never_shown_as_markup(stripes: Stripes):
    price = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "<img src=x>"}}

    session = stripes.session(
        line_items=[{"quantity": 1, "price_data": price}], cancel_url="javascript:alert(1)"
    )

    page = stripes.browser.get(session.url).text
    assert "<img" not in page
    assert "javascript:" not in page
