"""News: believed when they are signed, and asked for when they were not delivered."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stripe

from billing_app.gateways.news import News
from billing_app.gateways.refusals import Forged
from billing_app.gateways.stripe.adapter import StripeGateway, connect_stripe
from billing_app.kernel.clock import clock
from billing_app.kernel.secret import Secret
from tests.asking import asked, cleo, opened, pay
from tests.stripes import Stripes

OLD, NEW = "whsec_old_secret", "whsec_new_secret"
BODY = (
    '{"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": 1763000000,'
    ' "livemode": false, "data": {"object": {"id": "pi_1", "object": "payment_intent",'
    ' "customer": "cus_9", "metadata": {"organization": "org_1", "attempt": "att_1"}}}}'
)


def signed(body: str, secret: str) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret)


def with_secrets(stripes: Stripes, secrets: str) -> StripeGateway:
    settings = replace(stripes.settings, stripe_webhook_secret=Secret(secrets))
    connected = connect_stripe(settings)
    assert connected is not None
    return connected


def heard(gateway: StripeGateway, stripes: Stripes) -> list[News]:
    stripes.pump()
    return [gateway.hear(body, signature) for body, signature in stripes.received]


def test_news_tell_what_changed_and_whose_it_is(gateway: StripeGateway):
    secret = gateway_secret(gateway)

    news = gateway.hear(BODY.encode(), signed(BODY, secret))

    assert news == News(
        reference="evt_1",
        kind="payment_intent.succeeded",
        about="pi_1",
        live=False,
        happened_at=datetime.fromtimestamp(1_763_000_000, UTC),
        organization="org_1",
        payment="pi_1",
        related=("pi_1", "cus_9"),
    )


def gateway_secret(gateway: StripeGateway) -> str:
    return gateway._secrets[0].reveal()


@pytest.mark.parametrize("between", [",", " ", ", ", "\n"])
def test_while_a_secret_is_changed_both_are_believed(stripes: Stripes, between: str):
    gateway = with_secrets(stripes, f"{OLD}{between}{NEW}")

    for secret in (OLD, NEW):
        assert gateway.hear(BODY.encode(), signed(BODY, secret)).reference == "evt_1"
    with pytest.raises(Forged):
        gateway.hear(BODY.encode(), signed(BODY, f"{OLD}{between}{NEW}"))


def test_without_a_secret_nothing_is_believed(stripes: Stripes):
    gateway = with_secrets(stripes, "")

    for signature in (signed(BODY, ""), signed(BODY, OLD), ""):
        with pytest.raises(Forged):
            gateway.hear(BODY.encode(), signature)


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY, ""),
        (BODY, "nonsense"),
        (BODY, "t=,v1="),
        (BODY, signed(BODY, OLD)),
        (BODY.replace("pi_1", "pi_2"), signed(BODY, NEW)),
        ("", signed("", NEW)),
        ("[]", signed("[]", NEW)),
        ("null", signed("null", NEW)),
        ("{}", signed("{}", NEW)),
        ("no json", signed("no json", NEW)),
        ('{"object": "v2.core.event"}', signed('{"object": "v2.core.event"}', NEW)),
    ],
    ids=[
        "unsigned",
        "nonsense",
        "empty",
        "another secret",
        "changed",
        "nothing",
        "a list",
        "null",
        "no event",
        "no json",
        "an event of the other kind",
    ],
)
def test_what_stripe_did_not_sign_or_would_not_send_is_forged(
    stripes: Stripes, body: str, signature: str
):
    with pytest.raises(Forged):
        with_secrets(stripes, NEW).hear(body.encode(), signature)


def test_bytes_that_are_no_text_are_forged(stripes: Stripes):
    with pytest.raises(Forged):
        with_secrets(stripes, NEW).hear(b"\xff\xfe", signed("x", NEW))


def test_news_that_were_signed_long_ago_are_forged(stripes: Stripes):
    ago = int(time.time()) - 301
    stale = stripe.WebhookSignature.generate_signature_header(BODY, NEW, ago)

    with pytest.raises(Forged):
        with_secrets(stripes, NEW).hear(BODY.encode(), stale)


@pytest.mark.parametrize("mood", ["mis_signed", "stale"])
def test_news_from_elsewhere_are_not_believed(gateway: StripeGateway, stripes: Stripes, mood: str):
    stripes.set_mood(mood)
    stripes.charged()
    stripes.pump()
    body, signature = stripes.received[0]

    with pytest.raises(Forged):
        gateway.hear(body, signature)


def test_a_payment_on_a_page_is_known_by_all_of_its_news(gateway: StripeGateway, stripes: Stripes):
    payer = cleo(gateway)
    page = opened(gateway, asked(payer=payer))
    pay(stripes, page)
    payment = gateway.look_at_page(page.session).told.payment

    by_kind = {news.kind: news for news in heard(gateway, stripes)}

    completed = by_kind["checkout.session.completed"]
    assert (completed.about, completed.payment) == (page.session, payment)
    assert set(completed.related) == {payment, payer}
    charged = by_kind["charge.succeeded"]
    assert charged.payment == payment
    for news in (completed, charged, by_kind["payment_intent.succeeded"]):
        assert news.organization == "org_1"
        assert not news.live


def test_news_of_another_mode_say_so(gateway: StripeGateway, stripes: Stripes):
    stripes.set_mood("other_mode", times="forever")
    stripes.charged()

    assert all(news.live for news in heard(gateway, stripes))


def test_money_that_is_transferred_is_known_by_the_payment_it_is_used_for(
    gateway: StripeGateway, stripes: Stripes
):
    payer = cleo(gateway)
    stripes.v1.test_helpers.customers.fund_cash_balance(payer, {"amount": 5_000, "currency": "usd"})

    funded = [news for news in heard(gateway, stripes) if "cash_balance" in news.kind]

    assert [(news.payment, news.related) for news in funded] == [("", (payer,))]


def test_news_that_never_came_are_found_on_the_list(gateway: StripeGateway, stripes: Stripes):
    since = clock.now().replace(microsecond=0)
    stripes.set_mood("missing", times="forever")
    page = opened(gateway, asked(payer=cleo(gateway)), saves=True)
    pay(stripes, page, save="yes")
    assert heard(gateway, stripes) == []

    found = {news.kind: news for news in gateway.news_since(since)}

    assert set(found) == {
        "checkout.session.completed",
        "payment_intent.succeeded",
        "payment_method.attached",
    }
    assert found["checkout.session.completed"].about == page.session


def test_the_list_of_news_is_read_to_its_end_and_from_its_beginning(
    gateway: StripeGateway, stripes: Stripes
):
    stripes.charged()
    stripes.pass_time(hours=1)
    since = clock.now().replace(microsecond=0)
    for _ in range(51):
        payment = stripes.charged()
        stripes.v1.refunds.create({"payment_intent": payment.id, "amount": 100})

    kinds = [news.kind for news in gateway.news_since(since)]

    assert kinds.count("payment_intent.succeeded") == 51
    assert kinds.count("refund.created") == 51
    assert kinds.count("charge.refunded") == 51
