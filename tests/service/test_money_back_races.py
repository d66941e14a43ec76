"""Sixty-four at once who want money of the same payment back: no more leaves than came in.

Each has a thread and transactions of their own; the gateway is the simulated Stripe, over the
wire. Whoever loses reads a sentence; nothing else is ever raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from billing_app.kernel.refusals import TooMuch
from tests.checking import check_books
from tests.giving_back import Returns
from tests.racing import at_once
from tests.stripes import open_stripes
from tests.world import World

MANY = 64


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Returns]:
    with open_stripes(tmp_path) as stripes:
        yield Returns(world, stripes)


def assert_gone(shop: Returns, *amounts: int) -> None:
    """The gateway gave back exactly this, and the books know it."""
    assert shop.given_back() == sorted(amounts)
    assert shop.refunds() == sorted(amounts)
    shop.sees(check_books)
    assert shop.differences() == []


def assert_friendly(refusals: Sequence[str]) -> None:
    """Each of them says that nothing happened by it."""
    told = "Nothing was (recorded|given back)"
    assert [each for each in refusals if each and not re.search(told, each)] == []


def test_c5_sixty_four_who_give_all_of_a_payment_back_give_it_back_once(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)

    refusals = at_once([lambda: shop.gives_back(payment, 110_00)] * MANY)

    assert refusals.count("") == 1
    assert_friendly(refusals)
    assert_gone(shop, 110_00)
    assert shop.refund_states() == ["succeeded"]
    assert shop.still(invoice) == 110_00


def test_c5_parts_of_a_payment_go_back_only_as_far_as_it_reaches(shop: Returns):
    payment = shop.paid(shop.invoice(60_00), shop.request(50_00))
    of_credit = [lambda: shop.gives_back(payment, 20_00, choice="from_credit")] * (MANY // 2)
    of_all = [lambda: shop.gives_back(payment, 30_00)] * (MANY // 2)

    refusals = at_once([*of_credit, *of_all])

    assert_friendly(refusals)
    gone = [20_00] * refusals[: MANY // 2].count("") + [30_00] * refusals[MANY // 2 :].count("")
    assert 110_00 - 30_00 < sum(gone) <= 110_00
    assert_gone(shop, *gone)


def test_c5_what_is_handed_back_outside_does_not_go_to_the_card_as_well(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))
    outside = [lambda: shop.refund(payment, 60_00)] * (MANY // 2)
    to_card = [lambda: shop.gives_back(payment, 60_00)] * (MANY // 2)

    refusals = at_once([*outside, *to_card])

    assert refusals.count("") == 1
    assert_friendly(refusals)
    assert_gone(shop, *[60_00] * refusals[MANY // 2 :].count(""))


def test_c5_a_form_sent_sixty_four_times_gives_back_once(shop: Returns):
    asked = shop.asked(shop.paid(shop.invoice(110_00)), 40_00, command_key="give back once")

    refusals = at_once([lambda: shop.sends(asked)] * MANY)

    assert set(refusals) == {""}
    assert shop.refund_states() == ["succeeded"]
    assert_gone(shop, 40_00)


@pytest.mark.parametrize("amount", [110_00, 30_00], ids=["all of it", "a part"])
def test_c6_a_payment_goes_back_or_is_lost_and_never_both(shop: Returns, amount: int):
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)
    gives_back = [lambda: shop.gives_back(payment, amount)] * (MANY // 2)
    disputes = [lambda: shop.bank_takes(payment)] * (MANY // 4)
    hears = [lambda: shop.hear_of_disputes(payment)] * (MANY // 4)

    refusals = at_once([*disputes, *gives_back, *hears])
    shop.find_out()
    shop.lose_disputes(payment)

    assert_friendly(refusals[MANY // 4 : 3 * MANY // 4])
    assert set(refusals[: MANY // 4] + refusals[3 * MANY // 4 :]) == {""}
    gone = shop.given_back()
    assert set(shop.refund_states()) <= {"succeeded", "failed"}
    assert shop.disputes() == ([("lost", 110_00 - sum(gone))] if sum(gone) < 110_00 else [])
    assert shop.still(invoice) == 110_00
    with pytest.raises(TooMuch):
        shop.gives_back(payment, 1_00)
    assert_gone(shop, *gone)
