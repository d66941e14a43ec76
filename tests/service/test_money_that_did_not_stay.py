"""Whoever believes that they have paid hears of it when the money did not come, or did not stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from billing_app.documents.papers.printing import render
from billing_app.gateways.payments import DisputeTold, Stage, Way
from billing_app.kernel.clock import clock
from billing_app.models.payment import Payment
from billing_app.reads import papers
from billing_app.reads.exceptions import exceptions
from billing_app.reads.paper import Receipt
from billing_app.services import disputing, reversing
from tests.attempts import NEWS
from tests.billing import aud
from tests.charging import Ahead
from tests.printed import Printed
from tests.stripes import open_stripes
from tests.world import World

CLOSED = (
    "This bank account is closed or does not exist. Nothing was charged. Please pay from another"
    " account or another way."
)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Ahead]:
    with open_stripes(tmp_path) as stripes:
        ahead = Ahead(world, stripes)
        yield ahead
    ahead.leave_nothing_to_come()


def test_a_debit_that_was_on_its_way_and_fails_is_told_to_whoever_began_it(shop: Ahead):
    debit = shop.begin(shop.invoice(110_00), way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.PROCESSING)
    before = shop.letters()

    shop.settle(debit, Stage.FAILED, failure=CLOSED, instrument="BECS •••• 3456")

    _, words, needless = shop.last_letter()
    assert (before, shop.letters(), needless) == ([], ["charge_failed"], "")
    assert "110.00 for Invoice" in words
    assert "could not be charged to BECS •••• 3456. This bank account is closed" in words
    assert "/pay/" in words


def test_whose_money_is_on_its_way_again_is_not_asked_for_it(shop: Ahead):
    invoice = shop.invoice(110_00)
    debit = shop.begin(invoice, way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.PROCESSING)
    shop.settle(debit, Stage.FAILED, failure=CLOSED)

    shop.settle(shop.begin(invoice, way=Way.DIRECT_DEBIT), Stage.PROCESSING)

    assert shop.last_letter()[2] == "What it asks for is on its way."


@pytest.mark.parametrize("taken", [110_00, 40_00])
def test_a_receipt_says_how_much_of_a_payment_its_bank_took_back(shop: Ahead, taken: int):
    debit = shop.begin(shop.invoice(150_00), amount=110_00, way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.SUCCEEDED)
    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(taken))
    payment = shop.sees(lambda work: work.exec(select(Payment)).one().shown_id)

    paper = shop.acts(lambda work: papers.paper(work, payment))

    assert isinstance(paper, Receipt)
    assert (paper.lost, paper.is_taken_back) == (taken, False)
    text = Printed(render(paper)).text
    assert "Taken back by the bank Received" in text
    assert f"Taken back by the bank since A${taken // 100}.00" in text


def test_what_fails_while_the_payer_is_looking_writes_no_letter(shop: Ahead):
    card = shop.begin(shop.invoice(110_00))
    shop.settle(card, Stage.REQUIRES_ACTION)

    shop.settle(card, Stage.FAILED, failure="The bank declined this payment.")

    assert shop.letters() == []


@pytest.mark.parametrize("taken", [110_00, 40_00])
def test_what_a_bank_takes_back_is_told_once_with_what_is_to_pay_again(shop: Ahead, taken: int):
    invoice = shop.invoice(150_00)
    debit = shop.begin(invoice, amount=110_00, way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.SUCCEEDED, instrument="BECS •••• 3456")

    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(taken))
    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(taken))

    subject, words, needless = shop.last_letter()
    assert (shop.letters(), needless) == (["charge_taken_back"], "")
    assert subject.startswith("Your bank took your payment back: Invoice ")
    assert f"{taken // 100}.00 had been paid for Invoice" in words
    assert f"{40 + taken // 100}.00 Go to the payment page" in words
    assert "/pay/" in words


@pytest.mark.parametrize("lost", [110_00, 40_00])
def test_what_a_lost_dispute_takes_is_told_once_with_what_is_to_pay_again(shop: Ahead, lost: int):
    invoice = shop.invoice(150_00)
    card = shop.begin(invoice, amount=110_00)
    shop.settle(card, Stage.SUCCEEDED)
    news = disputed(f"pi_{card.asked.attempt}", lost)

    for _ in range(2):
        shop.acts(lambda work: disputing.settle_dispute(work, news, NEWS))

    _, words, needless = shop.last_letter()
    assert (shop.letters(), needless) == (["charge_taken_back"], "")
    assert f"{lost // 100}.00 had been paid for Invoice" in words
    assert f"{40 + lost // 100}.00 Go to the payment page" in words


@pytest.mark.parametrize(("lost", "gone"), [(110_00, 70_00), (30_00, 30_00)])
def test_a_lost_dispute_over_a_credit_request_tells_what_came_off_it(
    shop: Ahead, lost: int, gone: int
):
    request = shop.request(110_00)
    card = shop.begin(request)
    shop.settle(card, Stage.SUCCEEDED)
    shop.settings(apply_credit_to_invoices=True)
    shop.invoice(40_00)
    news = disputed(f"pi_{card.asked.attempt}", lost)

    shop.acts(lambda work: disputing.settle_dispute(work, news, NEWS))

    _, words, _ = shop.last_letter()
    [row] = shop.does(exceptions).rows
    assert f"{gone // 100}.00 had been paid for Credit Request" in words
    assert row.what.startswith(f"A${gone // 100}.00 for Credit Request")


def disputed(payment: str, minor: int) -> DisputeTold:
    """That the bank took so much of a payment, for good."""
    return DisputeTold(
        reference=f"du_{payment}",
        payment=payment,
        amount=aud(minor),
        state="lost",
        reason="fraudulent",
        held=True,
        withdrawn=True,
        fee=None,
        due_by=None,
        opened_at=clock.now(),
    )


def test_of_money_that_had_paid_nothing_of_an_invoice_nobody_is_told_to_pay_again(shop: Ahead):
    invoice = shop.invoice(110_00)
    debit = shop.begin(invoice, way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.CANCELED)
    mistaken = shop.pay(110_00, invoice)
    shop.settle(debit, Stage.SUCCEEDED)
    shop.does(lambda work: reversing.reverse_payment(work, mistaken, reason="Typed twice"))

    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(110_00))

    assert (shop.still(invoice), shop.letters()) == (110_00, [])


def test_a_letter_about_money_taken_back_that_was_paid_again_is_not_sent(shop: Ahead):
    invoice = shop.invoice(110_00)
    debit = shop.begin(invoice, way=Way.DIRECT_DEBIT)
    shop.settle(debit, Stage.SUCCEEDED)
    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(110_00))

    shop.pay(110_00, invoice)

    assert shop.last_letter()[2] == "What it asks for was paid or taken off meanwhile."
