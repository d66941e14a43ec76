"""Explain a Credit Request: by the money and the credit that met it, and what went back."""

from __future__ import annotations

import pytest

from billing_app.reads import explaining_requests
from tests.purse import Purse
from tests.world import World


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def test_a_credit_request_is_explained_by_money_and_credit_and_what_went_back(purse: Purse):
    purse.turn_on("apply_credit_to_requests")
    purse.pay(60_00)
    request = purse.request(200_00)
    payment = purse.pay(100_00, request)
    purse.refund(payment, 30_00)

    told = purse.does(lambda work: explaining_requests.explain_request(work, request))

    assert told.figure == "Credit Request CR-00001 is Partially paid"
    assert told.sentence == (
        "Of A$200.00, A$70.00 was paid and A$60.00 was covered by credit that was there;"
        " A$70.00 is still to pay. A$30.00 was handed back and is asked for again."
    )
    assert told.sum.minor == 130_00
    assert [each.amount.minor for each in told.reasons] == [60_00, 100_00, -30_00]


def test_credit_that_meets_a_request_no_longer_is_not_part_of_why(purse: Purse):
    purse.turn_on("apply_credit_to_requests")
    mistaken = purse.pay(60_00)
    request = purse.request(200_00)
    purse.pay(100_00, request)
    purse.reverse(mistaken)

    told = purse.does(lambda work: explaining_requests.explain_request(work, request))

    assert told.sentence == "Of A$200.00, A$100.00 was paid; A$100.00 is still to pay."
    assert [each.amount.minor for each in told.reasons] == [60_00, 100_00, -60_00]


def test_a_draft_and_a_void_request_say_why_they_ask_for_nothing(purse: Purse):
    draft, void = purse.ask(50_00), purse.request(100_00)
    purse.pay(40_00, void)
    purse.void(void)

    told = [
        purse.does(lambda work, each=each: explaining_requests.explain_request(work, each))
        for each in (draft, void)
    ]

    assert [each.figure for each in told] == [
        "This draft is Draft",
        "Credit Request CR-00001 is Void",
    ]
    assert [each.sentence for each in told] == [
        "It was not raised yet, so it asks for nothing.",
        "It was voided, so it asks for nothing. A$40.00 was paid on it and stays credit.",
    ]
