"""An attempt to take money: begun once, settled once, whoever brings the news and how often."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.errors import NotFound
from billing_app.kernel.money import MixedCurrencies, Money
from billing_app.kernel.refusals import NotPayable, TooMuch
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditRequest
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.reads.refundable import refundable
from billing_app.services import organizing, settling, voiding
from billing_app.services.claiming import BeingPaid, OnItsWay
from billing_app.services.paying import Part
from billing_app.services.settling import MOVES, Heard
from tests.attempts import NEWS, Counter
from tests.billing import aud
from tests.plans import listening
from tests.rules import rule
from tests.world import World

RECONCILER = Heard(source="reconciler")


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


@rule(88)
def test_a_card_that_succeeds_pays_the_invoice_once(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)

    assert counter.settle(begun, Stage.SUCCEEDED, fee=aud(3_49)) == "applied"

    assert counter.of(invoice, "still_to_pay_minor") == 0
    assert counter.postings()[-2:] == [
        ("payment_received", "1010", "1100", 110_00),
        ("gateway_fee", "5000", "1010", 3_49),
    ]
    assert counter.differences() == []


def test_the_same_news_again_changes_nothing(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.SUCCEEDED, fee=aud(3_49))
    before = counter.postings()

    assert [counter.settle(begun, Stage.SUCCEEDED, fee=aud(3_49)) for _ in range(3)] == [
        "known",
        "known",
        "known",
    ]
    assert counter.payments() == [110_00]
    assert counter.postings() == before


@pytest.mark.parametrize("stage", [Stage.PROCESSING, Stage.FAILED, Stage.CANCELED])
def test_late_news_never_takes_back_what_is_known(counter: Counter, stage: Stage):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.SUCCEEDED)

    assert counter.settle(begun, stage, failure="Your card was declined.") == "late"
    assert (counter.state(begun), counter.payments()) == ("succeeded", [110_00])


@pytest.mark.parametrize("stage", [Stage.FAILED, Stage.CANCELED])
def test_money_that_comes_after_all_is_ours(counter: Counter, stage: Stage):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, stage, failure_code="card_declined", failure="It was declined.")

    assert counter.settle(begun, Stage.SUCCEEDED) == "applied"
    assert (counter.state(begun), counter.payments()) == ("succeeded", [110_00])


def test_a_declined_try_on_the_page_leaves_the_attempt_open(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.REQUIRES_ACTION)

    tried = counter.settle(begun, Stage.REQUIRES_ACTION, failure="Your card was declined.")

    assert (tried, counter.state(begun)) == ("noted", "requires_action")
    assert counter.heard(begun) == [("requires_action", "applied"), ("requires_action", "noted")]


def test_a_debit_pays_only_when_it_has_cleared(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.PROCESSING)
    waiting = counter.of(invoice, "still_to_pay_minor")

    counter.settle(begun, Stage.SUCCEEDED)

    assert (waiting, counter.of(invoice, "still_to_pay_minor")) == (110_00, 0)


def test_g8_a_debit_that_is_returned_asks_for_its_money_again(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.SUCCEEDED)

    back = counter.settle(
        begun, Stage.SUCCEEDED, taken_back=aud(110_00), failure="The account was closed."
    )

    assert (back, counter.state(begun)) == ("applied", "reversed")
    assert counter.of(invoice, "still_to_pay_minor") == 110_00
    assert counter.postings()[-1] == ("payment_reversed", "1100", "1010", 110_00)
    assert counter.differences() == []


def test_a_debit_that_came_and_went_before_anybody_looked_is_recorded_both_ways(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.PROCESSING)

    assert counter.settle(begun, Stage.SUCCEEDED, taken_back=aud(110_00)) == "applied"

    assert counter.state(begun) == "reversed"
    events = [event for event, *_ in counter.postings()]
    assert events[-2:] == ["payment_received", "payment_reversed"]
    assert counter.of(invoice, "still_to_pay_minor") == 110_00
    assert counter.differences() == []


def test_what_a_bank_takes_back_later_of_the_same_debit_is_put_aside(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.SUCCEEDED)
    counter.settle(begun, Stage.SUCCEEDED, taken_back=aud(40_00))

    again = counter.settle(begun, Stage.SUCCEEDED, taken_back=aud(40_00))
    more = counter.settle(begun, Stage.SUCCEEDED, taken_back=aud(110_00))

    assert (again, more, counter.still(invoice)) == ("known", "quarantined", 40_00)
    assert counter.differences() == []


def test_a_long_code_of_a_refusal_is_kept_in_short(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    trouble = {"state": "failed", "code": "no_such_account_" * 5, "sentence": "The bank said no."}

    counter.acts(lambda work: settling.note_trouble(work, begun.asked.attempt, "pay", **trouble))

    assert counter.state(begun) == "failed"


def test_the_trouble_of_whoever_knows_less_ends_nothing(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    attempt_id = begun.asked.attempt
    name = f"pi_{attempt_id}"
    trouble = {"state": "canceled", "code": "unreached", "sentence": "No answer."}

    goes_on = counter.acts(
        lambda work: settling.note_sent(work, attempt_id, "prepare", payment=name)
    )
    counter.acts(lambda work: settling.note_trouble(work, attempt_id, "charge", **trouble))
    still_there = counter.state(begun)
    counter.acts(
        lambda work: settling.note_trouble(work, attempt_id, "charge", known=name, **trouble)
    )

    assert (goes_on, still_there, counter.state(begun)) == (True, "created", "canceled")


def test_what_was_given_up_meanwhile_is_not_gone_on_with(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.CANCELED)

    assert not counter.acts(lambda work: settling.note_sent(work, begun.asked.attempt, "prepare"))


def test_one_attempt_pays_several_documents(counter: Counter):
    first, second = counter.invoice(60_00), counter.invoice(50_00)
    request = counter.request(40_00)
    begun = counter.begin(first, second, request)

    counter.settle(begun, Stage.SUCCEEDED)

    assert begun.asked.amount == aud(150_00)
    assert [counter.of(each, "still_to_pay_minor") for each in (first, second)] == [0, 0]
    assert counter.told(CreditRequest, request, "still_to_pay_minor") == [0]
    assert counter.balance(Code.CUSTOMER_CREDIT, party_id=_marsh(counter)) == aud(40_00)
    assert counter.differences() == []


def test_what_was_paid_otherwise_meanwhile_becomes_credit(counter: Counter):
    """The gateway said 'canceled', somebody recorded cash, and then the card went through."""
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.CANCELED)
    counter.pay(100_00, invoice)

    counter.settle(begun, Stage.SUCCEEDED)

    assert counter.of(invoice, "still_to_pay_minor") == 0
    assert counter.balance(Code.CUSTOMER_CREDIT, party_id=_marsh(counter)) == aud(100_00)
    assert counter.differences() == []


def test_money_for_an_invoice_that_became_void_is_kept_as_credit(counter: Counter):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    counter.settle(begun, Stage.CANCELED)
    counter.does(lambda work: voiding.void_invoice(work, invoice, reason="Ordered twice"))

    counter.settle(begun, Stage.SUCCEEDED)

    assert counter.balance(Code.CUSTOMER_CREDIT, party_id=_marsh(counter)) == aud(110_00)


@pytest.mark.parametrize(
    "said",
    [
        {"amount": aud(1_00)},
        {"amount": Money(110_00, "USD")},
        {"live": True},
        {"attempt": "att_another"},
        {"payer": "cus_somebody"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_news_that_does_not_fit_posts_nothing(counter: Counter, said: dict[str, object]):
    begun = counter.begin(counter.invoice(110_00), begun_by="admin")

    assert counter.settle(begun, Stage.SUCCEEDED, **said) == "quarantined"
    assert (counter.state(begun), counter.payments()) == ("created", [])
    assert counter.heard(begun) == [("succeeded", "quarantined")]


def test_what_does_not_fit_is_kept_once_from_each_who_tells_it(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))

    for heard in [RECONCILER] * 3 + [NEWS] * 2 + [RECONCILER] * 2:
        counter.settle(begun, Stage.SUCCEEDED, heard, amount=aud(1_00))

    assert counter.heard(begun) == [("succeeded", "quarantined")] * 3


def test_another_payment_under_the_same_attempt_posts_nothing(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.PROCESSING, payment="pi_first")

    assert counter.settle(begun, Stage.SUCCEEDED, payment="pi_second") == "quarantined"
    assert counter.payments() == []


def test_what_another_attempt_became_posts_nothing(counter: Counter):
    first, second = counter.begin(counter.invoice(110_00)), counter.begin(counter.invoice(110_00))
    counter.settle(first, Stage.SUCCEEDED, payment="pi_of_the_first")

    assert counter.settle(second, Stage.SUCCEEDED, payment="pi_of_the_first") == "quarantined"
    assert counter.payments() == [110_00]


def test_what_the_reconciler_knows_already_fills_no_log(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.PROCESSING)

    assert counter.settle(begun, Stage.PROCESSING, heard=RECONCILER) == "known"
    assert counter.heard(begun) == [("processing", "applied")]


@pytest.mark.parametrize("stage", [None, Stage.REQUIRES_ACTION])
def test_nobody_else_pays_what_is_being_paid(counter: Counter, stage: Stage | None):
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice)
    if stage:
        counter.settle(begun, stage)

    with pytest.raises(BeingPaid, match="being paid somewhere else") as refusal:
        counter.begin(invoice, amount=10_00)
    assert refusal.value.attempt_id == begun.asked.attempt
    with pytest.raises(BeingPaid):
        counter.pay(50_00, invoice)
    with pytest.raises(BeingPaid, match=r"110\.00.* begun on .* Payments > On its way.*Let it go"):
        counter.does(lambda work: voiding.void_invoice(work, invoice, reason="Ordered twice"))


def test_what_is_on_its_way_leaves_only_the_rest_to_pay(counter: Counter):
    invoice = counter.invoice(110_00)
    counter.settle(counter.begin(invoice, amount=80_00), Stage.PROCESSING)

    with pytest.raises(OnItsWay, match=r"80\.00 for Invoice .* is on its way already"):
        counter.begin(invoice, amount=40_00)
    rest = counter.begin(invoice, amount=30_00)

    counter.settle(rest, Stage.SUCCEEDED)
    assert counter.of(invoice, "still_to_pay_minor") == 80_00


def test_an_attempt_that_ended_holds_nobody_up(counter: Counter):
    invoice = counter.invoice(110_00)
    counter.settle(counter.begin(invoice), Stage.CANCELED)

    again = counter.begin(invoice)

    assert counter.settle(again, Stage.SUCCEEDED) == "applied"


@rule(101, 102)
def test_bad_requests_begin_nothing(counter: Counter):
    invoice, draft = counter.invoice(110_00), counter.draft(counter.line(50_00))
    paid = counter.invoice(10_00)
    counter.pay(10_00, paid)
    foreign = counter.invoice(20_00, party_id=counter.world.bellweather)

    for refusal, parts in (
        (TooMuch, [Part(invoice, aud(110_01))]),
        (MixedCurrencies, [Part(invoice, Money(110_00, "USD"))]),
        (NotPayable, [Part(draft)]),
        (NotPayable, [Part(paid)]),
        (NotFound, [Part(foreign)]),
        (NotFound, [Part("inv_nothing")]),
    ):
        with pytest.raises(refusal):
            counter.begins(parts)
    assert counter.begin(invoice).asked.amount == aud(110_00)


def test_closed_books_turn_no_money_away(counter: Counter, wait):
    begun = counter.begin(counter.invoice(110_00))
    closed = counter.today()
    wait(timedelta(days=1))
    counter.does(lambda work: organizing.close_books(work, until=closed))

    assert counter.settle(begun, Stage.SUCCEEDED) == "applied"
    assert counter.differences() == []


def test_a_state_says_what_it_may_become():
    assert set(MOVES) == {state for moves in MOVES.values() for state in moves} | {"created"}


def test_the_gateways_names_lead_to_the_attempt(counter: Counter):
    begun = counter.begin(counter.invoice(110_00))
    counter.settle(begun, Stage.PROCESSING, session="cs_named", payment="pi_named")

    assert counter.acts(lambda work: settling.attempt_of(work, session="cs_named")) == (
        begun.asked.attempt
    )
    assert counter.acts(lambda work: settling.attempt_of(work, payment="pi_unnamed")) == ""


def _marsh(counter: Counter) -> UUID:
    return Customer.read_id(counter.world.marsh)


def test_a_payment_on_many_documents_asks_once_whether_one_is_being_paid(counter: Counter):
    invoices = [counter.invoice(10_00) for _ in range(3)]

    with listening(counter.world.database) as sent:
        counter.pay(30_00, *invoices)

    assert sum("FROM attempt_claim" in statement for statement, _ in sent) == 1


def test_the_one_that_is_being_paid_is_the_one_that_is_named(counter: Counter):
    first, held, last = (counter.invoice(10_00) for _ in range(3))
    counter.begin(held)

    with pytest.raises(BeingPaid, match=str(counter.of(held, "number"))):
        counter.pay(30_00, first, held, last)


def test_what_came_by_transfer_is_handed_back_by_hand(counter: Counter):
    counter.settle(counter.begin(counter.invoice(30_00), way=Way.BANK_TRANSFER), Stage.SUCCEEDED)
    payment = counter.sees(lambda work: work.exec(select(Payment)).one().shown_id)

    found = counter.does(lambda work: refundable(work, payment))

    assert (found.instrument, found.left.minor) == ("", 30_00)
