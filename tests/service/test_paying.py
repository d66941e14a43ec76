"""Recording money that came in, and taking a record back that was a mistake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from billing_app.access.guard import customer_read
from billing_app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.refusals import NotAnAmount, NotPayable, TooMuch, WrongCurrency
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.audit import AuditEntry
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation, Payment
from billing_app.services import organizing, paying, requesting, voiding
from billing_app.services.doubting import LooksRecorded
from billing_app.services.paying import Part
from billing_app.services.repeating import SaidDifferently
from billing_app.services.taking_back import AlreadyReversed, CreditUsed, PartlyRefunded
from tests.billing import aud, drawn, refused
from tests.rules import rule
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def recording(till: Till, *documents: str, minor: int = 100_00, **more):
    """The command that records a payment, ready to be refused."""
    parts = [each if isinstance(each, Part) else Part(each) for each in documents]
    said = {"party_id": till.world.marsh, "amount": aud(minor), "kind": "cash", "parts": parts}
    said |= more
    return lambda work: paying.record_payment(work, drawn("pay"), **said)


@rule(74, 78, 88)
def test_row_4_a_transfer_of_6_700_pays_a_part_and_lowers_what_is_still_to_pay(till: Till):
    invoice = till.invoice(9_700_00)

    payment = till.pay(6_700_00, invoice)

    assert till.still(invoice) == 3_000_00
    assert till.postings(payment, Payment) == [("payment_received", "1000", "1100", 6_700_00)]
    assert till.differences() == []


@rule(100, 101)
def test_row_9_g14_300_on_250_pays_it_and_leaves_50_as_credit_of_that_payment(till: Till):
    invoice = till.invoice(250_00)

    payment = till.pay(300_00, invoice)

    assert till.still(invoice) == 0
    assert till.lots() == [("overpayment", 50_00, 50_00)]
    assert till.postings(payment, Payment) == [
        ("payment_received", "1000", "1100", 250_00),
        ("payment_received", "1000", "2000", 50_00),
    ]
    assert till.differences() == []


def test_one_payment_pays_several_invoices_in_the_order_they_are_named(till: Till):
    first, second, third = till.invoice(50_00), till.invoice(60_00), till.invoice(70_00)

    till.pay(100_00, second, first, third)

    assert [till.still(each) for each in (first, second, third)] == [10_00, 0, 70_00]
    assert till.count(Allocation) == 2


def test_a_part_with_an_amount_takes_that_and_no_more(till: Till):
    first, second = till.invoice(50_00), till.invoice(60_00)

    till.does(recording(till, Part(first, aud(20_00)), second, minor=100_00))

    assert [till.still(first), till.still(second)] == [30_00, 0]
    assert till.lots() == [("overpayment", 20_00, 20_00)]


def test_money_without_a_document_becomes_credit(till: Till):
    till.pay(80_00)

    assert till.lots() == [("overpayment", 80_00, 80_00)]


@rule(76, 79)
def test_how_it_came_is_kept_word_for_word(till: Till):
    day = till.days(-3)

    payment = till.pay(10_00, kind="cheque", reference="  No. 4711 ", received_on=day)

    said = ("external_kind", "reference", "received_on", "method")
    assert till.told(Payment, payment, *said) == ["cheque", "No. 4711", day, "external"]


def test_a_partner_pays_an_invoice_and_the_rest_is_nobodys_yet(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.northside)

    payment = till.pay(130_00, invoice, party_id=till.world.northside)

    assert till.still(invoice) == 0
    assert till.postings(payment, Payment) == [
        ("payment_received", "1000", "1110", 100_00),
        ("payment_received", "1000", "2010", 30_00),
    ]
    assert till.differences() == []


def test_yen_have_no_decimals_and_pay_yen(till: Till):
    line = till.line(description="Translation", unit_price=Money(1_200, "JPY"))
    invoice = till.issue(till.draft(line, currency="JPY"))

    till.pay(0, invoice, amount=Money(1_200, "JPY"))

    assert till.still(invoice) == 0
    assert till.balance(Code.BANK, "JPY") == Money(1_200, "JPY")


def test_the_same_form_sent_twice_records_one_payment(till: Till):
    invoice, payment_id = till.invoice(100_00), drawn("pay")

    def record(work):
        return paying.record_payment(
            work,
            payment_id,
            party_id=till.world.marsh,
            amount=aud(40_00),
            kind="cash",
            parts=[Part(invoice)],
        )

    assert till.does(record) == till.does(record) == payment_id
    assert till.count(Payment) == 1
    assert till.still(invoice) == 60_00


def test_the_same_form_with_another_amount_is_refused(till: Till):
    payment_id = drawn("pay")
    said = {"party_id": till.world.marsh, "kind": "cash"}
    till.does(lambda work: paying.record_payment(work, payment_id, amount=aud(40_00), **said))

    with pytest.raises(SaidDifferently):
        till.does(lambda work: paying.record_payment(work, payment_id, amount=aud(41_00), **said))


def test_the_same_form_for_another_invoice_is_refused(till: Till):
    first, second, payment_id = till.invoice(50_00), till.invoice(50_00), drawn("pay")
    said = {"party_id": till.world.marsh, "amount": aud(50_00), "kind": "cash"}

    def record(work, invoice, key=""):
        parts = [Part(invoice)]
        return paying.record_payment(work, payment_id, parts=parts, command_key=key, **said)

    till.does(lambda work: record(work, first))

    refused(till, SaidDifferently, lambda work: record(work, second))
    refused(till, SaidDifferently, lambda work: record(work, second, key="another-form"))
    assert [till.still(first), till.still(second)] == [0, 50_00]


def test_the_same_key_answers_the_same_and_records_once(till: Till):
    payment_id = drawn("pay")
    said = {"party_id": till.world.marsh, "kind": "cash", "command_key": "till-7"}

    def record(work, minor=40_00):
        return paying.record_payment(work, payment_id, amount=aud(minor), **said)

    assert till.does(record) == till.does(record) == payment_id
    with pytest.raises(Conflict):
        till.does(lambda work: record(work, 41_00))
    assert till.credit() == 40_00


@pytest.mark.parametrize("days", [-7, 0, 7])
def test_the_same_sum_within_a_week_is_asked_about(till: Till, days: int):
    till.pay(40_00, received_on=till.days(-7))

    said = refused(
        till, LooksRecorded, recording(till, minor=40_00, received_on=till.days(min(days - 7, 0)))
    )

    assert "A$40.00 from the same payer was already recorded" in said
    assert "Nothing was recorded now" in said


def test_really_other_money_is_recorded_beside_it(till: Till):
    till.pay(40_00)
    till.pay(40_00, really=True)

    assert till.credit() == 80_00


@pytest.mark.parametrize("different", ["amount", "payer", "date"])
def test_other_money_is_not_asked_about(till: Till, different: str):
    till.pay(40_00, received_on=till.days(-8))
    other = {
        "amount": {"received_on": till.days(-8), "amount": aud(40_01)},
        "payer": {"received_on": till.days(-8), "party_id": till.world.bellweather},
        "date": {"received_on": till.days(0)},
    }

    assert till.pay(40_00, **other[different])


def test_what_was_taken_back_is_not_asked_about(till: Till):
    till.reverse(till.pay(40_00))

    assert till.pay(40_00)


@pytest.mark.parametrize("minor", [0, -1, LARGEST_MINOR + 1])
def test_an_odd_amount_is_refused(till: Till, minor: int):
    refused(till, NotAnAmount, recording(till, minor=minor))


def test_more_than_is_still_to_pay_on_one_part_is_refused_with_the_most(till: Till):
    invoice = till.invoice(50_00)

    said = refused(till, TooMuch, recording(till, Part(invoice, aud(50_01))))

    assert said.startswith("At most A$50.00 is still to pay on Invoice INV-")


def test_parts_above_the_payment_are_refused(till: Till):
    invoice = till.invoice(500_00)

    refused(till, Invalid, recording(till, Part(invoice, aud(100_01))))


def test_a_document_named_twice_is_refused(till: Till):
    invoice = till.invoice(500_00)

    refused(till, Invalid, recording(till, invoice, invoice))


@pytest.mark.parametrize(
    ("odd", "refusal"),
    [
        ({"kind": "bitcoin"}, Invalid),
        ({"reference": "x" * 10_000}, Invalid),
        ({"amount": Money(100_00, "EUR")}, WrongCurrency),
    ],
)
def test_odd_words_are_refused(till: Till, odd: dict, refusal: type[Invalid]):
    refused(till, refusal, recording(till, till.invoice(100_00), **odd))


def test_marks_that_turn_the_reading_direction_are_dropped(till: Till):
    payment = till.pay(10_00, reference="\u202e=1+1 4711")

    assert till.told(Payment, payment, "reference") == ["=1+1 4711"]


def test_a_day_to_come_is_refused(till: Till):
    refused(till, Invalid, recording(till, received_on=till.days(1)))


def test_a_day_before_the_invoice_was_issued_is_refused(till: Till):
    invoice = till.invoice(100_00, on=till.days(-2))

    said = refused(till, Invalid, recording(till, invoice, received_on=till.days(-3)))

    assert "before the document's own date" in said


def test_a_day_in_closed_books_is_refused(till: Till):
    day = till.days(-2)
    till.does(lambda work: organizing.close_books(work, until=day))

    refused(till, ClosedPeriod, recording(till, received_on=day))


@rule(102)
def test_a_draft_is_not_payable(till: Till):
    said = refused(till, NotPayable, recording(till, till.draft(till.line())))

    assert said == "This Invoice is a draft; issue it first. No payment was recorded on it."


def test_what_is_paid_is_not_payable(till: Till):
    invoice = till.invoice(100_00)
    till.pay(100_00, invoice)

    said = refused(till, NotPayable, recording(till, invoice, minor=10_00))

    assert "has nothing still to pay" in said


def test_an_invoice_of_another_customer_is_not_found(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.bellweather)

    refused(till, NotFound, recording(till, invoice))


def test_nothing_next_door_can_be_paid_or_pay(till: Till):
    next_door = Till(till.world, till.world.otto)
    invoice = next_door.invoice(100_00, party_id=till.world.brandt)

    refused(till, NotFound, recording(till, invoice))
    refused(till, NotFound, recording(till, party_id=till.world.brandt))
    refused(till, NotFound, recording(till, show("inv", new_id())))


def test_a_bookkeeper_takes_payments_and_a_viewer_does_not(till: Till):
    assert till.world.grace.does(recording(till, minor=10_00))
    with pytest.raises(NotAllowed):
        till.world.vic.does(recording(till, minor=11_00))


@rule(77)
def test_who_recorded_it_is_on_record(till: Till):
    payment = till.pay(10_00)

    def verbs(work):
        found = select(AuditEntry.verb).where(AuditEntry.subject == payment)
        return list(work.exec(found))

    assert till.sees(verbs) == ["record_payment"]


def test_row_9b_a_mistake_is_taken_back_whole(till: Till):
    invoice = till.invoice(250_00)
    payment = till.pay(300_00, invoice)

    till.reverse(payment)

    assert till.still(invoice) == 250_00
    assert till.lots() == [("overpayment", 50_00, 0)]
    assert till.balance(Code.BANK) == aud(0)
    assert till.count(Payment) == 1
    assert till.differences() == []


def test_a_mistake_is_taken_back_once(till: Till):
    payment = till.pay(300_00)
    till.reverse(payment)

    with pytest.raises(AlreadyReversed):
        till.reverse(payment)


def test_a_reason_is_asked_for(till: Till):
    payment = till.pay(300_00)

    with pytest.raises(Invalid, match="Enter the reason"):
        till.reverse(payment, reason=" ")


def test_a_partners_payment_is_taken_back_too(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.northside)
    payment = till.pay(130_00, invoice, party_id=till.world.northside)

    till.reverse(payment)

    assert till.still(invoice) == 100_00
    assert till.balance(Code.UNIDENTIFIED_RECEIPTS) == aud(0)
    assert till.differences() == []


def test_a_payment_partly_refunded_was_no_mistake(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    till.refund(payment, 10_00)

    with pytest.raises(PartlyRefunded):
        till.reverse(payment)


def test_credit_that_was_handed_back_cannot_be_taken_back(till: Till):
    payment = till.pay(100_00)
    till.refund_credit(30_00)

    with pytest.raises(CreditUsed, match=r"A\$30.00 of it was refunded"):
        till.reverse(payment)
    assert till.credit() == 70_00


def test_a_day_before_it_came_is_no_day_to_take_it_back(till: Till):
    payment = till.pay(100_00, received_on=till.days(-1))

    with pytest.raises(Invalid, match="before the document's own date"):
        till.reverse(payment, on=till.days(-1) - timedelta(days=1))


def test_a_payment_next_door_is_not_found(till: Till):
    next_door = Till(till.world, till.world.otto)
    payment = next_door.pay(100_00, party_id=till.world.brandt)

    with pytest.raises(NotFound):
        till.reverse(payment)


def test_a_customer_sees_their_own_payments_only(till: Till):
    payment = till.pay(100_00, till.invoice(100_00))
    read = customer_read(lambda work: [each.shown_id for each in work.exec(select(Payment))])

    assert till.world.cleo.does(read) == [payment]
    assert till.world.carl.does(read) == []


def test_a_void_invoice_takes_no_money(till: Till):
    invoice = till.invoice(100_00)
    till.does(lambda work: voiding.void_invoice(work, invoice, reason="Sent twice"))

    assert "is void" in refused(till, NotPayable, recording(till, invoice))
    assert till.of(invoice, "state") == "void"
    assert till.count(Invoice) == 1


def test_credit_that_arrives_pays_what_is_due_first_when_the_setting_is_on(till: Till):
    till.settings(apply_credit_to_invoices=True)
    late = till.issue(till.draft(till.line(60_00), due_on=till.days(30)))
    soon = till.issue(till.draft(till.line(60_00), due_on=till.days(5)))
    named = till.invoice(50_00)

    till.pay(120_00, named)

    assert [till.still(each) for each in (named, soon, late)] == [0, 0, 50_00]
    assert till.credit() == 0
    assert till.differences() == []


def test_taking_back_a_mistake_calls_in_what_its_credit_had_paid(till: Till):
    till.settings(apply_credit_to_invoices=True)
    named, other = till.invoice(50_00), till.invoice(60_00)
    payment = till.pay(90_00, named)
    assert till.still(other) == 20_00

    till.reverse(payment)

    assert [till.still(named), till.still(other)] == [50_00, 60_00]
    assert till.lots() == [("overpayment", 40_00, 0)]
    assert till.balance(Code.BANK) == aud(0)
    assert till.differences() == []


def test_row_7b_what_pays_a_credit_request_is_credit_and_nothing_else(till: Till):
    request = till.request(500_00)

    payment = till.pay(200_00, request)

    assert till.asked(request) == 300_00
    assert till.lots() == [("credit_request", 200_00, 200_00)]
    assert till.postings(payment, Payment) == [("payment_received", "1000", "2000", 200_00)]
    assert till.differences() == []


def test_one_payment_covers_an_invoice_a_request_and_leaves_the_rest_as_credit(till: Till):
    invoice, request = till.invoice(100_00), till.request(50_00)

    till.pay(175_00, invoice, request)

    assert [till.still(invoice), till.asked(request)] == [0, 0]
    assert till.lots() == [("credit_request", 50_00, 50_00), ("overpayment", 25_00, 25_00)]
    assert till.differences() == []


def test_a_mistake_on_a_request_lets_it_ask_again(till: Till):
    request = till.request(50_00)
    payment = till.pay(80_00, request)

    till.reverse(payment)

    assert till.asked(request) == 50_00
    assert till.credit() == 0
    assert till.differences() == []


def test_a_mistake_on_a_request_that_is_void_by_now_leaves_it_void(till: Till):
    request = till.request(50_00)
    payment = till.pay(20_00, request)
    till.does(lambda work: requesting.void_request(work, request, reason="Asked twice"))

    till.reverse(payment)

    assert till.asked(request) == 0
    assert till.credit() == 0
    assert till.differences() == []


def test_a_void_request_takes_no_money(till: Till):
    request = till.request(50_00)
    till.does(lambda work: requesting.void_request(work, request, reason="Asked twice"))

    assert "is void" in refused(till, NotPayable, recording(till, request))


def test_credit_that_had_closed_a_request_opens_it_again_when_it_was_a_mistake(till: Till):
    till.settings(apply_credit_to_requests=True)
    payment = till.pay(80_00)
    request = till.request(50_00)
    assert till.asked(request) == 0

    till.reverse(payment)

    assert till.asked(request) == 50_00
    assert till.differences() == []


def test_of_eight_who_pay_the_same_rest_at_once_one_does(till: Till):
    invoice = till.invoice(100_00)

    def pay(place: int) -> str:
        part = Part(invoice, aud(100_00))
        try:
            return till.does(recording(till, part, minor=100_00 + place))
        except (NotPayable, TooMuch) as refusal:
            return str(refusal)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(pay, range(8)))

    assert len([answer for answer in said if answer.startswith("pay_")]) == 1
    assert len([answer for answer in said if "has nothing still to pay" in answer]) == 7
    assert till.count(Payment) == 1
    assert till.differences() == []
