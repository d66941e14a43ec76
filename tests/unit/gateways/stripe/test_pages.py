"""The page: what is asked for, who can pay how, and how it stands at each moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import stripe

from billing_app.gateways.payments import Saved, Stage, Told, Way
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.gateways.stripe.payments import on_page
from billing_app.kernel.money import Money
from tests.asking import (
    BACK,
    DECLINED,
    GIVEN_UP,
    PROOF,
    SUM,
    US_ACCOUNT,
    asked,
    charges,
    cleo,
    opened,
    pay,
    requests,
    saved_card,
)
from tests.stripes import Stripes

NO_CARD = (
    "The bank declined this payment. Nothing was charged. Please pay another way, or ask the bank"
    " why."
)


def session(stripes: Stripes, shown: str) -> Any:
    return stripes.v1.checkout.sessions.retrieve(shown)


def test_a_page_asks_for_exactly_this_and_carries_our_ids(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway)

    ours = {
        "attempt": "att_1",
        "organization": "org_1",
        "customer": "cus_1",
        "documents": "inv_1",
    }
    key, sent = requests(stripes, "/v1/checkout/sessions")[0]
    assert key == "cs:att_1"
    assert sent.pop("expires_at") == session(stripes, page.session).expires_at
    assert sent == {
        "mode": "payment",
        "client_reference_id": "att_1",
        "metadata": ours,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 12_345,
                    "product_data": {"name": "Invoice INV-1 from Harbour"},
                },
            }
        ],
        "payment_intent_data": {"description": "Invoice INV-1 from Harbour", "metadata": ours},
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "success_url": "http://shop.example/back?s={CHECKOUT_SESSION_ID}",
        "cancel_url": GIVEN_UP,
    }


def test_a_page_that_nobody_has_submitted_waits_and_has_no_payment(gateway: StripeGateway):
    page = opened(gateway)

    assert page.is_open
    assert page.url.endswith(page.session)
    told = page.told
    assert (told.stage, told.session, told.payment) == (Stage.REQUIRES_ACTION, page.session, "")
    assert (told.attempt, told.organization, told.amount) == ("att_1", "org_1", SUM)
    assert not told.live


def test_asked_again_it_is_the_same_page_and_says_how_it_stands_by_now(
    gateway: StripeGateway, stripes: Stripes
):
    page = opened(gateway)
    pay(stripes, page)

    again = gateway.open_page(
        asked(),
        saves=False,
        back=BACK,
        closes_at=datetime.fromtimestamp(session(stripes, page.session).expires_at, UTC),
        given_up=GIVEN_UP,
    )

    assert again.session == page.session
    assert not again.is_open
    assert again.told.stage is Stage.SUCCEEDED
    assert len(stripes.v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("USD", ["card", "direct_debit", "bank_transfer"]),
        ("EUR", ["card", "direct_debit", "bank_transfer"]),
        ("GBP", ["card", "direct_debit", "bank_transfer"]),
        ("AUD", ["card", "direct_debit"]),
        ("JPY", ["card", "bank_transfer"]),
        ("MXN", ["card", "bank_transfer"]),
        ("NZD", ["card"]),
        ("UGX", []),
    ],
)
def test_the_currency_decides_the_ways_of_paying(
    gateway: StripeGateway, currency: str, expected: list[str]
):
    assert [way.value for way in gateway.ways(currency)] == expected


@pytest.mark.parametrize(
    ("currency", "way", "kind"),
    [
        ("AUD", Way.CARD, "card"),
        ("AUD", Way.DIRECT_DEBIT, "au_becs_debit"),
        ("EUR", Way.DIRECT_DEBIT, "sepa_debit"),
        ("GBP", Way.DIRECT_DEBIT, "bacs_debit"),
        ("USD", Way.DIRECT_DEBIT, "us_bank_account"),
        ("EUR", Way.BANK_TRANSFER, "customer_balance"),
        ("GBP", Way.BANK_TRANSFER, "customer_balance"),
        ("JPY", Way.BANK_TRANSFER, "customer_balance"),
        ("MXN", Way.BANK_TRANSFER, "customer_balance"),
        ("USD", Way.BANK_TRANSFER, "customer_balance"),
    ],
)
def test_a_page_shows_the_chosen_way_and_no_other(
    gateway: StripeGateway, stripes: Stripes, currency: str, way: Way, kind: str
):
    page = opened(gateway, asked(amount=Money(9_000, currency), way=way))

    assert session(stripes, page.session).payment_method_types == [kind]


def test_a_way_that_the_currency_does_not_have_is_refused_before_anything_is_sent(
    gateway: StripeGateway, stripes: Stripes
):
    with pytest.raises(GatewayRefusal, match="not there for AUD") as refused:
        opened(gateway, asked(amount=Money(9_000, "AUD"), way=Way.BANK_TRANSFER))

    assert refused.value.code == "way_not_offered"
    assert requests(stripes, "/v1/*") == []


def test_a_page_of_a_pay_link_shows_nothing_saved_and_no_address(
    gateway: StripeGateway, stripes: Stripes
):
    saved_card(gateway, stripes)

    page = opened(gateway, asked(email=""))

    assert session(stripes, page.session).customer is None
    shown = stripes.look(page.url)
    assert "ending in 4242" not in shown
    assert "cleo@harbour.example" not in shown


def test_a_page_of_a_customer_who_signed_in_shows_what_they_saved(
    gateway: StripeGateway, stripes: Stripes
):
    payer, _ = saved_card(gateway, stripes)

    page = opened(gateway, asked(payer=payer))

    assert "Visa ending in 4242" in stripes.look(page.url)
    assert session(stripes, page.session).customer == payer


def test_the_receipt_goes_where_it_was_asked_to_go(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway, asked(email="pay@harbour.example"))

    assert session(stripes, page.session).customer_email == "pay@harbour.example"
    _, sent = requests(stripes, "/v1/checkout/sessions")[0]
    assert sent["payment_intent_data"]["receipt_email"] == "pay@harbour.example"


def test_a_card_pays_and_all_of_it_is_told(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway, asked(payer=(payer := cleo(gateway))))

    assert pay(stripes, page) == f"http://shop.example/back?s={page.session}"

    told = gateway.look_at_page(page.session).told
    assert (told.stage, told.amount, told.fee) == (Stage.SUCCEEDED, SUM, Money(388, "USD"))
    assert (told.attempt, told.organization, told.payer) == ("att_1", "org_1", payer)
    assert told.instrument == "Visa •••• 4242"
    assert told.session == page.session
    assert told.payment.startswith("pi_")
    assert told.happened_at is not None
    assert (told.saved, told.failure, told.taken_back) == (None, "", None)
    assert gateway.look_at_payment(told.payment).stage is Stage.SUCCEEDED


def test_a_declined_card_is_a_try_while_the_page_is_open(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway)
    pay(stripes, page, DECLINED)

    tried = gateway.look_at_page(page.session)

    assert tried.is_open
    assert (tried.told.stage, tried.told.failure) == (Stage.REQUIRES_ACTION, NO_CARD)
    assert tried.told.failure_code == "generic_decline"
    by_payment = gateway.look_at_payment(tried.told.payment)
    assert (by_payment.stage, by_payment.session) == (Stage.REQUIRES_ACTION, page.session)
    pay(stripes, page)
    assert gateway.look_at_page(page.session).told.stage is Stage.SUCCEEDED
    assert charges(stripes) == 1


def test_a_page_that_closes_by_itself_ends_what_was_tried_on_it(
    gateway: StripeGateway, stripes: Stripes
):
    untouched, tried = opened(gateway), opened(gateway, asked("att_2"))
    pay(stripes, tried, DECLINED)

    stripes.pass_time(hours=2)

    for page in (untouched, tried):
        now = gateway.look_at_page(page.session)
        assert not now.is_open
        assert now.told.stage is Stage.CANCELED


def test_a_page_that_closed_gives_up_what_was_still_open_behind_it():
    closed = stripe.checkout.Session.construct_from({"id": "cs_1", "status": "expired"}, "")

    for stage in (Stage.REQUIRES_ACTION, Stage.FAILED):
        assert on_page(Told(stage=stage), closed).stage is Stage.CANCELED
    for stage in (Stage.PROCESSING, Stage.SUCCEEDED):
        assert on_page(Told(stage=stage), closed).stage is stage


def test_a_page_is_closed_and_closing_it_again_is_fine(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway)

    for closed in (gateway.close_page(page.session), gateway.close_page(page.session)):
        assert not closed.is_open
        assert closed.told.stage is Stage.CANCELED


def test_a_page_that_was_completed_first_stays_completed(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway)
    pay(stripes, page)

    closed = gateway.close_page(page.session)

    assert not closed.is_open
    assert closed.told.stage is Stage.SUCCEEDED


def test_a_payer_whom_the_bank_asks_for_proof_is_waited_for(
    gateway: StripeGateway, stripes: Stripes
):
    page = opened(gateway)
    at_the_bank = pay(stripes, page, PROOF)

    assert gateway.look_at_page(page.session).told.stage is Stage.REQUIRES_ACTION
    stripes.submit(at_the_bank, proven="no")
    refused = gateway.look_at_page(page.session).told
    assert refused.stage is Stage.REQUIRES_ACTION
    assert "make sure that it was the owner of the card" in refused.failure
    stripes.submit(pay(stripes, page, PROOF), proven="yes")
    assert gateway.look_at_page(page.session).told.stage is Stage.SUCCEEDED


def test_a_card_is_kept_only_if_its_owner_agrees(gateway: StripeGateway, stripes: Stripes):
    payer = cleo(gateway)
    kept, not_kept = (
        opened(gateway, asked(attempt, payer=payer), saves=True) for attempt in ("att_1", "att_2")
    )
    pay(stripes, kept, save="yes")
    pay(stripes, not_kept)

    saved = gateway.look_at_page(kept.session).told.saved

    assert isinstance(saved, Saved)
    assert (saved.kind, saved.words) == (Way.CARD, "Visa •••• 4242")
    assert saved.expires_on is not None
    assert (saved.expires_on.month, saved.expires_on.day) == (12, 31)
    assert saved.expires_on > date(2026, 1, 1)
    assert gateway.look_at_page(not_kept.session).told.saved is None
    assert gateway.saved_by(payer) == [saved]


def test_a_page_that_did_not_offer_to_keep_a_card_tells_of_none(
    gateway: StripeGateway, stripes: Stripes
):
    payer, method = saved_card(gateway, stripes)
    page = opened(gateway, asked(payer=payer))

    pay(stripes, page, save="yes")
    again = opened(gateway, asked("att_2", payer=payer))
    stripes.submit(again.url, pay_with=method)

    assert gateway.look_at_page(page.session).told.saved is None
    told = gateway.look_at_page(again.session).told
    assert (told.stage, told.saved) == (Stage.SUCCEEDED, None)


def test_a_debit_takes_days_and_then_has_come(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway, asked(way=Way.DIRECT_DEBIT))
    pay(stripes, page, US_ACCOUNT, "us_bank_account")

    under_way = gateway.look_at_page(page.session)
    assert not under_way.is_open
    assert (under_way.told.stage, under_way.told.fee) == (Stage.PROCESSING, None)
    stripes.pass_time(days=5)

    told = gateway.look_at_page(page.session).told
    assert (told.stage, told.fee) == (Stage.SUCCEEDED, Money(99, "USD"))
    assert told.instrument == "STRIPE TEST BANK •••• 6789"
    assert told.happened_at is not None
    assert under_way.told.happened_at is not None
    assert (told.happened_at - under_way.told.happened_at).days == 4


def test_a_debit_that_fails_in_the_end_has_failed_for_good(
    gateway: StripeGateway, stripes: Stripes
):
    page = opened(gateway, asked(way=Way.DIRECT_DEBIT))
    pay(stripes, page, "000111111113", "us_bank_account")
    stripes.pass_time(days=5)

    told = gateway.look_at_page(page.session).told

    assert told.stage is Stage.FAILED
    assert told.failure_code == "account_closed"
    assert "closed or does not exist. Nothing was charged" in told.failure
    assert gateway.look_at_payment(told.payment).stage is Stage.FAILED


def test_a_transfer_is_waited_for_and_needs_no_name(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway, asked(way=Way.BANK_TRANSFER))
    instructions = stripes.submit(
        page.url, pay_with="customer_balance", email="payer@harbour.example"
    ).headers["location"]

    waiting = gateway.look_at_page(page.session)
    assert not waiting.is_open
    assert waiting.told.stage is Stage.REQUIRES_ACTION
    assert (waiting.awaits_transfer, waiting.url) == (True, instructions)
    stripes.submit(instructions, amount="123.45", reference="INV-1")

    # The money waits for us, so that our own rules say what it pays.
    assert gateway.look_at_page(page.session).awaits_transfer
    assert gateway.untaken(waiting.told.payer) == [SUM]
    key, sent = requests(stripes, "/v1/customers")[0]
    assert key == "cus:att_1"
    assert sent == {"metadata": {"organization": "org_1", "customer": "cus_1"}}


def test_many_documents_are_named_as_far_as_there_is_room(gateway: StripeGateway, stripes: Stripes):
    documents = [f"inv_{number:026}" for number in range(40)]

    opened(gateway, asked(documents=documents))

    _, sent = requests(stripes, "/v1/checkout/sessions")[0]
    assert sent["metadata"]["documents"].split() == documents[:16]
