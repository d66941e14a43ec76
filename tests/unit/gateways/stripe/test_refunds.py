"""Giving money back, which can fail long after it succeeded."""

from __future__ import annotations

import pytest

from billing_app.gateways.payments import RefundTold
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.kernel.money import Money
from tests.asking import asked, cleo, requests
from tests.stripes import Stripes

PART = Money(5_000, "USD")


def paid(gateway: StripeGateway, card: str = "pm_card_visa") -> str:
    payment = gateway.begin_charge(asked(payer=cleo(gateway)), method=card)
    gateway.confirm_charge("att_1", payment)
    return payment


def refunded(gateway: StripeGateway, payment: str, amount: Money = PART) -> RefundTold:
    return gateway.refund("ref_1", organization="org_1", payment=payment, amount=amount)


def test_a_part_is_given_back_and_asked_again_it_is_the_same_refund(
    gateway: StripeGateway, stripes: Stripes
):
    payment = paid(gateway)

    first, again = refunded(gateway, payment), refunded(gateway, payment)

    assert again == first
    assert first == RefundTold(
        reference=first.reference,
        refund="ref_1",
        organization="org_1",
        payment=payment,
        amount=PART,
        state="succeeded",
    )
    assert len(stripes.v1.refunds.list().data) == 1
    key, sent = requests(stripes, "/v1/refunds")[0]
    assert key == "rf:ref_1"
    assert sent["metadata"] == {"refund": "ref_1", "organization": "org_1"}


def test_a_refund_that_fails_later_says_where_the_money_is(
    gateway: StripeGateway, stripes: Stripes
):
    told = refunded(gateway, paid(gateway, "pm_card_refundFail"))
    assert told.state == "succeeded"

    stripes.pass_time(days=2)

    later = gateway.look_at_refund(told.reference)
    assert later.state == "failed"
    assert "It has come back to us; please give it back another way." in later.failure


def test_a_refund_under_way_is_pending_until_it_has_arrived(
    gateway: StripeGateway, stripes: Stripes
):
    told = refunded(gateway, paid(gateway, "pm_card_pendingRefund"))
    assert (told.state, told.failure) == ("pending", "")

    stripes.pass_time(days=2)

    assert gateway.look_at_refund(told.reference).state == "succeeded"


def test_more_than_was_paid_is_not_given_back(gateway: StripeGateway, stripes: Stripes):
    payment = paid(gateway)

    with pytest.raises(GatewayRefusal, match="No money was moved"):
        refunded(gateway, payment, Money(12_346, "USD"))

    assert stripes.v1.refunds.list().data == []


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("pm_card_visa", "given back in full before"),
        ("pm_card_createDispute", "is taking this payment back"),
    ],
)
def test_what_is_gone_already_is_not_given_back_as_well(
    gateway: StripeGateway, stripes: Stripes, card: str, words: str
):
    payment = paid(gateway, card)
    stripes.pump()
    if card == "pm_card_visa":
        refunded(gateway, payment, Money(12_345, "USD"))

    with pytest.raises(GatewayRefusal, match=words):
        gateway.refund("ref_2", organization="org_1", payment=payment, amount=PART)
