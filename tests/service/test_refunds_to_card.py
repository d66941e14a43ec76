"""Money that goes back to the card it came from, over the wire, and what can go wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from billing_app.access.installation import work_now
from billing_app.collecting.refunds import look_again_at_refund
from billing_app.gateways.payments import RefundTold
from billing_app.kernel.refusals import TooMuch
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.exceptions import exceptions
from billing_app.services import crediting, refund_settling, reversing
from billing_app.services.refund_asking import NoteAsked
from billing_app.services.refund_settling import REFUND_MOVES
from billing_app.services.reversing import WentThroughGateway
from tests.attempts import NEWS
from tests.billing import aud, drawn, refused
from tests.giving_back import Returns
from tests.rules import rule
from tests.stripes import open_stripes
from tests.world import World

FAILS_LATER, SLOW = "4000000000005126", "4000000000007726"


class Counter(Returns):
    """A shop whose refunds are looked at one by one."""

    def looks(self, attempt_id: str) -> None:
        """Ask the gateway what became of a refund."""
        look_again_at_refund(
            self.place,
            self.system.organization_id,
            RefundAttempt.read_id(attempt_id),
            source="reconciler",
        )

    def stands(self, attempt_id: str) -> str:
        return str(self.told(RefundAttempt, attempt_id, "state")[0])

    def last(self, kind: Any) -> str:
        """The youngest row of a kind."""
        wanted = select(kind).order_by(col(kind.id).desc()).limit(1)
        return str(self.sees(lambda work: work.exec(wanted).one().shown_id))

    def recorded(self) -> list[tuple[str, int, str]]:
        """Each refund: its choice, its amount, how it went."""
        wanted = select(Refund.choice, Refund.amount_minor, Refund.method)
        return self._rows(wanted.order_by(col(Refund.id)))


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Counter]:
    with open_stripes(tmp_path) as stripes:
        yield Counter(world, stripes)


@rule(95)
def test_row_10_part_of_a_card_payment_goes_back_and_is_owed_again(counter: Counter):
    invoice = counter.invoice(110_00)
    payment = counter.paid(invoice)

    attempt = counter.gives_back(payment, 100_00)

    assert counter.stands(attempt) == "succeeded"
    assert counter.recorded() == [("still_owes", 100_00, "gateway")]
    assert counter.postings()[-1] == ("refund_still_owed", "1100", "1010", 100_00)
    assert (counter.still(invoice), counter.given_back()) == (100_00, [100_00])
    assert counter.differences() == []


def test_row_11_all_of_it_goes_back_and_is_owed_no_more(counter: Counter):
    invoice = counter.issue(counter.draft(counter.line(100_00, tax=counter.tax())))
    payment = counter.paid(invoice)
    note = NoteAsked(note_id=drawn("crn"), invoice_id=invoice, reason_code="cancelled_service")

    counter.gives_back(payment, 110_00, choice="no_longer_owes", note=note, reason="")

    assert counter.still(invoice) == 0
    assert counter.postings()[-3:] == [
        ("refund_no_longer_owed", "1100", "1010", 110_00),
        ("credit_note_issued", "4000", "1100", 100_00),
        ("credit_note_issued", "2200", "1100", 10_00),
    ]
    assert counter.told(CreditNote, note.note_id, "refunded_minor") == [110_00]
    assert (counter.given_back(), counter.differences()) == ([110_00], [])


def test_row_17_unused_credit_goes_back_to_the_card_that_brought_it(counter: Counter):
    request = counter.request(500_00)
    payment = counter.paid(request)

    counter.gives_back(payment, 50_00, choice="from_credit")

    assert counter.postings()[-1] == ("refund_from_credit", "2000", "1010", 50_00)
    assert (counter.credit(), counter.given_back()) == (450_00, [50_00])
    assert counter.differences() == []


def test_the_form_sent_twice_gives_back_once(counter: Counter):
    payment = counter.paid(counter.invoice(110_00))
    asked = counter.asked(payment, 40_00)

    assert counter.sends(asked) == counter.sends(asked)
    assert (counter.given_back(), len(counter.recorded())) == ([40_00], 1)


def test_a_refund_that_fails_days_later_pays_the_invoice_again(counter: Counter):
    invoice = counter.invoice(110_00)
    attempt = counter.gives_back(counter.paid(invoice, number=FAILS_LATER), 110_00)
    before = (counter.stands(attempt), counter.still(invoice))

    counter.stripes.pass_time(days=2)
    counter.looks(attempt)

    assert before == ("succeeded", 110_00)
    assert (counter.stands(attempt), counter.still(invoice)) == ("failed", 0)
    assert counter.postings()[-1] == ("refund_reversed", "1010", "1100", 110_00)
    assert "come back to us" in counter.told(RefundAttempt, attempt, "failure")[0]
    assert counter.differences() == []
    assert counter.stands(counter.gives_back(counter.last(Payment), 10_00)) == "succeeded"


def test_a_refund_with_a_note_that_fails_later_becomes_credit(counter: Counter):
    invoice = counter.invoice(110_00)
    payment = counter.paid(invoice, number=FAILS_LATER)
    note = NoteAsked(note_id=drawn("crn"), invoice_id=invoice, reason_code="error")
    attempt = counter.gives_back(payment, 110_00, choice="no_longer_owes", note=note)

    counter.stripes.pass_time(days=2)
    counter.looks(attempt)

    assert (counter.stands(attempt), counter.still(invoice)) == ("failed", 0)
    assert counter.postings()[-1] == ("refund_reversed", "1010", "2000", 110_00)
    assert counter.credit() == 110_00
    assert counter.differences() == []


def test_what_failed_and_was_paid_otherwise_since_becomes_credit(counter: Counter):
    invoice, request = counter.invoice(60_00), counter.request(50_00)
    attempt = counter.gives_back(counter.paid(invoice, request, number=FAILS_LATER), 110_00)
    counter.pay(110_00, invoice, request, really=True)
    had = counter.credit()

    counter.stripes.pass_time(days=2)
    counter.looks(attempt)

    assert (counter.still(invoice), counter.told(CreditRequest, request, "still_to_pay_minor")) == (
        0,
        [0],
    )
    assert (had, counter.credit()) == (50_00, 160_00)
    assert counter.differences() == []


def test_a_refund_that_is_pending_is_posted_at_once_and_again_only_once(counter: Counter):
    invoice = counter.invoice(110_00)
    attempt = counter.gives_back(counter.paid(invoice, number=SLOW), 30_00)
    before = (counter.stands(attempt), counter.still(invoice))

    counter.stripes.pass_time(days=3)
    counter.looks(attempt)
    counter.looks(attempt)

    assert before == ("pending", 30_00)
    assert (counter.stands(attempt), counter.recorded()) == (
        "succeeded",
        [("still_owes", 30_00, "gateway")],
    )


def test_a_lost_answer_is_asked_for_and_nothing_goes_back_twice(counter: Counter):
    invoice = counter.invoice(110_00)
    payment = counter.paid(invoice)
    counter.stripes.set_mood("lost_answer", about="POST /v1/refunds", times="3")
    asked = counter.asked(payment, 80_00)
    attempt = counter.sends(asked)
    unknown = (counter.stands(attempt), counter.recorded())

    counter.sends(asked)
    with pytest.raises(TooMuch, match=r"30\.00"):
        counter.gives_back(payment, 31_00)
    counter.looks(attempt)

    assert unknown == ("unknown", [])
    assert (counter.stands(attempt), counter.still(invoice)) == ("succeeded", 80_00)
    assert counter.given_back() == [80_00]
    assert counter.differences() == []


def test_what_went_back_before_its_dispute_was_heard_of_is_recorded(counter: Counter):
    invoice = counter.invoice(110_00)
    payment = counter.paid(invoice)
    counter.stripes.set_mood("lost_answer", about="POST /v1/refunds", times="3")
    attempt = counter.gives_back(payment, 30_00)
    counter.bank_takes(payment)
    counter.hear_of_disputes(payment)

    counter.looks(attempt)

    assert (counter.stands(attempt), counter.still(invoice)) == ("succeeded", 30_00)
    assert counter.disputes() == [("open", 80_00)]
    counter.lose_disputes(payment)
    assert counter.still(invoice) == 110_00
    assert counter.differences() == []


def test_a_refund_that_never_left_is_given_up_and_can_be_asked_for_again(counter: Counter):
    payment = counter.paid(counter.invoice(110_00))
    counter.stripes.set_mood("unreached", about="POST /v1/refunds", times="3")
    attempt = counter.gives_back(payment, 110_00)
    counter.looks(attempt)
    waiting = counter.stands(attempt)

    counter.stripes.press("calm")
    counter.stripes.pass_time(minutes=11)
    counter.looks(attempt)

    assert (waiting, counter.stands(attempt), counter.recorded()) == ("unknown", "failed", [])
    assert counter.stands(counter.gives_back(payment, 110_00)) == "succeeded"
    assert counter.given_back() == [110_00]


def test_c5_two_refunds_at_once_never_give_back_more_than_came_in(counter: Counter):
    payment = counter.paid(counter.invoice(110_00))

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: _tried(counter, payment), range(4)))

    assert sorted(ends) == ["refused", "refused", "refused", "succeeded"]
    assert counter.given_back() == [80_00]
    assert counter.differences() == []


def _tried(counter: Counter, payment: str) -> str:
    try:
        return counter.stands(counter.gives_back(payment, 80_00))
    except TooMuch:
        return "refused"


@rule(96)
def test_what_is_recorded_as_handed_back_outside_credits_no_card(counter: Counter):
    payment = counter.paid(counter.invoice(110_00))

    counter.refund(payment, 70_00)

    assert counter.given_back() == []
    with pytest.raises(TooMuch, match=r"40\.00"):
        counter.gives_back(payment, 50_00)
    assert counter.differences() == []


def test_nobody_undoes_by_hand_what_the_gateway_gave_back(counter: Counter):
    counter.gives_back(counter.paid(counter.invoice(110_00)), 10_00)
    refund = counter.last(Refund)

    said = refused(
        counter,
        WentThroughGateway,
        lambda work: reversing.reverse_refund(work, refund, reason="Never went out"),
    )

    assert "payment provider" in said


def test_credit_that_was_used_meanwhile_is_told_as_owed_again(counter: Counter):
    """The gateway's answer is lost; before it is asked for, the credit pays an invoice."""
    payment = counter.paid(counter.request(50_00))
    counter.stripes.set_mood("lost_answer", about="POST /v1/refunds", times="3")
    attempt = counter.gives_back(payment, 50_00, choice="from_credit")
    invoice = counter.invoice(50_00)
    counter.settings(apply_credit_to_invoices=True)
    counter.does(lambda work: crediting.pay_from_credit(work, invoice))

    counter.looks(attempt)

    assert (counter.stands(attempt), counter.still(invoice)) == ("succeeded", 50_00)
    assert counter.recorded() == [("still_owes", 50_00, "gateway")]
    assert "recorded as still owed" in counter.told(RefundAttempt, attempt, "failure")[0]
    assert counter.differences() == []


def test_money_that_went_back_twice_is_said_until_somebody_mends_the_credit(counter: Counter):
    """The gateway's answer is lost; before it is asked for, the credit is handed back in cash."""
    payment = counter.paid(counter.request(50_00))
    counter.stripes.set_mood("lost_answer", about="POST /v1/refunds", times="3")
    attempt = counter.gives_back(payment, 50_00, choice="from_credit")
    by_hand = counter.refund_credit(50_00)

    counter.looks(attempt)
    said = counter.told(RefundAttempt, attempt, "state", "failure")
    counter.does(lambda work: reversing.reverse_refund(work, by_hand, reason="Went to the card"))
    counter.looks(attempt)

    assert said[0] == "unknown"
    assert "cannot be recorded" in said[1]
    assert (counter.stands(attempt), counter.credit()) == ("succeeded", 0)
    assert counter.differences() == []


@pytest.mark.parametrize(
    "said",
    [{"amount": aud(1_00)}, {"payment": "pi_other"}, {"reference": "re_other"}],
    ids=lambda said: next(iter(said)),
)
def test_news_of_a_refund_that_does_not_fit_posts_nothing(counter: Counter, said: dict[str, Any]):
    attempt = counter.gives_back(counter.paid(counter.invoice(110_00), number=SLOW), 30_00)
    told = _told(counter, attempt, "failed")

    verdict = _settles(counter, attempt, RefundTold(**(told | said)))

    assert (verdict, counter.stands(attempt)) == ("quarantined", "pending")


def test_a_refund_that_does_not_fit_is_one_exception_however_far_it_is(counter: Counter):
    attempt = counter.gives_back(counter.paid(counter.invoice(110_00), number=SLOW), 30_00)

    for state in ("pending", "succeeded"):
        told = _told(counter, attempt, state) | {"amount": aud(40_00)}
        _settles(counter, attempt, RefundTold(**told))

    assert [row.kind for row in counter.does(exceptions).rows] == ["put aside"]


def test_late_news_of_a_refund_never_regresses_it(counter: Counter):
    attempt = counter.gives_back(counter.paid(counter.invoice(110_00), number=FAILS_LATER), 30_00)
    counter.stripes.pass_time(days=2)
    counter.looks(attempt)

    late = [
        _settles(counter, attempt, RefundTold(**_told(counter, attempt, state)))
        for state in ("pending", "succeeded", "failed")
    ]

    assert (late, counter.stands(attempt)) == (["late", "late", "known"], "failed")
    assert counter.differences() == []


def test_a_refund_state_says_what_it_may_become():
    assert set(REFUND_MOVES) == {state for moves in REFUND_MOVES.values() for state in moves} | {
        "created",
        "unknown",
    }


def _told(counter: Counter, attempt: str, state: str) -> dict[str, Any]:
    reference = counter.told(RefundAttempt, attempt, "gateway_refund")[0]
    return {"reference": reference, "refund": attempt, "amount": aud(30_00), "state": state}


def _settles(counter: Counter, attempt: str, told: RefundTold) -> str:
    return work_now(
        counter.system,
        counter.world.database,
        lambda work: refund_settling.settle_refund(work, attempt, told, NEWS),
    )
