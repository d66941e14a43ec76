"""Taking what was transferred to Stripe: seen as it arrived, prepared, and taken once."""

from __future__ import annotations

from typing import Any

import pytest

from billing_app.gateways.payments import Stage, Way
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from tests.asking import SUM, asked, opened, pay, requests
from tests.stripes import Stripes

APPLY = "POST /v1/payment_intents/*/apply_customer_balance"


@pytest.fixture
def payer(gateway: StripeGateway, stripes: Stripes) -> str:
    """Somebody who was told an account to transfer to."""
    page = opened(gateway, asked("att_chosen", way=Way.BANK_TRANSFER))
    pay(stripes, page, "", "customer_balance")
    return gateway.look_at_page(page.session).told.payer


def sends(stripes: Stripes, payer: str, minor: int = SUM.minor, reference: str = "") -> str:
    given: Any = {"amount": minor, "currency": "usd"}
    given |= {"reference": reference} if reference else {}
    return str(stripes.v1.test_helpers.customers.fund_cash_balance(payer, given).id)


def prepared(gateway: StripeGateway, payer: str, attempt: str = "att_1") -> str:
    return gateway.begin_taking(asked(attempt, payer=payer, way=Way.BANK_TRANSFER))


def test_a_transfer_is_told_of_as_it_arrived(gateway: StripeGateway, stripes: Stripes, payer: str):
    arrived = sends(stripes, payer, reference="INV-1 thanks")

    told = gateway.look_at_transfer(payer, arrived)

    assert told is not None
    assert (told.reference, told.payer, told.organization) == (arrived, payer, "org_1")
    assert (told.amount, told.written, told.live) == (SUM, "INV-1 thanks", False)
    assert abs((told.arrived_at - clock.now()).total_seconds()) < 60


def test_a_reference_is_told_without_what_no_database_takes(
    gateway: StripeGateway, stripes: Stripes, payer: str
):
    given: Any = {"amount": 5_00, "currency": "usd", "reference": "INV\x00-1\u202e \n thanks"}
    arrived = stripes.v1.test_helpers.customers.fund_cash_balance(payer, given)

    told = gateway.look_at_transfer(payer, arrived.id)

    assert told is not None
    assert told.written == "INV-1 thanks"


def test_news_of_money_that_moved_on_is_of_no_transfer(
    gateway: StripeGateway, stripes: Stripes, payer: str
):
    sends(stripes, payer)
    gateway.take_transferred(prepared(gateway, payer))
    moves = stripes.v1.customers.cash_balance_transactions.list(payer).data
    [used] = [each.id for each in moves if each.type == "applied_to_payment"]

    assert gateway.look_at_transfer(payer, used) is None


def test_what_was_transferred_is_prepared_and_then_taken_once(
    gateway: StripeGateway, stripes: Stripes, payer: str
):
    sends(stripes, payer, SUM.minor + 1_00)
    payment = prepared(gateway, payer)
    before = gateway.untaken(payer)

    told = [gateway.take_transferred(payment) for _ in range(2)]

    assert prepared(gateway, payer) == payment
    assert before == [SUM + Money(1_00, "USD")]
    assert gateway.untaken(payer) == [Money(1_00, "USD")]
    assert [(each.stage, each.amount, each.payer) for each in told] == [
        (Stage.SUCCEEDED, SUM, payer)
    ] * 2
    assert (told[0].attempt, told[0].instrument) == ("att_1", "Bank transfer")
    key, sent = requests(stripes, "/v1/payment_intents")[-1]
    assert (key, sent["allowed_payment_method_types"]) == ("pi:att_1", ["customer_balance"])


def test_what_does_not_lie_there_any_more_is_given_up(
    gateway: StripeGateway, stripes: Stripes, payer: str
):
    sends(stripes, payer, SUM.minor - 1)

    told = gateway.take_transferred(prepared(gateway, payer))

    assert told.stage is Stage.CANCELED
    assert gateway.untaken(payer) == [SUM - Money(1, "USD")]


@pytest.mark.parametrize("mood", ["lost_answer", "failing_after", "broken"])
def test_an_answer_that_is_lost_takes_nothing_twice(
    gateway: StripeGateway, stripes: Stripes, payer: str, mood: str
):
    sends(stripes, payer, 2 * SUM.minor)
    payment = prepared(gateway, payer)
    stripes.set_mood(mood, about=APPLY, times="3")

    with pytest.raises(Unclear):
        gateway.take_transferred(payment)
    stripes.press("calm")

    assert gateway.take_transferred(payment).stage is Stage.SUCCEEDED
    assert gateway.untaken(payer) == [SUM]


def test_a_page_that_awaits_a_transfer_can_be_given_up(gateway: StripeGateway, stripes: Stripes):
    page = opened(gateway, asked(way=Way.BANK_TRANSFER))
    pay(stripes, page, "", "customer_balance")
    awaited = gateway.look_at_page(page.session)

    assert gateway.cancel_payment(awaited.told.payment).stage is Stage.CANCELED
    assert not gateway.look_at_page(page.session).awaits_transfer


def test_money_of_somebody_whom_stripe_does_not_know_is_refused(gateway: StripeGateway):
    with pytest.raises(GatewayRefusal):
        gateway.untaken("cus_nobody")
