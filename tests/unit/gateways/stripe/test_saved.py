"""Customers at Stripe, and what they left there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_app.gateways.payments import Payer, Way
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.adapter import StripeGateway
from tests.asking import US_ACCOUNT, cleo, requests, saved_account, saved_card
from tests.stripes import Stripes

CLEO = Payer(organization="org_1", customer="cus_1", name="Cleo", email="cleo@harbour.example")


def test_a_customer_is_made_once_from_our_ids_and_named_as_they_are_named_now(
    gateway: StripeGateway, stripes: Stripes
):
    first = gateway.know_payer(CLEO)

    again = gateway.know_payer(replace(CLEO, name="Cleo Marin"))

    assert again == first
    key, sent = requests(stripes, "/v1/customers")[0]
    assert key == "cus:cus_1"
    assert sent == {"metadata": {"organization": "org_1", "customer": "cus_1"}}
    (known,) = stripes.v1.customers.list().data
    assert (known.id, known.name, known.email) == (first, "Cleo Marin", "cleo@harbour.example")


def test_a_customer_who_is_known_there_is_only_named_anew(gateway: StripeGateway, stripes: Stripes):
    theirs = stripes.customer().id

    assert gateway.know_payer(replace(CLEO, reference=theirs, email="")) == theirs

    known = stripes.v1.customers.retrieve(theirs)
    assert (known.name, known.email) == ("Cleo", "cleo@harbour.example")
    assert len(stripes.v1.customers.list().data) == 1


def test_an_account_that_may_be_debited_is_among_what_was_saved(
    gateway: StripeGateway, stripes: Stripes
):
    payer, account = saved_account(gateway, stripes, US_ACCOUNT)

    (saved,) = gateway.saved_by(payer)

    assert (saved.reference, saved.kind) == (account, Way.DIRECT_DEBIT)
    assert (saved.words, saved.expires_on) == ("STRIPE TEST BANK •••• 6789", None)


def test_a_card_whose_owner_was_never_asked_is_not_among_what_was_saved(
    gateway: StripeGateway, stripes: Stripes
):
    payer = cleo(gateway)
    stripes.v1.payment_methods.attach("pm_card_visa", {"customer": payer})

    assert gateway.saved_by(payer) == []


def test_a_card_is_forgotten_and_one_that_is_gone_already_is_fine(
    gateway: StripeGateway, stripes: Stripes
):
    payer, card = saved_card(gateway, stripes)

    gateway.forget(card)
    gateway.forget(card)
    gateway.forget("pm_nothing")

    assert gateway.saved_by(payer) == []


def test_a_customer_whom_stripe_does_not_know_is_refused_in_our_words(gateway: StripeGateway):
    with pytest.raises(GatewayRefusal, match="does not know what this is about") as refused:
        gateway.know_payer(replace(CLEO, reference="cus_nobody"))

    assert refused.value.code == "resource_missing"
