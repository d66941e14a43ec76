"""Charging what a customer saved, and what a payment becomes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_app.gateways.payments import Stage
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from tests.asking import (
    DECLINED,
    SUM,
    US_TAKEN_BACK,
    asked,
    charges,
    cleo,
    opened,
    pay,
    requests,
    saved_account,
    saved_card,
)
from tests.stripes import Stripes


def test_a_charge_is_prepared_and_only_then_made(gateway: StripeGateway, stripes: Stripes):
    payer, card = saved_card(gateway, stripes)
    before = charges(stripes)

    payment = gateway.begin_charge(asked(payer=payer), method=card)
    assert charges(stripes) == before
    told = gateway.confirm_charge("att_1", payment)

    assert charges(stripes) == before + 1
    assert (told.stage, told.payment, told.amount) == (Stage.SUCCEEDED, payment, SUM)
    assert (told.attempt, told.organization, told.payer) == ("att_1", "org_1", payer)
    assert (told.instrument, told.fee) == ("Visa •••• 4242", Money(388, "USD"))
    assert told.saved is None
    key, sent = requests(stripes, "/v1/payment_intents")[0]
    assert key == "pi:att_1"
    assert sent["metadata"] == {
        "attempt": "att_1",
        "organization": "org_1",
        "customer": "cus_1",
        "documents": "inv_1",
    }
    key, sent = requests(stripes, "/v1/payment_intents/*/confirm")[0]
    assert (key, sent["off_session"]) == ("pic:att_1:1", True)


def test_what_is_sent_twice_charges_once(gateway: StripeGateway, stripes: Stripes):
    payer, card = saved_card(gateway, stripes)
    before = charges(stripes)

    payments = {gateway.begin_charge(asked(payer=payer), method=card) for _ in range(2)}
    (payment,) = payments
    stages = [gateway.confirm_charge("att_1", payment).stage for _ in range(2)]

    assert stages == [Stage.SUCCEEDED, Stage.SUCCEEDED]
    assert charges(stripes) == before + 1


@pytest.mark.parametrize(
    ("card", "code", "later", "words"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline", False, "The bank declined this"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", True,
         "There was not enough money"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card", False, "The bank declined this"),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card", False, "The bank declined this"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", False, "This card has expired"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", False,
         "The number, the date or the security code"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", True,
         "The bank could not deal with this payment just now"),
        ("pm_card_authenticationRequired", "authentication_required", False,
         "The bank wants the owner of this card to confirm"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_bank_is_told_in_words_for_the_payer(
    gateway: StripeGateway, stripes: Stripes, card: str, code: str, later: bool, words: str
):
    payment = gateway.begin_charge(asked(payer=cleo(gateway)), method=card)

    told = gateway.confirm_charge("att_1", payment)

    assert (told.stage, told.payment, told.failure_code) == (Stage.FAILED, payment, code)
    assert told.may_be_retried == later
    assert told.needs_payer == (code == "authentication_required")
    assert told.failure.startswith(words)
    assert "Nothing was charged." in told.failure
    assert gateway.confirm_charge("att_1", payment) == told
    assert charges(stripes) == 0


def test_a_charge_that_was_made_under_another_key_is_looked_up(
    gateway: StripeGateway, stripes: Stripes
):
    payer, card = saved_card(gateway, stripes)
    payment = gateway.begin_charge(asked(payer=payer), method=card)
    gateway.confirm_charge("att_1", payment)
    before = charges(stripes)
    stripes.pass_time(hours=25)

    assert gateway.confirm_charge("att_1", payment).stage is Stage.SUCCEEDED
    assert charges(stripes) == before


def test_a_card_that_is_gone_cannot_be_charged(gateway: StripeGateway, stripes: Stripes):
    payer, card = saved_card(gateway, stripes)
    gateway.forget(card)

    with pytest.raises(GatewayRefusal, match="saved way of paying can no longer be used"):
        gateway.begin_charge(asked(payer=payer), method=card)


def test_a_debit_that_its_bank_takes_back_is_told_with_its_sum(
    gateway: StripeGateway, stripes: Stripes
):
    payer, account = saved_account(gateway, stripes, US_TAKEN_BACK)
    payment = gateway.begin_charge(asked(payer=payer), method=account)

    assert gateway.confirm_charge("att_1", payment).stage is Stage.PROCESSING
    stripes.pass_time(days=5)

    told = gateway.look_at_payment(payment)
    assert (told.stage, told.taken_back) == (Stage.SUCCEEDED, SUM)
    assert told.failure == "The payer's bank took this payment back after it had come in."
    assert told.failure_code == "debit_not_authorized"


def test_a_disputed_card_is_told_of_as_a_dispute_and_never_as_taken_back(
    gateway: StripeGateway, stripes: Stripes
):
    payment = gateway.begin_charge(asked(payer=cleo(gateway)), method="pm_card_createDispute")
    gateway.confirm_charge("att_1", payment)
    stripes.pump()

    [made] = stripes.v1.disputes.list({"payment_intent": payment}).data
    opened = gateway.look_at_dispute(made.id)
    stripes.pass_time(days=10)
    lost = gateway.look_at_dispute(made.id)

    assert (opened.state, opened.amount, opened.withdrawn, opened.held) == ("open", SUM, True, True)
    assert opened.fee is not None
    assert opened.due_by is not None
    assert (lost.state, lost.payment, lost.reason) == ("lost", payment, "fraudulent")
    assert gateway.look_at_payment(payment).taken_back is None


def test_a_prepared_charge_is_given_up_and_a_made_one_is_not(
    gateway: StripeGateway, stripes: Stripes
):
    payer, card = saved_card(gateway, stripes)
    prepared = gateway.begin_charge(asked("att_1", payer=payer), method=card)
    made = gateway.begin_charge(asked("att_2", payer=payer), method=card)
    gateway.confirm_charge("att_2", made)

    assert gateway.look_at_payment(prepared).stage is Stage.REQUIRES_ACTION
    assert [gateway.cancel_payment(prepared).stage for _ in range(2)] == [Stage.CANCELED] * 2
    assert gateway.cancel_payment(made).stage is Stage.SUCCEEDED


def test_a_payment_that_a_page_is_at_is_the_pages_to_give_up(
    gateway: StripeGateway, stripes: Stripes
):
    page = opened(gateway)
    pay(stripes, page, DECLINED)
    payment = gateway.look_at_page(page.session).told.payment

    assert gateway.cancel_payment(payment).stage is Stage.REQUIRES_ACTION

    gateway.close_page(page.session)
    assert gateway.look_at_payment(payment).stage is Stage.CANCELED


def test_a_payment_is_found_by_our_id_among_more_than_a_page_of_them(
    gateway: StripeGateway, stripes: Stripes
):
    since = clock.now()
    payer, card = saved_card(gateway, stripes)
    payment = gateway.begin_charge(asked("att_first", payer=payer), method=card)
    for number in range(100):
        stripes.v1.payment_intents.create(
            {"amount": 1_000 + number, "currency": "usd", "customer": payer}
        )

    found = gateway.find_payment("att_first", payer=payer, since=since)

    assert found is not None
    assert (found.payment, found.stage) == (payment, Stage.REQUIRES_ACTION)
    assert gateway.find_payment("att_never", payer=payer, since=since) is None
    assert gateway.find_payment("att_first", payer=stripes.customer().id, since=since) is None
    assert gateway.find_payment("att_first", payer="", since=since) == found
    later = since + timedelta(hours=2)
    assert gateway.find_payment("att_first", payer=payer, since=later) is None


def test_all_payments_since_a_moment_are_told_as_they_stand(
    gateway: StripeGateway, stripes: Stripes
):
    since = clock.now().replace(microsecond=0)
    paid, tried = opened(gateway, asked("att_1")), opened(gateway, asked("att_2"))
    pay(stripes, paid)
    pay(stripes, tried, DECLINED)
    stripes.charged()

    told = list(gateway.payments_since(since))

    assert [(each.attempt, each.stage) for each in told] == [
        ("", Stage.SUCCEEDED),
        ("att_2", Stage.REQUIRES_ACTION),
        ("att_1", Stage.SUCCEEDED),
    ]
    assert told[2].fee == Money(388, "USD")
    assert list(gateway.payments_since(since + timedelta(hours=1))) == []
