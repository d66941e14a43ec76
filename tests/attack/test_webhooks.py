"""AT49–AT51: news that is forged, news that does not fit, and too much of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from starlette.applications import Starlette

from billing_app import config
from billing_app.access import installation as installed
from billing_app.access.database import Database
from billing_app.api import stripe_webhook
from billing_app.api.rates import Limits, Rate
from billing_app.config import Secret
from billing_app.kernel.money import Money
from tests.news import Message, Newsroom
from tests.servers import LINK_KEY, PLAIN, Site
from tests.stripes import WEBHOOKS, open_stripes
from tests.unit.api.calls import ask, edge, house
from tests.world import World

MEGABYTE = 1024 * 1024


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def paid(newsroom: Newsroom) -> Message:
    """News of a payment of ours, as the gateway sent it."""
    newsroom.pays_on_page(newsroom.invoice(110_00))
    return newsroom.sent()[-1]


def signed(newsroom: Newsroom, body: bytes, *, secret: str = "", ago_s: int = 0) -> Message:
    known = newsroom.stripes.settings.stripe_webhook_secret.reveal()
    header = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret or known, timestamp=int(time.time()) - ago_s
    )
    return body, header


def assert_refused(newsroom: Newsroom, *messages: Message) -> None:
    for message in messages:
        answer = newsroom.bring(message)
        assert (answer.status, b"Nothing was kept" in answer.body) == (400, True)
    assert newsroom.count_kept([each for each in messages if each[0].startswith(b"{")]) == 0
    assert newsroom.owed() == []


def test_at49_news_that_nobody_signed_is_not_kept(newsroom: Newsroom):
    body, signature = paid(newsroom)

    assert_refused(
        newsroom,
        (body, ""),
        (body, "t=1,v1="),
        (body, "nonsense"),
        (body, "t=é,v1=\x7f"),
        (body, signature.replace("v1=", "v0=")),
        (body, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
    )


def test_at49_news_that_was_changed_on_the_way_is_not_kept(newsroom: Newsroom):
    body, signature = paid(newsroom)

    assert_refused(
        newsroom,
        (body.replace(b"11000", b"10000"), signature),
        (body + b" ", signature),
        (b"", signature),
        (b"\xff\xfe", signature),
    )


@pytest.mark.parametrize("mood", ["mis_signed", "stale", "other_mode"])
def test_at49_news_under_another_secret_of_long_ago_or_of_another_mode_is_not_kept(
    newsroom: Newsroom, mood: str
):
    newsroom.stripes.set_mood(mood, times="forever")

    paid(newsroom)

    assert_refused(newsroom, *newsroom.sent())


def test_at49_a_signature_serves_for_five_minutes_only(newsroom: Newsroom):
    body, _ = paid(newsroom)

    assert_refused(newsroom, signed(newsroom, body, ago_s=301))
    assert newsroom.bring(signed(newsroom, body, ago_s=290)).status == 200


def test_at49_a_replay_is_answered_and_kept_once(newsroom: Newsroom):
    message = paid(newsroom)

    answers = [newsroom.bring(message).status for _ in range(3)]

    assert answers == [200, 200, 200]
    assert newsroom.count_kept([message]) == 1
    assert len(newsroom.owed()) == 1


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"object": "event"}', b"\x00", b"no"])
def test_at49_what_is_signed_and_no_news_is_not_kept(newsroom: Newsroom, body: bytes):
    assert newsroom.bring(signed(newsroom, body)).status == 400
    assert newsroom.owed() == []


@pytest.mark.parametrize("environ", [{}, {"STRIPE_SECRET_KEY": "sk_test_of_ours"}])
def test_at49_without_a_gateway_or_its_secret_all_news_is_forged(
    newsroom: Newsroom, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    body, signature = paid(newsroom)
    settings = config.load({"QUITTANCE_HOME": "/nowhere", "LINK_KEY": LINK_KEY} | environ)
    monkeypatch.setattr(installed, "_installation", [replace(newsroom.place, settings=settings)])

    assert_refused(newsroom, (body, signature), signed(newsroom, body, secret="whsec_"))


def test_news_is_not_lost_while_the_database_is_away(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
):
    message = paid(newsroom)
    away = Database(Secret("postgresql+psycopg://127.0.0.1:1/nothing?connect_timeout=1"))
    monkeypatch.setattr(installed, "_installation", [replace(newsroom.place, database=away)])

    answer = newsroom.bring(message)

    away.close()
    assert (answer.status, newsroom.count_kept([message])) == (503, 0)


@pytest.mark.parametrize(
    "told",
    [
        {"amount": 1_00},
        {"amount": 110_01},
        {"currency": "usd"},
        {"customer": "somebody else's"},
    ],
    ids=lambda told: next(iter(told)),
)
def test_at50_money_that_does_not_fit_is_put_aside_and_posts_nothing(
    newsroom: Newsroom, told: dict[str, Any]
):
    invoice = newsroom.invoice(110_00)
    begun = newsroom.begin(invoice)
    before = newsroom.postings()
    labels = {"attempt": begun.asked.attempt, "organization": newsroom.world.harbour}
    said = {"amount": 110_00, "currency": "aud", "metadata": labels} | told
    if "customer" in told:
        said["customer"] = newsroom.stripes.customer().id
        newsroom.know(newsroom.world.bellweather, said["customer"])
    newsroom.stripes.charged(**said)

    for message in newsroom.sent():
        assert newsroom.bring(message).status == 200
    newsroom.apply()

    assert {verdict for _, verdict in newsroom.heard(begun)} == {"quarantined"}
    assert newsroom.postings() == before
    assert newsroom.of(invoice, "still_to_pay_minor") == 110_00
    assert Money(110_00, "AUD") == begun.asked.amount


@pytest.mark.parametrize("announced", [True, False])
def test_at51_news_of_five_megabytes_is_not_read(newsroom: Newsroom, announced: bool):
    headers = [("content-length", str(5 * MEGABYTE))] if announced else []
    parts = [b"{" * MEGABYTE] * 5

    answer = ask(newsroom.door, WEBHOOKS, *headers, method="POST", body=parts)

    assert answer.status == 413


def test_at51_a_thousand_pieces_a_second_from_one_address_are_capped(newsroom: Newsroom):
    limits = Limits(news=Rate(burst=20, per_second=0.001))
    routes = stripe_webhook.routes(WEBHOOKS, limits)
    door = edge(
        Starlette(routes=routes),
        settings=house(TRUSTED_PROXY_HOPS="1"),
        exempt=frozenset({WEBHOOKS}),
    )
    body, signature = paid(newsroom)

    def bring(address: str, signature: str) -> int:
        headers = [("x-forwarded-for", address), ("stripe-signature", signature)]
        return ask(door, WEBHOOKS, *headers, method="POST", body=[body]).status

    flood = Counter(bring("203.0.113.9", "t=1,v1=0") for _ in range(100))

    assert flood == {400: 20, 429: 80}
    assert bring("203.0.113.10", signature) == 200


def test_the_door_for_news_is_open_for_news_alone(site: Site):
    address = site.base + WEBHOOKS

    unsigned = httpx.post(address, content=b"{}", verify=PLAIN)
    beside = httpx.post(f"{address}/x", content=b"{}", verify=PLAIN)
    looked = httpx.get(address, verify=PLAIN)

    assert (unsigned.status_code, beside.status_code) == (400, 403)
    assert looked.status_code in {404, 405}
    assert "set-cookie" not in unsigned.headers
