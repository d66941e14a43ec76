"""What is heard of money that goes back: kept for the admin, looked for, and posted whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from billing_app.collecting.reconciling import reconcile
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import AttemptMessage
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote
from billing_app.models.ledger import Entry
from billing_app.models.payment import Allocation, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.money_back import MoneyBack, money_back_of
from billing_app.services.note_planning import Excess
from billing_app.services.reducing import LineCredit
from billing_app.services.refund_asking import NoteAsked
from tests.billing import aud, drawn
from tests.giving_back import LOST_ANSWER, Returns, bank_takes_debit, close, debited, settles
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Returns]:
    with open_stripes(tmp_path) as stripes:
        yield Returns(world, stripes)


def back(shop: Returns, payment: str) -> MoneyBack:
    return shop.does(lambda work: money_back_of(work, payment))


def test_a_refund_shows_its_key_how_often_it_was_sent_and_all_that_was_heard(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))
    shop.stripes.set_mood("lost_answer", **LOST_ANSWER)
    attempt = shop.gives_back(payment, 30_00)
    shop.find_out()

    [told] = back(shop, payment).refunds

    assert (told.key, told.submitted, told.tries, told.state) == (attempt, 1, 1, "succeeded")
    assert [(each.source, each.said, each.verdict) for each in told.heard] == [
        ("submission", "unknown", "applied"),
        ("reconciler", "succeeded", "applied"),
    ]
    assert "did not answer" in told.heard[0].why


def test_a_dispute_shows_all_that_was_heard_of_it(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))
    shop.bank_takes(payment)
    shop.hear_of_disputes(payment)
    shop.lose_disputes(payment)

    [told] = back(shop, payment).disputes

    assert (told.state, told.amount, told.fee) == ("lost", aud(110_00), aud(15_00))
    assert [(each.said, each.verdict) for each in told.heard] == [
        ("open", "applied"),
        ("lost", "applied"),
    ]


def test_a_dispute_in_another_currency_is_kept_with_its_payment(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))

    verdict = settles(shop, payment, amount=Money(10_00, "USD"))

    [told] = back(shop, payment).put_aside
    assert (verdict, told.verdict, shop.count(Dispute)) == ("quarantined", "quarantined", 0)
    assert "the payment is in AUD" in told.why


def test_a_dispute_of_which_no_news_came_any_more_is_looked_at_again(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)
    shop.bank_takes(payment)
    shop.hear_of_disputes(payment)
    for each in shop.stripes.v1.disputes.list().data:
        shop.stripes.press("decide", id=each.id, won="no")

    for _ in range(2):
        clock.move(timedelta(minutes=2))
        reconcile(shop.place)

    assert shop.disputes() == [("lost", 110_00)]
    assert shop.still(invoice) == 110_00
    assert [each.source for each in back(shop, payment).disputes[0].heard] == [
        "webhook",
        "reconciler",
    ]


def test_that_nothing_changed_leaves_a_dispute_as_old_as_it_is(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))
    shop.bank_takes(payment)
    shop.hear_of_disputes(payment)
    before = values(shop, select(Dispute.changed_at))

    clock.move(timedelta(minutes=2))
    reconcile(shop.place)

    assert values(shop, select(Dispute.changed_at)) == before
    assert len(back(shop, payment).disputes[0].heard) == 1


def test_row_18d_a_fee_in_another_currency_is_posted_in_its_own(shop: Returns):
    payment = shop.paid(shop.invoice(110_00))

    settles(shop, payment, fee=Money(15_00, "USD"))

    assert shop.postings()[-2:] == [
        ("dispute_opened", "1150", "1010", 110_00),
        ("gateway_fee", "5200", "1010", 15_00),
    ]
    assert shop.differences() == []


def test_row_19b_a_debit_that_the_bank_takes_whole_after_a_part_was_refunded(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = debited(shop, invoice)
    shop.gives_back(payment, 30_00)

    assert bank_takes_debit(shop, 110_00) == "applied"

    assert shop.postings()[-2:] == [
        ("payment_reversed", "1100", "1010", 80_00),
        ("payment_reversed", "5100", "1010", 30_00),
    ]
    assert (shop.still(invoice), shop.states()) == (110_00, ["reversed"])
    [why] = values(shop, select(AttemptMessage.why).where(col(AttemptMessage.why) != "").limit(1))
    assert "30.00 of it had gone back to the payer before" in why
    assert shop.differences() == []
    shop.pays_by_card(invoice)
    assert shop.still(invoice) == 0


def test_a_debit_of_which_the_bank_takes_what_was_left_costs_nothing_more(shop: Returns):
    invoice = shop.invoice(110_00)
    payment = debited(shop, invoice)
    shop.gives_back(payment, 30_00)

    assert bank_takes_debit(shop, 80_00) == "applied"

    assert shop.postings()[-1] == ("payment_reversed", "1100", "1010", 80_00)
    assert (shop.still(invoice), shop.balance(Code.BAD_DEBTS)) == (110_00, aud(0))
    assert shop.differences() == []


def test_a_debit_whose_credit_was_handed_back_in_cash_is_taken_back_all_the_same(shop: Returns):
    debited(shop, shop.request(110_00))
    shop.refund_credit(50_00)

    assert bank_takes_debit(shop, 110_00) == "applied"

    assert (shop.credit(), shop.balance(Code.BAD_DEBTS)) == (0, aud(50_00))
    assert shop.differences() == []


@pytest.mark.parametrize("taken", [aud(110_01), Money(110_00, "USD")], ids=str)
def test_a_bank_that_takes_more_than_came_is_not_believed(shop: Returns, taken: Money):
    invoice = shop.invoice(110_00)
    debited(shop, invoice)

    assert bank_takes_debit(shop, taken.minor, taken.currency) == "quarantined"
    assert (shop.still(invoice), shop.states()) == (0, ["succeeded"])


def test_a_note_that_does_not_fit_any_more_leaves_nothing_of_itself(shop: Returns):
    """The answer is lost; before it is asked for, a line of the note is credited otherwise."""
    invoice = shop.issue(shop.draft(shop.line(60_00), shop.line(50_00)))
    payment = shop.paid(invoice)
    of_first = [LineCredit(shop.line_ids(invoice)[0], aud(30_00))]
    asked = NoteAsked(note_id=drawn("crn"), invoice_id=invoice, reason_code="error", lines=of_first)
    shop.stripes.set_mood("lost_answer", **LOST_ANSWER)
    shop.gives_back(payment, 30_00, choice="no_longer_owes", note=asked)
    of_all = [LineCredit(shop.line_ids(invoice)[0], aud(60_00))]
    shop.note(invoice, 0, amount=of_all, excess=Excess(to_credit=aud(60_00)))

    shop.find_out()

    [told] = back(shop, payment).refunds
    assert (told.state, told.choice) == ("succeeded", "no_longer_owes")
    assert "recorded as still owed" in told.failure
    assert (shop.refunds(), shop.still(invoice)) == ([30_00], 30_00)
    assert values(shop, select(CreditNote.total_minor)) == [60_00]
    assert shop.differences() == []


def test_a_refusal_halfway_leaves_nothing_half_written(shop: Returns):
    """The books are closed up to today while the answer is lost."""
    invoice = shop.invoice(110_00)
    payment = shop.paid(invoice)
    note = NoteAsked(note_id=drawn("crn"), invoice_id=invoice, reason_code="error")
    shop.stripes.set_mood("lost_answer", **LOST_ANSWER)
    attempt = shop.gives_back(payment, 60_00, choice="no_longer_owes", note=note)
    before = everything(shop)
    close(shop, until=clock.now().date() + timedelta(days=1))

    shop.find_out()
    shop.find_out()

    [told] = back(shop, payment).refunds
    assert (told.state, everything(shop)) == ("unknown", before)
    assert [each.said for each in told.heard] == ["unknown", "unknown"]
    close(shop, until=None)
    shop.find_out()
    assert shop.told(RefundAttempt, attempt, "state") == ["succeeded"]
    assert (shop.refunds(), shop.still(invoice)) == ([60_00], 0)
    assert [int(each[-4:]) for each in values(shop, select(CreditNote.number))] == [1]
    assert shop.differences() == []


def values(shop: Returns, wanted: Any) -> list[Any]:
    """The values of one column."""
    return shop.sees(lambda work: list(work.exec(wanted)))


def everything(shop: Returns) -> list[Any]:
    """All that a refund could leave in the books."""
    kinds = (Refund, CreditNote, Allocation, Entry)
    return [*(shop.count(kind) for kind in kinds), shop.postings()]
