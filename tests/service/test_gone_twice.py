"""Money that a gateway gave back and that its payer's bank took as well: recorded, as a loss."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from billing_app.gateways.payments import RefundTold
from billing_app.kernel.clock import clock
from billing_app.ledger.accounts import Code
from billing_app.models.ledger import Entry
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.refundable import refundable
from billing_app.services import refund_finding, refund_settling
from billing_app.services.handing_back import Disputed
from billing_app.services.refund_asking import NoteAsked
from tests.billing import aud, drawn
from tests.giving_back import LOST_ANSWER, NEWS, Returns, bank_takes_debit, close, debited, settles
from tests.stripes import open_stripes
from tests.world import World

FAILS_LATER = "4000000000005126"


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Returns]:
    with open_stripes(tmp_path) as stripes:
        yield Returns(world, stripes)


def lost(shop: Returns, payment: str, minor: int) -> str:
    """Give some of it back, and hear no answer; returns the attempt."""
    shop.stripes.set_mood("lost_answer", **LOST_ANSWER)
    return shop.gives_back(payment, minor)


def fails(shop: Returns, attempt: str) -> str:
    """Tell that a refund came back; returns what was made of it."""
    reference, minor = shop.told(RefundAttempt, attempt, "gateway_refund", "amount_minor")
    told = RefundTold(reference=reference, refund=attempt, amount=aud(minor), state="failed")
    return shop.acts(lambda work: refund_settling.settle_refund(work, attempt, told, NEWS))


def test_row_10c_a_refund_that_is_heard_of_after_its_debit_was_taken_back(shop: Returns):
    invoice = shop.invoice(110_00)
    attempt = lost(shop, debited(shop, invoice), 30_00)
    assert bank_takes_debit(shop, 110_00) == "applied"

    shop.find_out()

    assert shop.postings()[-1] == ("refund_still_owed", "5100", "1010", 30_00)
    assert (shop.refunds(), shop.still(invoice)) == ([30_00], 110_00)
    assert "took A$30.00 of it as well" in shop.told(RefundAttempt, attempt, "failure")[0]
    assert shop.differences() == []

    assert fails(shop, attempt) == "applied"

    assert (shop.balance(Code.BAD_DEBTS), shop.still(invoice)) == (aud(0), 110_00)
    assert shop.differences() == []


def test_a_refund_made_there_is_recorded_after_a_lost_dispute_too(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)
    settles(shop, payment, state="lost")
    told = RefundTold(
        reference="re_1", payment=shop.name(payment), amount=aud(30_00), state="succeeded"
    )

    verdict = shop.acts(lambda work: refund_finding.settle_found_refund(work, told, NEWS))

    assert (verdict, shop.refunds()) == ("applied", [30_00])
    assert (shop.balance(Code.BAD_DEBTS), shop.still(invoice)) == (aud(30_00), 110_00)
    assert shop.differences() == []


def test_only_what_was_no_loss_becomes_credit_when_such_a_refund_comes_back(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)
    attempt = lost(shop, payment, 30_00)
    settles(shop, payment, state="lost", amount=aud(100_00))
    shop.find_out()
    split = shop.postings()[-2:]
    shop.paid(invoice)

    fails(shop, attempt)

    assert split == [
        ("refund_still_owed", "1100", "1010", 10_00),
        ("refund_still_owed", "5100", "1010", 20_00),
    ]
    assert (shop.credit(), shop.balance(Code.BAD_DEBTS)) == (10_00, aud(0))
    assert shop.differences() == []


def test_what_came_back_while_the_books_were_closed_counts_from_the_first_open_day(shop: Returns):
    payment = shop.paid(shop.invoice(110_00), number=FAILS_LATER)
    attempt = shop.gives_back(payment, 30_00)
    tomorrow = clock.now().date() + timedelta(days=1)
    close(shop, until=tomorrow)

    assert fails(shop, attempt) == "applied"

    wanted = select(Entry.effective_on).order_by(col(Entry.id).desc()).limit(1)
    assert shop.sees(lambda work: work.exec(wanted).one()) == tomorrow + timedelta(days=1)


def test_a_form_offers_no_more_than_the_command_gives_back(shop: Returns):
    lying, open_, gone = (shop.paid(shop.invoice(110_00)) for _ in range(3))
    lost(shop, lying, 30_00)
    settles(shop, open_, amount=aud(20_00))
    settles(shop, gone, amount=aud(20_00), state="lost")

    left = [
        shop.does(lambda work, id_=id_: refundable(work, id_)).left.minor
        for id_ in (lying, open_, gone)
    ]

    assert left == [80_00, 0, 90_00]


def test_what_the_card_did_not_take_is_handed_back_in_another_way(shop: Returns):
    """The note stands, so what came back is credit, which no payment brought."""
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice, number=FAILS_LATER)
    note = NoteAsked(note_id=drawn("crn"), invoice_id=invoice, reason_code="error")
    attempt = shop.gives_back(payment, 30_00, choice="no_longer_owes", note=note)
    before = shop.does(lambda work: refundable(work, payment))
    fails(shop, attempt)
    after = shop.does(lambda work: refundable(work, payment))

    shop.refund_credit(30_00)

    assert (before.failed, before.came_as_credit) == (False, False)
    assert (after.failed, after.came_as_credit) == (True, True)
    assert shop.postings()[-1] == ("refund_from_credit", "2000", "1000", 30_00)
    assert (shop.credit(), shop.still(invoice), shop.differences()) == (0, 0, [])


def test_credit_that_a_disputed_payment_brought_is_not_handed_back(shop: Returns):
    shop.pay(20_00)
    settles(shop, shop.paid(shop.request(50_00)), amount=aud(50_00))

    assert shop.refund_credit(20_00)
    with pytest.raises(Disputed):
        shop.refund_credit(10_00)
    assert shop.credit() == 50_00
