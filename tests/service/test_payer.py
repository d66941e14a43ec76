"""What lies behind a pay link: one document, what it asks now, and how paying it went."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import Moved
from billing_app.models.attempt import PaymentAttempt
from billing_app.reads import payer, payer_outcome
from billing_app.reads.payer import PayLine, Share, Standing
from billing_app.reads.payer_outcome import Ending
from billing_app.services import organizing, planning
from billing_app.services.voiding import void_invoice
from tests.attempts import NEWS
from tests.billing import aud
from tests.links import Links
from tests.rules import rule
from tests.world import World


@pytest.fixture
def links(world: World) -> Links:
    return Links(world)


def shared(links: Links, document_id: str, much: str, typed: str = "") -> Share:
    return links.as_holder(
        links.link(document_id), lambda work: payer.share(work, much=much, typed=typed)
    )


def outcome(links: Links, document_id: str) -> payer_outcome.Outcome:
    return links.as_holder(links.link(document_id), payer_outcome.outcome)


def planned(links: Links) -> str:
    """An invoice of 300.00 in three parts, the first of which is due today."""
    draft = links.draft(links.line(300_00))
    first = links.today()
    links.does(
        lambda work: planning.plan_in_equal_parts(
            work, draft, count=3, first_due_on=first, months_apart=1
        )
    )
    return links.issue(draft)


@rule(48, 66)
def test_a_bill_says_who_asks_whom_for_what_and_how_much(links: Links):
    gst = links.tax()
    invoice = links.issue(
        links.draft(links.line(100_00, gst), links.line(20_00, gst, quantity_milli=3_000))
    )

    bill = links.bill(invoice, Way.CARD)

    assert bill.standing is Standing.PAYABLE
    assert bill.asked_by.startswith("Harbour")
    assert bill.what == f"Invoice {links.of(invoice, 'number')}"
    assert bill.customer == "Marsh Design"
    assert bill.lines == [PayLine("Design", "A$100.00"), PayLine("3 × Design", "A$60.00")]
    assert [bill.net.minor, bill.tax.minor, bill.total.minor] == [160_00, 16_00, 176_00]
    assert (bill.still_to_pay.minor, bill.most.minor, bill.settled.minor) == (176_00, 176_00, 0)
    assert bill.due.endswith(", in 14 days")
    assert bill.ways == [Way.CARD]


def test_a_bill_tells_no_address_no_id_and_nothing_of_another_document(links: Links):
    other = links.invoice(77_77)
    links.pay(77_77, other)
    links.world.cleo  # noqa: B018 - a contact whose address must not show

    told = repr(dataclasses.asdict(links.bill(links.invoice(100_00))))

    for hidden in ("@", "77.77", links.world.marsh, str(links.of(other, "number"))):
        assert hidden not in told


@rule(55)
def test_a_credit_request_is_a_bill_of_one_line_without_tax(links: Links):
    bill = links.bill(links.request(500_00, description="Deposit"))

    assert bill.lines == [PayLine("Deposit", "A$500.00")]
    assert (bill.tax.minor, bill.total.minor) == (0, 500_00)
    assert bill.due.startswith("Asked for by ")


def test_a_part_that_was_paid_is_settled(links: Links):
    invoice = links.invoice(100_00)
    links.pay(40_00, invoice)

    bill = links.bill(invoice)

    assert (bill.settled.minor, bill.still_to_pay.minor) == (40_00, 60_00)


def test_a_paid_document_and_a_void_one_say_so(links: Links):
    paid, void = links.invoice(100_00), links.invoice(100_00)
    links.pay(100_00, paid)
    token = links.link(void)
    links.does(lambda work: void_invoice(work, void, reason="Mistyped"))

    assert links.bill(paid).standing is Standing.PAID
    withdrawn = links.as_holder(token, lambda work: payer.bill(work, ()))
    assert (withdrawn.standing, withdrawn.settled.minor) == (Standing.VOID, 0)


def test_money_on_its_way_is_not_asked_for_again(links: Links):
    invoice = links.invoice(100_00)
    links.settle(links.begin(invoice, amount=30_00), Stage.PROCESSING)

    bill = links.bill(invoice)

    assert bill.standing is Standing.PAYABLE
    assert (bill.on_its_way.minor, bill.most.minor) == (30_00, 70_00)
    assert shared(links, invoice, "all").amount == aud(70_00)


def test_a_document_that_is_on_its_way_as_a_whole_is_processing(links: Links):
    invoice = links.invoice(100_00)
    links.settle(links.begin(invoice), Stage.PROCESSING)

    assert links.bill(invoice).standing is Standing.PROCESSING


def test_an_open_page_is_told_of_and_can_be_gone_on_with(links: Links):
    invoice = links.invoice(100_00)
    begun = links.begin(invoice, amount=40_00, way=Way.DIRECT_DEBIT)
    links.settle(begun, Stage.REQUIRES_ACTION, session="cs_left_open")

    bill = links.bill(invoice)

    assert (bill.standing, bill.most.minor) == (Standing.PAYABLE, 100_00)
    assert (bill.open_page.text, bill.open_way) == ("A$40.00", "direct_debit")
    assert shared(links, invoice, "begun").amount == aud(40_00)


def test_what_is_not_there_to_be_chosen_any_more_is_not_taken_for_all_of_it(links: Links):
    invoice, in_parts = links.invoice(100_00), planned(links)
    begun = links.begin(invoice, amount=40_00, way=Way.DIRECT_DEBIT)
    links.settle(begun, Stage.CANCELED)
    links.settle(links.begin(in_parts, amount=100_00), Stage.SUCCEEDED)

    for document_id, much in ((invoice, "begun"), (in_parts, "part")):
        with pytest.raises(Moved):
            shared(links, document_id, much)


def test_nobody_with_a_link_is_led_to_a_page_that_a_contact_opened(links: Links):
    invoice = links.invoice(100_00)
    begun = links.begin(invoice, begun_by="contact", saves=True)
    links.settle(begun, Stage.REQUIRES_ACTION, session="cs_of_cleo")

    bill = links.bill(invoice)

    assert (bill.open_page.minor, bill.open_way) == (100_00, "")


def test_of_a_plan_the_part_due_today_can_be_paid_alone(links: Links):
    invoice = planned(links)

    assert links.bill(invoice).due_now.minor == 100_00
    assert links.bill(invoice).due.startswith("First part due on ")
    assert shared(links, invoice, "part").amount == aud(100_00)


def test_what_is_on_its_way_is_for_the_part_that_is_due(links: Links):
    invoice = planned(links)
    links.settle(links.begin(invoice, amount=70_00), Stage.PROCESSING)

    assert links.bill(invoice).due_now.minor == 30_00
    assert shared(links, invoice, "part").amount == aud(30_00)


def test_of_a_plan_only_a_part_was_due(links: Links, wait: Callable[[timedelta], None]):
    invoice = planned(links)

    wait(timedelta(days=2))

    assert links.bill(invoice).due.startswith("A part was due on ")
    assert links.bill(invoice).due.endswith(", 2 days ago")


def test_all_of_it_is_whatever_is_still_to_pay_when_it_is_paid(links: Links):
    invoice = links.invoice(100_00)

    assert shared(links, invoice, "all") == Share(invoice, None)


@pytest.mark.parametrize(
    ("typed", "minor"), [("25", 25_00), ("A$ 25.50", 25_50), (" 1,000.00 ", 1_000_00)]
)
def test_another_amount_is_read_in_the_documents_currency(links: Links, typed: str, minor: int):
    invoice = links.invoice(2_000_00)

    assert shared(links, invoice, "other", typed).amount == Money(minor, "AUD")


@pytest.mark.parametrize(
    ("much", "typed"),
    [
        ("other", ""),
        ("other", "0"),
        ("other", "-5"),
        ("other", "5 EUR"),
        ("other", "1e3"),
        ("", ""),
    ],
)
def test_what_is_no_amount_is_refused(links: Links, much: str, typed: str):
    invoice = links.invoice(100_00)

    with pytest.raises(Invalid):
        shared(links, invoice, much, typed)


def test_bank_details_and_the_number_as_reference_are_told(links: Links):
    links.does(lambda work: organizing.set_profile(work, bank_details="BSB 012-345\nAcc 678"))
    invoice = links.invoice(100_00)

    bill = links.bill(invoice)

    assert bill.bank_details == "BSB 012-345\nAcc 678"
    assert bill.reference == links.of(invoice, "number")


@pytest.mark.parametrize(
    ("stage", "ending"),
    [
        (Stage.REQUIRES_ACTION, Ending.WAITING),
        (Stage.PROCESSING, Ending.PROCESSING),
        (Stage.SUCCEEDED, Ending.PAID),
        (Stage.FAILED, Ending.FAILED),
        (Stage.CANCELED, Ending.UNFINISHED),
    ],
)
def test_the_outcome_is_what_our_books_say(links: Links, stage: Stage, ending: Ending):
    invoice = links.invoice(100_00)
    links.settle(links.begin(invoice, amount=30_00), stage, failure="Your bank said no.")

    told = outcome(links, invoice)

    assert told.ending is ending
    assert told.amount == "A$30.00"
    assert told.why == ("Your bank said no." if ending is Ending.FAILED else "")
    assert told.still_to_pay.minor == (70_00 if ending is Ending.PAID else 100_00)


def test_the_last_visit_counts(links: Links):
    invoice = links.invoice(100_00)
    links.settle(links.begin(invoice), Stage.CANCELED, NEWS)

    links.settle(links.begin(invoice), Stage.SUCCEEDED)

    assert outcome(links, invoice).ending is Ending.PAID


def test_each_visit_has_its_own_outcome_and_a_strangers_counts_for_nothing(links: Links):
    invoice, other = links.invoice(100_00), links.invoice(100_00)
    first, elsewhere = links.begin(invoice), links.begin(other)
    links.settle(first, Stage.CANCELED)
    second = links.begin(invoice)
    links.settle(second, Stage.PROCESSING)
    links.settle(elsewhere, Stage.FAILED)
    token = links.link(invoice)

    def ending(visit: str) -> Ending:
        return links.as_holder(token, lambda work: payer_outcome.outcome(work, visit)).ending

    assert ending(first.asked.attempt) is Ending.UNFINISHED
    assert ending(second.asked.attempt) is Ending.PROCESSING
    for unknown in (elsewhere.asked.attempt, "att_nonsense", "nonsense", ""):
        assert ending(unknown) is Ending.PROCESSING


def test_what_is_on_its_way_is_not_still_to_be_paid_after_a_visit(links: Links):
    invoice = links.invoice(100_00)
    links.settle(links.begin(invoice, amount=30_00), Stage.PROCESSING)

    told = outcome(links, invoice)

    assert (told.left.minor, told.on_its_way.minor) == (70_00, 30_00)
    assert told.still_to_pay.minor == links.bill(invoice).still_to_pay.minor == 100_00


def debit(links: Links, invoice: str, stage: Stage, **more: Any) -> None:
    begun = links.begin(invoice, amount=10_00, way=Way.DIRECT_DEBIT)
    links.settle(begun, stage, **more)


def test_a_debit_that_was_taken_back_is_told_of_while_the_document_asks(links: Links):
    invoice = links.invoice(100_00)
    debit(links, invoice, Stage.SUCCEEDED, taken_back=aud(10_00))
    told = links.bill(invoice).went_back
    links.pay(100_00, invoice)

    assert told.startswith("A direct debit of A$10.00 from ")
    assert told.endswith(" was taken back by your bank, so it is asked for again.")
    assert links.bill(invoice).went_back == ""


def test_only_the_last_debit_is_told_of(links: Links):
    invoice = links.invoice(100_00)
    debit(links, invoice, Stage.FAILED)
    failed = links.bill(invoice).went_back

    debit(links, invoice, Stage.PROCESSING)

    assert "did not go through" in failed
    assert links.bill(invoice).went_back == ""


def test_dollars_of_another_country_are_named(links: Links):
    price = Money(200_00, "USD")
    draft = links.draft(links.line(0, unit_price=price), currency="USD")

    bill = links.bill(links.issue(draft))

    assert (bill.most.text, bill.lines) == ("$200.00 USD", [PayLine("Design", "$200.00 USD")])


def test_without_a_visit_there_is_no_outcome(links: Links):
    links.settle(links.begin(links.invoice(1_00)), Stage.SUCCEEDED)

    with pytest.raises(NotFound):
        outcome(links, links.invoice(100_00))


def test_a_page_counts_as_opened_for_its_own_document_only(links: Links):
    invoice, other = links.invoice(100_00), links.invoice(100_00)
    begun = links.begin(invoice)
    links.settle(begun, Stage.REQUIRES_ACTION, session="cs_of_invoice")
    attempts = links.count(PaymentAttempt)

    def visit(document_id: str, page: str = "cs_of_invoice") -> str:
        return links.as_holder(
            links.link(document_id), lambda work: payer_outcome.visit_at(work, page)
        )

    assert visit(invoice) == begun.asked.attempt
    for document_id, page in ((other, "cs_of_invoice"), (invoice, "cs_made_up")):
        with pytest.raises(NotFound):
            visit(document_id, page)
    assert links.count(PaymentAttempt) == attempts
