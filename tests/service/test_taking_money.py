"""Taking money through Stripe, from our tables to its own and back, over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from billing_app.collecting.gateway import GatewayAway
from billing_app.collecting.pages import NotOffered, come_back
from billing_app.collecting.room import making_room
from billing_app.gateways.payments import Way
from billing_app.kernel.errors import NotFound
from billing_app.kernel.refusals import NotPayable
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.party import Customer
from billing_app.services.attempting import NoSavedMethod
from billing_app.services.claiming import BeingPaid
from billing_app.services.doubting import LooksRecorded
from tests.billing import aud
from tests.rules import rule
from tests.shop import DECLINED, VISA, Shop
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def test_a_card_on_the_hosted_page_pays_the_invoice_and_posts_the_fee(shop: Shop):
    invoice = shop.invoice(110_00)

    shop.pays_by_card(invoice)

    assert shop.of(invoice, "still_to_pay_minor") == 0
    assert shop.states() == ["succeeded"]
    assert [event for event, *_ in shop.postings()][-2:] == ["payment_received", "gateway_fee"]
    assert shop.captured() == [110_00]
    assert shop.differences() == []


def test_declined_and_then_paid_on_the_same_page_is_one_attempt(shop: Shop):
    invoice = shop.invoice(110_00)
    url = shop.leads(invoice)

    shop.fills(url, number=DECLINED)
    shop.comes_back(shop.fills(url, number=VISA))

    assert (shop.states(), shop.payments()) == (["succeeded"], [110_00])


def test_part_and_then_the_rest(shop: Shop):
    invoice = shop.invoice(110_00)

    shop.pays_by_card(invoice, amount=30_00)
    rest = shop.of(invoice, "still_to_pay_minor")
    shop.pays_by_card(invoice)

    assert (rest, shop.of(invoice, "still_to_pay_minor")) == (80_00, 0)
    assert shop.payments() == [30_00, 80_00]


@rule(55, 70)
def test_g5_a_credit_request_is_paid_in_part_and_becomes_credit(shop: Shop):
    request = shop.request(500_00)

    shop.pays_by_card(request, amount=200_00)

    assert shop.told(CreditRequest, request, "still_to_pay_minor") == [300_00]
    assert shop.balance(Code.CUSTOMER_CREDIT, party_id=_marsh(shop)) == aud(200_00)
    assert shop.balance(Code.OWN_SALES) == aud(0)


def test_g6_two_tabs_a_repeated_page_and_a_late_return_are_one_payment(shop: Shop):
    invoice = shop.invoice(110_00)
    first, second = shop.leads(invoice), shop.leads(invoice)
    answer = shop.fills(first)
    shop.comes_back(answer)
    shop.comes_back(answer)

    assert first == second
    assert (shop.payments(), shop.captured()) == ([110_00], [110_00])
    with pytest.raises(NotPayable, match="nothing still to pay"):
        shop.leads(invoice)


def test_whoever_holds_a_pay_link_is_not_led_to_the_page_that_a_contact_opened(shop: Shop):
    invoice = shop.invoice(110_00)
    contacts = shop.leads(invoice, begun_by="contact")

    own = shop.leads(invoice)

    assert own != contacts
    assert shop.leads(invoice) == own
    assert shop.states() == ["canceled", "requires_action"]


def test_an_abandoned_page_blocks_nobody(shop: Shop):
    invoice = shop.invoice(110_00)
    abandoned = shop.leads(invoice, amount=40_00)

    shop.pays_by_card(invoice)
    shop.fills(abandoned)

    assert shop.states() == ["canceled", "succeeded"]
    assert shop.captured() == [110_00]


def test_what_was_paid_on_the_old_page_is_found_before_a_new_one_opens(shop: Shop):
    invoice = shop.invoice(110_00)
    shop.fills(shop.leads(invoice, amount=40_00))

    shop.leads(invoice, amount=70_00)

    assert (shop.states(), shop.payments()) == (["succeeded", "requires_action"], [40_00])


def test_a_charge_closes_the_page_that_a_customer_left(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)
    shop.leads(invoice)

    shop.charge(invoice)

    assert shop.states() == ["succeeded", "canceled", "succeeded"]
    assert shop.captured() == [1_00, 110_00]


def test_a_recorded_payment_closes_the_page_that_a_customer_left(shop: Shop):
    invoice = shop.invoice(110_00)
    left = shop.leads(invoice)

    making_room(shop.place, shop.by.actor, lambda: shop.pay(110_00, invoice))
    shop.fills(left)

    assert (shop.states(), shop.captured()) == (["canceled"], [])
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_a_page_that_was_paid_first_is_found_before_the_same_is_recorded(shop: Shop):
    invoice = shop.invoice(110_00)
    shop.fills(shop.leads(invoice))

    with pytest.raises(LooksRecorded, match="already recorded"):
        making_room(shop.place, shop.by.actor, lambda: shop.pay(110_00, invoice))

    assert (shop.states(), shop.payments()) == (["succeeded"], [110_00])


def test_coming_back_without_paying_posts_nothing(shop: Shop):
    invoice = shop.invoice(110_00)
    session = shop.leads(invoice).rpartition("/")[2]

    come_back(shop.place, shop.system.organization_id, session)
    with pytest.raises(NotFound):
        come_back(shop.place, shop.system.organization_id, "cs_test_of_somebody_else")

    assert (shop.states(), shop.payments()) == (["requires_action"], [])


def test_a_way_that_the_currency_does_not_have_is_refused(shop: Shop):
    with pytest.raises(NotOffered):
        shop.leads(shop.invoice(110_00), way=Way.BANK_TRANSFER)
    assert shop.states() == ["canceled"]


@rule(54)
def test_a_debit_clears_days_later(shop: Shop):
    invoice = shop.invoice(110_00)
    url = shop.leads(invoice, way=Way.DIRECT_DEBIT)
    shop.comes_back(shop.fills(url, "au_becs_debit", "000123456", email="m@m.example", name="M"))
    waiting = (shop.states(), shop.of(invoice, "still_to_pay_minor"))

    shop.stripes.pass_time(days=7)
    shop.reconcile()

    assert waiting == (["processing"], 110_00)
    assert (shop.states(), shop.of(invoice, "still_to_pay_minor")) == (["succeeded"], 0)


def test_the_providers_silence_opens_no_page_and_holds_nobody_up(shop: Shop):
    invoice = shop.invoice(110_00)
    shop.stripes.set_mood("broken", times="9")

    with pytest.raises(GatewayAway, match="Nothing was charged"):
        shop.leads(invoice)

    shop.stripes.set_mood("broken", times="0")
    assert shop.states() == ["canceled"]


@rule(75)
def test_a_saved_card_is_charged_once_however_often_the_form_is_sent(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)
    attempt = shop.charge(invoice)

    again = shop.charge(invoice, attempt_id=attempt)

    assert again == attempt
    assert shop.told(PaymentAttempt, attempt, "state", "instrument") == [
        "succeeded",
        "Visa •••• 4242",
    ]
    assert shop.captured() == [1_00, 110_00]


@rule(87)
def test_without_a_saved_method_nothing_is_charged(shop: Shop):
    invoice = shop.invoice(110_00)

    with pytest.raises(NoSavedMethod, match="no saved way of paying"):
        shop.charge(invoice)


@rule(80)
def test_g13_a_declined_charge_leaves_the_invoice_and_is_tried_again(shop: Shop):
    shop.keeps("pm_card_chargeCustomerFail")
    invoice = shop.invoice(110_00)

    failed = shop.charge(invoice)
    again = shop.charge(invoice, retry_of_id=failed)

    assert [shop.told(PaymentAttempt, each, "state")[0] for each in (failed, again)] == [
        "failed",
        "failed",
    ]
    assert shop.of(invoice, "state", "still_to_pay_minor") == ["issued", 110_00]


def test_g7_an_answer_that_is_lost_after_the_charge_is_asked_for(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)
    shop.stripes.set_mood("lost_answer", about="POST /v1/payment_intents/*/confirm", times="3")
    attempt = shop.charge(invoice)
    unknown = shop.told(PaymentAttempt, attempt, "state")

    with pytest.raises(BeingPaid):
        shop.charge(invoice)
    shop.reconcile()

    assert unknown == ["unknown"]
    assert shop.told(PaymentAttempt, attempt, "state") == ["succeeded"]
    assert shop.captured() == [1_00, 110_00]
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_a_charge_that_never_left_is_given_up_by_the_reconciler(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)
    shop.stripes.set_mood("unreached", about="POST /v1/payment_intents/*/confirm", times="3")
    attempt = shop.charge(invoice)

    shop.reconcile()

    assert shop.told(PaymentAttempt, attempt, "state") == ["canceled"]
    assert shop.captured() == [1_00]
    shop.pays_by_card(invoice)


def _marsh(shop: Shop) -> UUID:
    return Customer.read_id(shop.world.marsh)
