"""Money that nobody is known for, what becomes of it, and what a partner paid too much."""

from __future__ import annotations

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotAnAmount, TooMuch, WrongCurrency
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.payment import Payment, UnidentifiedReceipt
from billing_app.services import identifying, organizing
from billing_app.services.doubting import LooksRecorded
from billing_app.services.identifying import IdentifiedAlready, NotAPartners
from billing_app.services.paying import Part
from billing_app.services.repeating import SaidDifferently
from tests.billing import aud, drawn, refused
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def recording(minor: int = 80_00, **more):
    """The command that records money of somebody unknown, ready to be refused."""
    said = {"amount": aud(minor), "kind": "bank_transfer"} | more
    return lambda work: identifying.record_unidentified(work, drawn("unr"), **said)


def identifying_of(till: Till, receipt: str, *documents: str, minor: int = 0, **more):
    """The command that says whom a receipt is from: Marsh Design, unless told otherwise."""
    parts = [each if isinstance(each, Part) else Part(each) for each in documents]
    said = {"receipt_id": receipt, "party_id": till.world.marsh, "parts": parts}
    said |= {"amount": aud(minor) if minor else None} | more
    return lambda work: identifying.identify_receipt(work, drawn("pay"), **said)


def placing(payment: str, *invoices: str, **more):
    """The command that places what a partner paid too much."""
    parts = [each if isinstance(each, Part) else Part(each) for each in invoices]
    return lambda work: identifying.place_overpayment(work, payment, parts=parts, **more)


def reversing(receipt: str, **more):
    said = {"reason": "Sent back by the bank"} | more
    return lambda work: identifying.reverse_receipt(work, receipt, **said)


def nobodys(till: Till) -> int:
    return till.balance(Code.UNIDENTIFIED_RECEIPTS).minor


def test_row_25_money_of_somebody_unknown_waits(till: Till):
    receipt = till.does(recording(80_00, reference="  thanks  "))

    assert till.postings(receipt, UnidentifiedReceipt) == [
        ("payment_unidentified", "1000", "2010", 80_00)
    ]
    assert till.told(UnidentifiedReceipt, receipt, "reference", "amount_minor") == [
        "thanks",
        80_00,
    ]
    assert till.differences() == []


def test_row_25b_it_was_for_an_invoice_and_the_rest_is_credit(till: Till):
    invoice = till.invoice(60_00)
    receipt = till.does(recording(80_00))

    payment = till.does(identifying_of(till, receipt, invoice))

    assert till.postings(payment, Payment) == [
        ("payment_allocated", "2010", "1100", 60_00),
        ("payment_allocated", "2010", "2000", 20_00),
    ]
    assert [till.still(invoice), till.credit(), nobodys(till)] == [0, 20_00, 0]
    assert till.lots() == [("overpayment", 20_00, 20_00)]
    assert till.differences() == []


def test_row_25c_a_partners_overpayment_pays_their_next_invoice(till: Till):
    partner = till.world.northside
    payment = till.pay(150_00, till.invoice(100_00, party_id=partner), party_id=partner)
    later = till.invoice(30_00, party_id=partner)

    till.does(placing(payment, later))

    assert till.postings()[-1] == ("payment_allocated", "2010", "1110", 30_00)
    assert [till.still(later), nobodys(till)] == [0, 20_00]
    assert till.differences() == []


def test_a_receipt_turns_out_to_be_from_several(till: Till):
    receipt = till.does(recording(80_00))
    first = till.does(identifying_of(till, receipt, minor=50_00))
    other = {"party_id": till.world.bellweather}

    said = refused(till, TooMuch, identifying_of(till, receipt, minor=30_01, **other))
    second = till.does(identifying_of(till, receipt, **other))

    assert said.startswith("At most A$30.00 of this money is not identified yet")
    assert [till.told(Payment, each, "amount_minor") for each in (first, second)] == [
        [50_00],
        [30_00],
    ]
    refused(till, TooMuch, identifying_of(till, receipt, **other))
    assert nobodys(till) == 0


def test_a_receipt_of_a_partner_waits_for_their_invoice(till: Till):
    partner = till.world.northside
    receipt = till.does(recording(80_00))
    payment = till.does(identifying_of(till, receipt, party_id=partner))

    till.does(placing(payment, till.invoice(70_00, party_id=partner)))

    assert nobodys(till) == 10_00
    assert till.differences() == []


def test_the_wrong_customer_was_named_and_the_money_is_nobodys_again(till: Till):
    invoice, receipt = till.invoice(60_00), till.does(recording(80_00))
    wrong = till.does(identifying_of(till, receipt, invoice))

    till.reverse(wrong)

    assert [till.still(invoice), till.credit(), nobodys(till)] == [60_00, 0, 80_00]
    till.does(identifying_of(till, receipt, party_id=till.world.bellweather))
    assert till.balance(Code.BANK) == aud(80_00)
    assert till.differences() == []


def test_it_counts_from_the_day_it_was_identified(till: Till):
    receipt = till.does(recording(received_on=till.days(-9)))
    invoice = till.invoice(80_00, on=till.days(-2))

    refused(till, Invalid, identifying_of(till, receipt, on=till.days(-10)))
    refused(till, Invalid, identifying_of(till, receipt, invoice, on=till.days(-3)))
    payment = till.does(identifying_of(till, receipt, invoice))

    assert till.told(Payment, payment, "received_on") == [till.today()]


def test_money_that_looks_recorded_already_is_asked_about(till: Till):
    till.pay(80_00)
    receipt = till.does(recording(80_00))

    refused(till, LooksRecorded, identifying_of(till, receipt))
    assert till.does(identifying_of(till, receipt, really=True))


def test_an_identified_payment_is_refunded_like_any_other(till: Till):
    invoice, receipt = till.invoice(80_00), till.does(recording(80_00))
    payment = till.does(identifying_of(till, receipt, invoice))

    till.refund(payment, 30_00)

    assert till.still(invoice) == 30_00
    assert till.differences() == []


def test_what_was_recorded_by_mistake_is_taken_back_once(till: Till):
    receipt = till.does(recording(80_00))

    till.does(reversing(receipt))

    assert [nobodys(till), till.balance(Code.BANK).minor] == [0, 0]
    refused(till, IdentifiedAlready, reversing(receipt))
    refused(till, TooMuch, identifying_of(till, receipt))


def test_what_is_somebodys_by_now_is_not_taken_back_past_them(till: Till):
    receipt = till.does(recording(80_00))
    till.does(identifying_of(till, receipt, minor=1))

    said = refused(till, IdentifiedAlready, reversing(receipt))

    assert "Take back the payments that it became first" in said


def test_taking_a_partners_payment_back_opens_what_it_was_placed_on(till: Till):
    partner = till.world.northside
    first = till.invoice(100_00, party_id=partner)
    payment = till.pay(150_00, first, party_id=partner)
    later = till.invoice(30_00, party_id=partner)
    till.does(placing(payment, later))

    till.reverse(payment)

    assert [till.still(first), till.still(later), nobodys(till)] == [100_00, 30_00, 0]
    assert till.balance(Code.BANK) == aud(0)
    assert till.differences() == []


def test_only_what_is_left_of_a_payment_is_placed(till: Till):
    partner = till.world.northside
    payment = till.pay(50_00, party_id=partner)
    invoice = till.invoice(100_00, party_id=partner)

    refused(till, Invalid, placing(payment, Part(invoice, aud(50_01))))
    refused(till, Invalid, placing(payment))
    till.does(placing(payment, invoice))

    assert till.still(invoice) == 50_00
    refused(till, TooMuch, placing(payment, invoice))


def test_a_customers_overpayment_is_credit_and_not_placed(till: Till):
    payment = till.pay(50_00)

    refused(till, NotAPartners, placing(payment, till.invoice(50_00)))


def test_a_customers_invoice_is_not_paid_with_a_partners_money(till: Till):
    payment = till.pay(50_00, party_id=till.world.northside)

    refused(till, NotFound, placing(payment, till.invoice(50_00)))


@pytest.mark.parametrize("minor", [0, -1])
def test_an_odd_amount_is_refused(till: Till, minor: int):
    receipt = till.does(recording())

    refused(till, NotAnAmount, recording(minor))
    refused(till, NotAnAmount, identifying_of(till, receipt, amount=aud(minor)))


def test_odd_words_are_refused(till: Till):
    receipt = till.does(recording())

    refused(till, Invalid, recording(kind="bitcoin"))
    refused(till, Invalid, recording(reference="x" * 10_000))
    refused(till, Invalid, recording(received_on=till.days(1)))
    refused(till, WrongCurrency, identifying_of(till, receipt, amount=Money(1, "EUR")))
    refused(till, Invalid, reversing(receipt, reason=" "))


def test_a_day_in_closed_books_is_refused(till: Till):
    receipt, day = till.does(recording(received_on=till.days(-3))), till.days(-2)
    till.does(lambda work: organizing.close_books(work, until=day))

    refused(till, ClosedPeriod, recording(received_on=day))
    refused(till, ClosedPeriod, identifying_of(till, receipt, on=day))
    refused(till, ClosedPeriod, reversing(receipt, on=day))


def test_a_form_sent_twice_does_its_work_once(till: Till):
    receipt_id, payment_id = drawn("unr"), drawn("pay")
    party = till.world.marsh

    def record(work, minor=80_00):
        return identifying.record_unidentified(work, receipt_id, amount=aud(minor), kind="cash")

    def identify(work, minor=30_00):
        return identifying.identify_receipt(
            work, payment_id, receipt_id=receipt_id, party_id=party, amount=aud(minor)
        )

    for act in (record, identify):
        assert till.does(act) == till.does(act)
        refused(till, SaidDifferently, lambda work, act=act: act(work, 20_00))
    assert [till.credit(), nobodys(till)] == [30_00, 50_00]


def test_the_same_key_places_once(till: Till):
    partner = till.world.northside
    payment = till.pay(50_00, party_id=partner)
    invoice = till.invoice(100_00, party_id=partner)

    for _ in range(2):
        till.does(placing(payment, Part(invoice, aud(20_00)), command_key="place-1"))

    assert till.still(invoice) == 80_00


def test_nothing_next_door_is_found(till: Till):
    next_door = Till(till.world, till.world.otto)
    foreign, own = next_door.does(recording()), till.does(recording())

    refused(till, NotFound, identifying_of(till, foreign))
    refused(till, NotFound, identifying_of(till, own, party_id=till.world.brandt))
    refused(till, NotFound, reversing(show("unr", new_id())))


def test_a_bookkeeper_identifies_and_a_viewer_does_not(till: Till):
    receipt = till.world.grace.does(recording())

    assert till.world.grace.does(identifying_of(till, receipt))
    with pytest.raises(NotAllowed):
        till.world.vic.does(recording())
