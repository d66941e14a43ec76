"""Credit that pays invoices: by hand, at issue and as it arrives; raised and lowered by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from billing_app.kernel.errors import BillingError, Invalid, NotAllowed, NotFound
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.refusals import NotAnAmount, NotPayable, TooMuch, WrongCurrency
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.credit import Adjustment, CreditLot
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation
from billing_app.reads.admin import DEEDS, activity
from billing_app.reads.balances import balances
from billing_app.services import adjusting, crediting, lots, organizing
from billing_app.services.crediting import NoCredit, NoCreditForPartners, SettingOff
from billing_app.services.note_planning import Excess
from billing_app.services.repeating import SaidDifferently
from tests.billing import Desk, aud, drawn, refused
from tests.purse import Purse
from tests.rules import rule
from tests.world import World


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def paying(invoice_id: str, **more):
    """'Pay From Credit', ready to be refused."""
    return lambda work: crediting.pay_from_credit(work, invoice_id, **more)


def figures(purse: Purse) -> list[tuple[str, int, int, int]]:
    """The three figures of Marsh Design in each currency: credit, owed, Invoice balance."""
    rows = purse.does(lambda work: balances(work, purse.world.marsh))
    return [
        (row.currency, row.credit_available.minor, row.owed.minor, row.invoice_balance.minor)
        for row in rows
    ]


# Pay From Credit


@rule(67)
def test_row_8_pay_from_credit_in_full_leaves_the_rest_as_credit(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(500_00)
    purse.settings(apply_credit_to_invoices=True)

    purse.pay_from_credit(invoice)

    assert purse.still(invoice) == 0
    assert purse.credit() == 200_00
    assert purse.postings()[-1] == ("credit_applied", "2000", "1100", 300_00)
    assert purse.differences() == []


@rule(63)
def test_row_8b_too_little_credit_pays_a_part(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(100_00)
    purse.turn_on()

    purse.pay_from_credit(invoice)

    assert [purse.still(invoice), purse.credit()] == [200_00, 0]
    assert purse.differences() == []


@rule(63)
def test_an_amount_that_was_chosen_is_paid_and_no_more(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(500_00)
    purse.turn_on()

    purse.pay_from_credit(invoice, aud(120_01))

    assert [purse.still(invoice), purse.credit()] == [179_99, 379_99]


def test_the_oldest_credit_is_used_first_each_lot_by_a_transfer_of_its_own(purse: Purse):
    invoice = purse.invoice(120_00)
    for minor in (50_00, 60_00, 70_00):
        purse.give(minor)
    purse.turn_on()

    purse.pay_from_credit(invoice)

    assert purse.left() == [0, 0, 60_00]
    assert purse.postings()[-3:] == [
        ("credit_applied", "2000", "1100", 50_00),
        ("credit_applied", "2000", "1100", 60_00),
        ("credit_applied", "2000", "1100", 10_00),
    ]
    assert allocated(purse, invoice) == [50_00, 60_00, 10_00]
    assert purse.differences() == []


def test_credit_is_as_old_as_its_money_whenever_it_was_written_down(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lots, "AT_ONCE", 2)
    invoice = purse.invoice(35_00, on=purse.days(-9))
    for days_ago in (1, 8, 2, 8, 3):
        purse.pay(10_00, received_on=purse.days(-days_ago), really=True)
    purse.turn_on()

    purse.pay_from_credit(invoice)

    assert purse.left() == [10_00, 0, 5_00, 0, 0]


def allocated(purse: Purse, invoice_id: str) -> list[int]:
    """What each allocation to an invoice applied to it."""
    wanted = select(Allocation.amount_minor).where(
        Allocation.invoice_id == Invoice.read_id(invoice_id), col(Allocation.lot_id).is_not(None)
    )
    return purse.sees(lambda work: list(work.exec(wanted.order_by(col(Allocation.id)))))


def test_credit_is_found_below_any_number_of_lots_that_are_used_up(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lots, "AT_ONCE", 2)
    for _ in range(5):
        purse.give(10_00)
    first, second = purse.invoice(25_00), purse.invoice(40_00)
    purse.turn_on()
    purse.pay_from_credit(first)

    purse.pay_from_credit(second)

    assert purse.left() == [0] * 5
    assert purse.still(second) == 15_00


@rule(62)
def test_it_is_refused_with_the_reason_while_the_setting_is_off(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(500_00)

    sentence = refused(purse, SettingOff, paying(invoice))

    assert sentence == (
        "'Automatically mark Invoices paid' is off in 'General Accounting Settings', so credit"
        " is not used here. Nothing was paid; turn it on first, or record a payment."
    )


def test_without_credit_there_is_nothing_to_pay_from(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.turn_on()

    assert refused(purse, NoCredit, paying(invoice)) == (
        "Marsh Design has no unused credit in AUD. Nothing was paid."
    )


@rule(64)
def test_credit_in_another_currency_pays_nothing_and_is_named(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(500_00, "EUR")
    purse.turn_on()

    assert "Their credit in EUR cannot pay it." in refused(purse, NoCredit, paying(invoice))
    assert figures(purse) == [("AUD", 0, 300_00, -300_00), ("EUR", 500_00, 0, 500_00)]


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (aud(0), NotAnAmount),
        (aud(-1), NotAnAmount),
        (aud(LARGEST_MINOR + 1), NotAnAmount),
        (Money(10_00, "EUR"), WrongCurrency),
        (aud(300_01), TooMuch),
        (aud(250_01), TooMuch),
    ],
)
@rule(64)
def test_an_amount_that_credit_cannot_pay_is_refused(purse: Purse, amount: Money, refusal):
    invoice = purse.invoice(300_00)
    purse.give(250_00)
    purse.turn_on()

    assert refused(purse, refusal, paying(invoice, amount=amount)).endswith("Nothing was recorded.")


def test_only_an_issued_invoice_with_something_to_pay_is_paid(purse: Purse, world: World):
    draft, paid = purse.draft(purse.line()), purse.invoice(50_00)
    partners = purse.invoice(party_id=world.northside)
    purse.give(500_00)
    purse.turn_on()
    purse.pay_from_credit(paid)

    assert "is a draft" in refused(purse, NotPayable, paying(draft))
    assert "nothing still to pay" in refused(purse, NotPayable, paying(paid))
    assert "customers only" in refused(purse, NoCreditForPartners, paying(partners))


def test_credit_of_one_customer_never_pays_for_another(purse: Purse, world: World):
    invoice = purse.invoice(party_id=world.bellweather)
    purse.give(500_00)
    purse.turn_on()

    assert "Bellweather has no unused credit" in refused(purse, NoCredit, paying(invoice))


def test_the_business_next_door_and_a_viewer_pay_nothing(purse: Purse, world: World):
    invoice = purse.invoice()
    purse.give(500_00)
    purse.turn_on()

    refused(Desk(world, by=world.otto), NotFound, paying(invoice))
    refused(Desk(world, by=world.vic), NotAllowed, paying(invoice))
    assert Purse(world, by=world.grace).pay_from_credit(invoice) == invoice


def test_sent_again_under_its_key_it_pays_once_and_answers_the_same(purse: Purse):
    invoice = purse.invoice(300_00)
    purse.give(500_00)
    purse.turn_on()

    answers = [purse.pay_from_credit(invoice, aud(50_00), command_key="tab-1") for _ in "ab"]

    assert answers == [invoice, invoice]
    assert purse.still(invoice) == 250_00
    refused(purse, SaidDifferently, paying(invoice, amount=aud(60_00), command_key="tab-1"))


def test_of_many_who_pay_from_the_same_credit_at_once_one_does(purse: Purse):
    invoices = [purse.invoice(100_00) for _ in range(8)]
    purse.give(100_00)
    purse.turn_on()

    def pay(invoice: str) -> str:
        try:
            return purse.pay_from_credit(invoice)
        except BillingError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(pay, invoices))

    assert answers.count("NoCredit") == 7
    assert sorted(purse.still(invoice) for invoice in invoices) == [0] + [100_00] * 7
    assert purse.differences() == []


# As credit arrives


def test_credit_that_arrives_pays_by_due_date_then_issue_date_then_number(purse: Purse):
    late, early = purse.days(20), purse.days(5)
    last = purse.issue(purse.draft(purse.line(10_00), due_on=late))
    third = purse.issue(purse.draft(purse.line(10_00), due_on=early))
    second = purse.issue(purse.draft(purse.line(10_00), due_on=early), on=purse.days(-1))
    first = purse.issue(purse.draft(purse.line(10_00), due_on=early), on=purse.days(-2))
    fourth = purse.issue(purse.draft(purse.line(10_00), due_on=early))
    purse.turn_on()

    order = (first, second, third, fourth, last)
    purse.give(15_00)
    assert [purse.still(each) for each in order] == [0, 5_00, 10_00, 10_00, 10_00]
    purse.give(20_00)
    assert [purse.still(each) for each in order] == [0, 0, 0, 5_00, 10_00]
    assert purse.credit() == 0
    assert purse.differences() == []


def test_numbers_are_compared_as_numbers_once_they_outgrow_their_zeros(purse: Purse):
    purse.does(lambda work: organizing.set_series(work, "invoice", prefix="A-", next_number=99_999))
    earlier, later = purse.invoice(10_00), purse.invoice(10_00)
    purse.turn_on()

    purse.give(10_00)

    assert purse.of(later, "number") == "A-100000"
    assert [purse.still(earlier), purse.still(later)] == [0, 10_00]


def test_what_a_payment_leaves_over_pays_other_invoices_in_the_same_breath(purse: Purse):
    first, second = purse.invoice(50_00), purse.invoice(60_00)
    purse.turn_on()

    purse.pay(100_00, first)

    assert [purse.still(first), purse.still(second), purse.credit()] == [0, 10_00, 0]
    assert purse.lots() == [("overpayment", 50_00, 0)]


def test_a_credit_note_into_credit_pays_what_is_open(purse: Purse):
    paid = purse.invoice(50_00)
    purse.pay(50_00, paid)
    waiting = purse.invoice(60_00)
    purse.turn_on()

    purse.note(paid, 20_00, excess=Excess(to_credit=aud(20_00)))

    assert [purse.still(paid), purse.still(waiting)] == [0, 40_00]
    assert purse.differences() == []


def test_more_open_invoices_than_are_fetched_at_once_are_all_paid(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(crediting, "_AT_ONCE", 2)
    invoices = [purse.invoice(10_00) for _ in range(5)]
    purse.turn_on()

    purse.give(45_00)

    assert sorted(purse.still(invoice) for invoice in invoices) == [0, 0, 0, 0, 5_00]


def test_drafts_void_invoices_and_other_currencies_wait_for_nothing(purse: Purse):
    draft = purse.draft(purse.line(10_00))
    euros = purse.issue(
        purse.draft(purse.line(10_00, unit_price=Money(10_00, "EUR")), currency="EUR")
    )
    purse.turn_on()

    purse.give(10_00)

    assert [purse.still(draft), purse.still(euros), purse.credit()] == [0, 10_00, 10_00]
    assert purse.of(draft, "state") == "draft"


def test_nothing_is_applied_by_itself_while_the_setting_is_off(purse: Purse):
    invoice = purse.invoice(10_00)

    purse.give(10_00)

    assert [purse.still(invoice), purse.credit()] == [10_00, 10_00]


# At issue


def test_credit_is_taken_after_tax(purse: Purse):
    purse.give(100_00)
    purse.turn_on()

    issued = purse.issue(purse.draft(purse.line(300_00, tax=purse.tax())))

    assert purse.of(issued, "tax_minor", "total_minor", "still_to_pay_minor") == [
        30_00,
        330_00,
        230_00,
    ]


def test_credit_applied_to_an_invoice_dated_back_counts_today(purse: Purse):
    purse.give(100_00)
    purse.turn_on()

    purse.issue(purse.draft(purse.line(300_00)), on=purse.days(-10))

    made = purse.sees(lambda work: work.exec(select(Allocation.made_on)).one())
    assert made == purse.today()
    assert purse.differences() == []


# The three figures


@rule(68)
def test_credit_owed_and_invoice_balance_are_three_figures(purse: Purse):
    purse.invoice(300_00)
    assert figures(purse) == [("AUD", 0, 300_00, -300_00)]

    purse.give(120_00)
    assert figures(purse) == [("AUD", 120_00, 300_00, -180_00)]

    purse.turn_on()
    purse.give(30_00)
    assert figures(purse) == [("AUD", 0, 150_00, -150_00)]


# Raised and lowered by hand


@rule(77, 99)
def test_row_16_goodwill_raises_credit_and_keeps_its_reason(purse: Purse):
    given = purse.give(20_00, reason="For the delay")

    assert purse.postings(given, Adjustment) == [("adjustment", "5150", "2000", 20_00)]
    assert purse.told(Adjustment, given, "direction", "reason") == ["up", "For the delay"]
    assert purse.lots() == [("adjustment", 20_00, 20_00)]
    assert purse.differences() == []


def test_a_balance_correction_takes_the_oldest_unused_credit(purse: Purse):
    for minor in (20_00, 30_00):
        purse.give(minor)

    taken = purse.take_off(25_00)

    assert purse.left() == [0, 25_00]
    assert purse.postings(taken, Adjustment) == [
        ("adjustment", "2000", "5150", 20_00),
        ("adjustment", "2000", "5150", 5_00),
    ]
    assert DEEDS["lower_credit"] in [line.deed for line in purse.does(activity)]
    assert purse.differences() == []


def lowering(purse: Purse, **more):
    """A 'Balance Correction', ready to be refused."""
    said = {"customer_id": purse.world.marsh, "amount": aud(10_00), "reason": "Wrong"} | more
    return lambda work: adjusting.lower_credit(work, drawn("adj"), **said)


def raising(purse: Purse, **more):
    """An adjustment upwards, ready to be refused."""
    said = {"customer_id": purse.world.marsh, "amount": aud(10_00), "reason": "Wrong"} | more
    return lambda work: adjusting.raise_credit(work, drawn("adj"), **said)


def test_no_more_is_taken_than_is_unused(purse: Purse):
    purse.give(20_00)
    invoice = purse.invoice(15_00)
    purse.turn_on()
    purse.pay_from_credit(invoice)

    sentence = refused(purse, TooMuch, lowering(purse, amount=aud(5_01)))

    assert sentence == "At most A$5.00 is there as unused credit. Nothing was recorded."
    refused(purse, TooMuch, lowering(purse, amount=Money(1, "EUR")))


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        ({"amount": aud(0)}, NotAnAmount),
        ({"amount": aud(-5)}, NotAnAmount),
        ({"amount": aud(LARGEST_MINOR + 1)}, NotAnAmount),
        ({"reason": ""}, Invalid),
        ({"reason": " \u202e "}, Invalid),
        ({"reason": "x" * 10_000}, Invalid),
        ({"customer_id": "cus_nobody"}, NotFound),
    ],
)
@pytest.mark.parametrize("act", [raising, lowering])
def test_an_adjustment_that_cannot_be_is_refused(purse: Purse, act, bad, refusal):
    purse.give(20_00)

    refused(purse, refusal, act(purse, **bad))


def test_an_adjustment_is_dated_neither_ahead_nor_into_closed_books(purse: Purse):
    closed = purse.days(-3)
    purse.does(lambda work: organizing.close_books(work, until=closed))

    refused(purse, ClosedPeriod, raising(purse, on=closed))
    refused(purse, Invalid, raising(purse, on=purse.days(1)))
    assert purse.give(1_00, on=purse.days(-2))


def test_an_adjustment_is_made_once_however_often_its_form_is_sent(purse: Purse):
    form = drawn("adj")
    said = {"customer_id": purse.world.marsh, "reason": "For the delay"}
    for _ in range(2):
        purse.does(lambda work: adjusting.raise_credit(work, form, amount=aud(5_00), **said))

    assert [purse.credit(), purse.count(Adjustment), purse.count(CreditLot)] == [5_00, 1, 1]
    refused(
        purse,
        SaidDifferently,
        lambda work: adjusting.raise_credit(work, form, amount=aud(6_00), **said),
    )
    refused(
        purse,
        SaidDifferently,
        lambda work: adjusting.lower_credit(work, form, amount=aud(5_00), **said),
    )


@pytest.mark.parametrize("act", [raising, lowering])
@pytest.mark.parametrize(("who", "refusal"), [("grace", NotAllowed), ("otto", NotFound)])
def test_only_those_who_may_give_credit_adjust_it(purse: Purse, world: World, act, who, refusal):
    purse.give(20_00)

    refused(Purse(world, by=getattr(world, who)), refusal, act(purse))
