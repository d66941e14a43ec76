"""What a dispute costs, in whatever currency Stripe keeps it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import stripe

from billing_app.gateways.stripe.disputes import fee_of
from billing_app.kernel.money import Money


def dispute(*moved: tuple[int, str]) -> stripe.Dispute:
    """A dispute of Australian dollars that moved our balance so: each time a fee, a currency."""
    booked = [{"fee": fee, "currency": currency, "amount": -1} for fee, currency in moved]
    body: dict[str, Any] = {"id": "du_1", "currency": "aud", "balance_transactions": booked}
    return stripe.Dispute.construct_from(body, "sk_test_1")


@pytest.mark.parametrize(
    ("moved", "fee"),
    [
        ([], None),
        ([(0, "aud")], None),
        ([(15_00, "aud"), (5_00, "aud")], Money(20_00, "AUD")),
        ([(15_00, "usd")], Money(15_00, "USD")),
    ],
)
def test_a_fee_is_told_in_the_currency_it_is_kept_in(
    moved: list[tuple[int, str]], fee: Money | None
):
    assert fee_of(dispute(*moved)) == fee


def test_fees_in_two_currencies_are_an_alarm(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR):
        assert fee_of(dispute((15_00, "usd"), (5_00, "aud"))) == Money(15_00, "USD")

    assert "fees in several currencies" in caplog.text
