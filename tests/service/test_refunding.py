"""Money handed back: still owed, owed no more, or out of unused credit."""

from __future__ import annotations

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotAnAmount, TooMuch, WrongCurrency
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod, MoreThanOwed
from billing_app.models.invoice import CreditNote
from billing_app.models.payment import Refund
from billing_app.services import organizing, refunding, reversing
from billing_app.services.coming_back import RequestPaidSince
from billing_app.services.handing_back import NothingCameIn, PartnersRefund
from billing_app.services.note_planning import Excess
from billing_app.services.paying import Part
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import SaidDifferently
from billing_app.services.reversing import NoteStands
from billing_app.services.taking_back import AlreadyReversed
from tests.billing import aud, drawn, refused
from tests.rules import rule
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def refunding_of(payment_id: str, minor: int = 10_00, **more):
    """The command that refunds what is still owed, ready to be refused."""
    said = {"amount": aud(minor), "reason": "The wrong account"} | more
    return lambda work: refunding.refund_still_owed(
        work, drawn("ref"), payment_id=payment_id, **said
    )


def forgiving(payment_id: str, invoice_id: str, minor: int = 10_00, **more):
    said = {"amount": aud(minor), "reason_code": "goodwill"} | more
    return lambda work: refunding.refund_no_longer_owed(
        work,
        drawn("ref"),
        note_id=drawn("crn"),
        payment_id=payment_id,
        invoice_id=invoice_id,
        **said,
    )


def returning(till: Till, minor: int = 10_00, **more):
    said = {"customer_id": till.world.marsh, "amount": aud(minor), "reason": "Asked for"} | more
    return lambda work: refunding.refund_credit(work, drawn("ref"), **said)


def test_row_10_what_is_still_owed_is_asked_for_again(till: Till):
    invoice = till.invoice(110_00)
    payment = till.pay(110_00, invoice)

    refund = till.refund(payment, 100_00)

    assert till.still(invoice) == 100_00
    assert till.postings(refund, Refund) == [("refund_still_owed", "1100", "1000", 100_00)]
    assert till.differences() == []


def test_row_11_what_is_owed_no_more_leaves_the_invoice_paid(till: Till):
    invoice = till.issue(till.draft(till.line(100_00, tax=till.tax())))
    payment = till.pay(110_00, invoice)

    refund, note = till.forgive(payment, invoice, 100_00)

    assert till.still(invoice) == 0
    assert till.postings(refund, Refund) == [("refund_no_longer_owed", "1100", "1000", 100_00)]
    assert till.postings(note, CreditNote) == [
        ("credit_note_issued", "4000", "1100", 90_91),
        ("credit_note_issued", "2200", "1100", 9_09),
    ]
    assert till.told(CreditNote, note, "lowered_minor", "refunded_minor") == [0, 100_00]
    assert till.differences() == []


def test_what_is_owed_no_more_leaves_the_rest_of_a_part_payment_as_it_was(till: Till):
    invoice = till.invoice(300_00)
    payment = till.pay(200_00, invoice)

    till.forgive(payment, invoice, 100_00)

    assert till.still(invoice) == 100_00
    assert till.balance(Code.BANK) == aud(100_00)
    assert till.differences() == []


def test_row_17_unused_credit_goes_back_and_touches_no_invoice(till: Till):
    invoice = till.invoice(250_00)
    till.pay(300_00, invoice)

    refund = till.refund_credit(50_00)

    assert till.postings(refund, Refund) == [("refund_from_credit", "2000", "1000", 50_00)]
    assert till.still(invoice) == 0
    assert till.credit() == 0
    assert till.differences() == []


def test_credit_is_handed_back_from_the_oldest_lot_on(till: Till):
    till.pay(30_00)
    till.pay(40_00)

    till.refund_credit(50_00)

    assert [left for _, _, left in till.lots()] == [0, 20_00]


def test_credit_of_one_payment_is_handed_back_from_that_payment(till: Till):
    till.pay(30_00)
    second = till.pay(40_00)

    till.refund_credit(35_00, payment_id=second)

    assert [left for _, _, left in till.lots()] == [30_00, 5_00]
    refused(till, TooMuch, returning(till, 10_00, payment_id=second))


def test_what_lies_in_credit_goes_first_then_the_latest_invoice(till: Till):
    first, second = till.invoice(100_00), till.invoice(100_00)
    payment = till.pay(230_00, first, second)

    till.refund(payment, 80_00)

    assert till.lots() == [("overpayment", 30_00, 0)]
    assert [till.still(first), till.still(second)] == [0, 50_00]
    assert till.differences() == []


def test_a_refund_comes_off_the_invoices_that_are_named(till: Till):
    first, second = till.invoice(100_00), till.invoice(100_00)
    payment = till.pay(200_00, first, second)

    till.refund(payment, 80_00, parts=[Part(first, aud(60_00)), Part(second)])

    assert [till.still(first), till.still(second)] == [60_00, 20_00]
    assert till.differences() == []


@rule(94)
def test_a_payment_is_refunded_in_many_parts_and_never_above_it(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    till.refund(payment, 60_00)
    till.forgive(payment, invoice, 30_00)

    said = refused(till, TooMuch, refunding_of(payment, 10_01))

    assert said == "At most A$10.00 of this payment can be refunded. Nothing was recorded."
    till.refund(payment, 10_00)
    assert till.balance(Code.BANK) == aud(0)
    assert till.still(invoice) == 70_00
    assert till.differences() == []


def test_credit_that_paid_something_else_is_not_there_to_refund(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(150_00, invoice)
    till.refund_credit(50_00)

    said = refused(till, TooMuch, refunding_of(payment, 100_01))

    assert said.startswith("At most A$100.00 of this payment can be refunded like this")


def auto_applied(till: Till) -> tuple[str, str]:
    """A payment of 100.00 on a request, and the invoice over 100.00 that its credit paid."""
    till.settings(apply_credit_to_invoices=True)
    payment = till.pay(100_00, till.request(100_00))
    return payment, till.invoice(100_00)


def test_credit_that_paid_an_invoice_comes_back_to_be_refunded(till: Till):
    payment, invoice = auto_applied(till)

    refund = till.refund(payment, 60_00)

    assert till.postings()[-2:] == [
        ("credit_returned", "1100", "2000", 60_00),
        ("refund_still_owed", "2000", "1000", 60_00),
    ]
    assert till.postings(refund, Refund) == [("refund_still_owed", "2000", "1000", 60_00)]
    assert [till.still(invoice), till.credit()] == [60_00, 0]
    till.refund(payment, 40_00, parts=[Part(invoice)])
    refused(till, TooMuch, refunding_of(payment, 1))
    assert [till.still(invoice), till.balance(Code.BANK).minor] == [100_00, 0]
    assert till.differences() == []


def test_an_invoice_that_credit_paid_stays_paid_when_the_money_is_owed_no_more(till: Till):
    payment, invoice = auto_applied(till)

    till.forgive(payment, invoice, 100_00)

    assert [till.still(invoice), till.credit(), till.balance(Code.BANK).minor] == [0, 0, 0]
    refused(till, TooMuch, refunding_of(payment, 1))
    assert till.differences() == []


def test_what_a_payment_and_its_credit_paid_on_one_invoice_comes_off_the_latest_first(till: Till):
    till.settings(apply_credit_to_invoices=True)
    first, second = till.invoice(30_00), till.invoice(70_00)
    payment = till.pay(100_00, first)

    till.refund(payment, 80_00)

    assert [till.still(first), till.still(second)] == [10_00, 70_00]
    assert till.differences() == []


def test_credit_is_not_called_in_before_the_day_it_paid(till: Till):
    till.settings(apply_credit_to_invoices=True)
    payment = till.pay(100_00, received_on=till.days(-5))
    till.invoice(100_00)

    refused(till, Invalid, refunding_of(payment, 100_00, refunded_on=till.days(-1)))


def test_what_a_note_handed_back_is_not_handed_back_again(till: Till):
    invoice = till.invoice(200_00)
    payment = till.pay(200_00, invoice)
    till.note(invoice, 150_00, excess=Excess(outside=aud(150_00)))

    refused(till, TooMuch, refunding_of(payment, 50_01))
    till.refund(payment, 50_00)

    refused(till, TooMuch, forgiving(payment, invoice, 1))
    assert till.balance(Code.BANK) == aud(0)
    assert till.differences() == []


def test_it_comes_off_the_lines_that_are_named(till: Till):
    invoice = till.invoice(60_00, 40_00)
    payment = till.pay(100_00, invoice)
    _, second = till.line_ids(invoice)

    _, note = till.forgive(payment, invoice, 15_00, lines=[LineCredit(second, aud(15_00))])

    assert till.off_lines(note) == [(15_00, 0, 15_00)]


def test_lines_that_do_not_come_to_the_refund_are_refused(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    (line,) = till.line_ids(invoice)

    refused(till, Invalid, forgiving(payment, invoice, 15_00, lines=[LineCredit(line, aud(14_00))]))


def test_a_payment_of_another_invoice_is_not_refunded_on_this_one(till: Till):
    paid, other = till.invoice(100_00), till.invoice(100_00)
    payment = till.pay(100_00, paid)

    said = refused(till, TooMuch, forgiving(payment, other))

    assert said.startswith("Nothing of this payment can be refunded on Invoice INV-")


def test_the_same_form_sent_twice_is_one_refund(till: Till):
    invoice, refund_id = till.invoice(100_00), drawn("ref")
    payment = till.pay(100_00, invoice)

    def refund(work, minor=40_00):
        return refunding.refund_still_owed(
            work, refund_id, payment_id=payment, amount=aud(minor), reason="Wrong account"
        )

    assert till.does(refund) == till.does(refund) == refund_id
    with pytest.raises(SaidDifferently):
        till.does(lambda work: refund(work, 41_00))
    assert till.still(invoice) == 40_00


def test_the_same_form_naming_another_invoice_is_refused(till: Till):
    first, second, refund_id = till.invoice(50_00), till.invoice(50_00), drawn("ref")
    payment = till.pay(100_00, first, second)
    said = {"payment_id": payment, "amount": aud(10_00), "reason": "Wrong account"}

    def refund(work, invoice):
        return refunding.refund_still_owed(work, refund_id, parts=[Part(invoice)], **said)

    till.does(lambda work: refund(work, first))

    refused(till, SaidDifferently, lambda work: refund(work, second))


def test_owed_no_more_sent_twice_is_one_refund_and_one_note(till: Till):
    invoice, refund_id, note_id = till.invoice(100_00), drawn("ref"), drawn("crn")
    payment = till.pay(100_00, invoice)

    def forgive(work):
        return refunding.refund_no_longer_owed(
            work,
            refund_id,
            note_id=note_id,
            payment_id=payment,
            invoice_id=invoice,
            amount=aud(40_00),
            reason_code="error",
        )

    assert till.does(forgive) == till.does(forgive) == refund_id
    assert [till.count(Refund), till.count(CreditNote)] == [1, 1]
    assert till.balance(Code.BANK) == aud(60_00)


def test_the_same_key_hands_money_back_once(till: Till):
    payment, refund_id = till.pay(100_00, till.invoice(100_00)), drawn("ref")
    said = {"amount": aud(40_00), "reason": "Wrong account", "command_key": "refund-1"}

    for _ in range(2):
        till.does(
            lambda work: refunding.refund_still_owed(work, refund_id, payment_id=payment, **said)
        )

    assert till.balance(Code.BANK) == aud(60_00)


@pytest.mark.parametrize("minor", [0, -1])
def test_an_odd_amount_is_refused(till: Till, minor: int):
    invoice = till.invoice(100_00)
    payment = till.pay(150_00, invoice)

    refused(till, NotAnAmount, refunding_of(payment, minor))
    refused(till, NotAnAmount, forgiving(payment, invoice, minor))
    refused(till, NotAnAmount, returning(till, minor))


def test_another_currency_is_refused(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(150_00, invoice)
    euros = {"amount": Money(10_00, "EUR")}

    refused(till, WrongCurrency, refunding_of(payment, **euros))
    refused(till, WrongCurrency, forgiving(payment, invoice, **euros))
    refused(till, TooMuch, returning(till, **euros))


def test_a_day_before_the_money_came_or_still_to_come_is_refused(till: Till):
    payment = till.pay(100_00, received_on=till.days(-3))

    refused(till, Invalid, refunding_of(payment, refunded_on=till.days(-4)))
    refused(till, Invalid, refunding_of(payment, refunded_on=till.days(1)))
    refused(till, Invalid, returning(till, refunded_on=till.days(-4)))


def test_a_day_in_closed_books_is_refused(till: Till):
    payment, day = till.pay(100_00, received_on=till.days(-3)), till.days(-2)
    till.does(lambda work: organizing.close_books(work, until=day))

    refused(till, ClosedPeriod, refunding_of(payment, refunded_on=day))


def test_a_reason_is_asked_for(till: Till):
    payment = till.pay(100_00)

    refused(till, Invalid, refunding_of(payment, reason=" "))
    refused(till, Invalid, refunding_of(payment, reason="x" * 10_000))


def test_what_never_came_in_is_not_handed_back(till: Till):
    payment = till.pay(100_00)
    till.reverse(payment)

    refused(till, NothingCameIn, refunding_of(payment))


def test_a_partners_payment_is_not_refunded_here(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.northside)
    payment = till.pay(100_00, invoice, party_id=till.world.northside)

    refused(till, PartnersRefund, refunding_of(payment))
    refused(till, PartnersRefund, forgiving(payment, invoice))


def test_money_of_another_customer_or_business_is_not_found(till: Till):
    next_door = Till(till.world, till.world.otto)
    foreign = next_door.pay(100_00, party_id=till.world.brandt)
    neighbour = till.pay(90_00, party_id=till.world.bellweather)

    refused(till, NotFound, refunding_of(foreign))
    refused(till, NotFound, returning(till, payment_id=neighbour))
    refused(till, NotFound, returning(till, customer_id=till.world.brandt))


def test_a_bookkeeper_does_not_refund(till: Till):
    payment = till.pay(100_00)

    with pytest.raises(NotAllowed):
        till.world.grace.does(refunding_of(payment))


def test_what_paid_a_request_and_is_still_wanted_is_asked_for_again(till: Till):
    request = till.request(100_00)
    payment = till.pay(100_00, request)

    refund = till.refund(payment, 60_00)

    assert till.asked(request) == 60_00
    assert till.credit() == 40_00
    assert till.postings(refund, Refund) == [("refund_still_owed", "2000", "1000", 60_00)]
    assert till.differences() == []


def test_unused_credit_of_a_request_goes_back_and_the_request_stays_paid(till: Till):
    request = till.request(100_00)
    payment = till.pay(100_00, request)

    till.refund_credit(60_00, payment_id=payment)

    assert till.asked(request) == 0
    assert till.credit() == 40_00
    assert till.differences() == []


def test_credit_is_not_handed_back_on_a_day_before_it_came(till: Till):
    till.pay(30_00, received_on=till.days(-9))
    till.pay(40_00, received_on=till.days(-3))

    refused(till, Invalid, returning(till, 50_00, refunded_on=till.days(-4)))
    assert till.refund_credit(30_00, refunded_on=till.days(-4))


def test_money_that_another_payment_left_on_an_invoice_is_not_this_ones_to_give(till: Till):
    first, second = till.invoice(100_00), till.invoice(50_00)
    payment = till.pay(100_00, parts=[Part(first, aud(50_00)), Part(second)])
    till.pay(50_00, first)
    till.forgive(payment, first, 50_00)

    said = refused(till, TooMuch, forgiving(payment, first, 1))

    assert said.startswith("Nothing of this payment can be refunded on Invoice INV-")
    till.forgive(payment, second, 50_00)
    assert till.differences() == []


def reversing_of(refund: str, **more):
    """The command that undoes a refund."""
    said = {"reason": "The bank never sent it"} | more
    return lambda work: reversing.reverse_refund(work, refund, **said)


def test_a_refund_that_never_went_out_is_undone(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(130_00, invoice)
    refund = till.refund(payment, 80_00)

    till.does(reversing_of(refund))

    assert till.postings(refund, Refund)[2:] == [
        ("refund_reversed", "1000", "2000", 30_00),
        ("refund_reversed", "1000", "1100", 50_00),
    ]
    assert [till.still(invoice), till.credit()] == [0, 30_00]
    till.refund(payment, 130_00)
    assert till.balance(Code.BANK) == aud(0)
    assert till.differences() == []


def test_row_17b_credit_that_was_not_handed_back_is_credit_again(till: Till):
    till.pay(50_00)
    refund = till.refund_credit(50_00)

    till.does(reversing_of(refund))

    assert till.postings(refund, Refund)[1:] == [("refund_reversed", "1000", "2000", 50_00)]
    assert till.credit() == 50_00
    assert till.differences() == []


def test_credit_that_is_back_pays_what_is_open_where_the_setting_says_so(till: Till):
    payment, invoice = auto_applied(till)
    refund = till.refund(payment, 100_00)

    till.does(reversing_of(refund))

    assert [till.still(invoice), till.credit()] == [0, 0]
    assert till.differences() == []


def test_a_request_is_paid_again_unless_it_was_paid_otherwise_since(till: Till):
    request = till.request(100_00)
    first = till.refund(till.pay(100_00, request), 60_00)
    till.does(reversing_of(first))

    assert till.asked(request) == 0
    assert till.differences() == []

    other = till.request(50_00)
    second = till.refund(till.pay(50_00, other), 50_00)
    till.pay(50_00, other, really=True)
    refused(till, RequestPaidSince, reversing_of(second))


def test_a_refund_is_not_undone_where_the_invoice_was_paid_since(till: Till):
    invoice = till.invoice(100_00)
    refund = till.refund(till.pay(100_00, invoice), 100_00)
    till.pay(100_00, invoice, really=True)

    refused(till, MoreThanOwed, reversing_of(refund))


def test_a_refund_with_a_note_stands_and_the_way_out_is_told(till: Till):
    invoice = till.invoice(100_00)
    refund, _ = till.forgive(till.pay(100_00, invoice), invoice, 40_00)

    said = refused(till, NoteStands, reversing_of(refund))

    assert "record it as a payment without a document" in said


def test_a_payment_whose_refund_was_undone_can_be_taken_back(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    till.does(reversing_of(till.refund(payment, 100_00)))

    till.reverse(payment)

    assert [till.still(invoice), till.balance(Code.BANK).minor] == [100_00, 0]
    assert till.differences() == []


def test_a_refund_is_undone_once_with_a_reason_on_an_open_day(till: Till):
    refund = till.refund(till.pay(50_00, received_on=till.days(-5)), 50_00)

    refused(till, Invalid, reversing_of(refund, reason=" "))
    refused(till, Invalid, reversing_of(refund, on=till.days(-1)))
    till.does(reversing_of(refund))

    refused(till, AlreadyReversed, reversing_of(refund))


def test_whoever_may_not_refund_may_not_undo_one(till: Till):
    refund = till.refund(till.pay(50_00), 50_00)

    with pytest.raises(NotAllowed):
        till.world.grace.does(reversing_of(refund))
