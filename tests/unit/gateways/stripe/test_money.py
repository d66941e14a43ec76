"""Amounts as Stripe counts them."""

from __future__ import annotations

import pytest

from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.failures import is_for_good
from billing_app.gateways.stripe.money import can_charge, from_stripe, to_stripe
from billing_app.kernel.currencies import CURRENCIES
from billing_app.kernel.money import Money


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("AUD", 12_345, 12_345),
        ("JPY", 500, 500),
        ("ISK", 5, 500),
        ("MGA", 12_300, 123),
        ("KWD", 5_120, 5_120),
    ],
)
def test_an_amount_is_told_in_stripes_own_units_and_read_back(
    currency: str, ours: int, theirs: int
):
    assert to_stripe(Money(ours, currency)) == theirs
    assert from_stripe(theirs, currency.lower()) == Money(ours, currency)


@pytest.mark.parametrize(
    ("currency", "minor", "words"),
    [
        ("KWD", 5_124, "In KWD only amounts that end in 0 can be paid this way, and this one is"
                       " KWD 5.124. Nothing was charged."),
        ("MGA", 12_345, "In MGA only whole amounts can be paid this way, and this one is"
                        " MGA 123.45. Nothing was charged."),
        ("UGX", 500, "Amounts in UGX cannot be paid this way. Nothing was charged."),
    ],
)  # fmt: skip
def test_an_amount_that_stripe_cannot_take_is_refused_and_never_rounded(
    currency: str, minor: int, words: str
):
    with pytest.raises(GatewayRefusal) as refused:
        to_stripe(Money(minor, currency))

    assert refused.value.sentence.startswith(words)


def test_whatever_amount_is_taken_comes_back_as_it_went():
    for currency in CURRENCIES:
        for minor in (1, 10, 99, 1_000, 12_345, 999_999_990):
            try:
                theirs = to_stripe(Money(minor, currency))
            except GatewayRefusal:
                continue
            assert from_stripe(theirs, currency.lower()) == Money(minor, currency)


def test_a_fee_finer_than_our_units_is_rounded_once():
    assert from_stripe(1_250, "isk") == Money(13, "ISK")


@pytest.mark.parametrize(
    ("currency", "minor", "charged"),
    [
        ("AUD", 50, True),
        ("AUD", 49, False),
        ("AUD", 99_999_999, True),
        ("AUD", 100_000_000, False),
        ("GBP", 30, True),
        ("JPY", 49, False),
        ("KWD", 1_005, False),
        ("UGX", 500, False),
    ],
)
def test_what_stripe_would_not_charge_is_known_beforehand(currency: str, minor: int, charged: bool):
    assert can_charge(Money(minor, currency)) == charged


@pytest.mark.parametrize(
    ("code", "for_good"),
    [
        ("insufficient_funds", False),
        ("authentication_required", False),
        ("amount_too_small", False),
        ("key_not_accepted", False),
        ("", False),
        ("stolen_card", True),
        ("account_closed", True),
        ("a_code_of_next_year", True),
    ],
)
def test_only_what_its_owner_has_to_see_to_is_refused_for_good(code: str, for_good: bool):
    assert is_for_good(code) == for_good
