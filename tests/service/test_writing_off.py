"""Giving up on what is owed: bad debts and small balances."""

from __future__ import annotations

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotAnAmount, TooMuch, WrongCurrency
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.invoice import WriteOff
from billing_app.services import organizing, reversing, writing_off
from billing_app.services.note_planning import Excess
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import SaidDifferently
from billing_app.services.taking_back import AlreadyReversed
from billing_app.services.writing_off import NothingOwed, NotSmall
from tests.billing import aud, drawn, refused
from tests.rules import rule
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def losing(invoice_id: str, minor: int | None = None, **more):
    """The command that writes off a bad debt, ready to be refused."""
    said = {"amount": None if minor is None else aud(minor), "reason": "Insolvent"} | more
    return lambda work: writing_off.write_off_bad_debt(
        work, drawn("wof"), invoice_id=invoice_id, **said
    )


def letting_go(invoice_id: str, **more):
    return lambda work: writing_off.write_off_small_balance(
        work, drawn("wof"), invoice_id=invoice_id, **more
    )


def taxed(till: Till) -> str:
    """An issued invoice over 100.00 and 10.00 GST."""
    return till.issue(till.draft(till.line(100_00, tax=till.tax())))


def test_row_15_a_bad_debt_of_77_with_tax_relief(till: Till):
    invoice = taxed(till)
    till.note(invoice, 33_00)

    loss = till.lose(invoice, tax_relief=True)

    assert till.postings(loss, WriteOff) == [
        ("bad_debt", "5100", "1100", 70_00),
        ("bad_debt", "2200", "1100", 7_00),
    ]
    assert till.still(invoice) == 0
    assert till.differences() == []


def test_without_relief_the_loss_is_whole(till: Till):
    loss = till.lose(taxed(till))

    assert till.postings(loss, WriteOff) == [("bad_debt", "5100", "1100", 110_00)]
    assert till.balance(Code.TAX_PAYABLE) == aud(10_00)


def test_relief_in_many_parts_takes_back_no_more_tax_than_there_was(till: Till):
    invoice = taxed(till)

    for minor in (33, 33, 33, 109_01):
        till.lose(invoice, minor, tax_relief=True)

    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.balance(Code.BAD_DEBTS) == aud(100_00)
    assert till.differences() == []


def test_a_note_after_relief_takes_back_no_more_tax_than_was_left(till: Till):
    invoice = till.issue(till.draft(till.line(100_00, tax=till.tax()), till.line(100_00)))
    line = till.line_ids(invoice)[0]
    till.lose(invoice, 105_00, tax_relief=True)

    note = till.note(invoice, 0, amount=[LineCredit(line, aud(105_00))])

    assert till.off_lines(note) == [(100_00, 5_00, 105_00)]
    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.differences() == []


def test_relief_and_a_note_that_both_round_up_stay_within_the_tax(till: Till):
    invoice = till.issue(till.draft(till.line(1_00, tax=till.tax("VAT", 2_000))))
    till.lose(invoice, 63, tax_relief=True)

    till.note(invoice, 57)

    assert till.balance(Code.TAX_PAYABLE) == aud(0)


def test_tax_that_a_note_left_out_comes_off_by_a_later_note(till: Till):
    invoice = till.issue(till.draft(till.line(100_00, tax=till.tax()), till.line(100_00)))
    line = till.line_ids(invoice)[0]
    loss = till.lose(invoice, 105_00, tax_relief=True)
    till.note(invoice, 0, amount=[LineCredit(line, aud(105_00))])
    till.does(lambda work: reversing.reverse_write_off(work, loss, reason="They paid"))

    till.note(invoice, 105_00)

    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.balance(Code.OWN_SALES) == aud(0)


def test_relief_takes_no_tax_that_a_note_took_before_its_payment_proved_a_mistake(till: Till):
    invoice = taxed(till)
    payment = till.pay(110_00, invoice)
    till.note(invoice, 66_00, excess=Excess(to_credit=aud(66_00)))
    till.reverse(payment)

    till.lose(invoice, tax_relief=True)

    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.differences() == []


@rule(98)
def test_part_of_a_debt_is_given_up_and_the_rest_stays_owed(till: Till):
    invoice = taxed(till)

    till.lose(invoice, 50_00)

    assert till.still(invoice) == 60_00


def test_no_more_is_given_up_than_is_still_to_pay(till: Till):
    invoice = taxed(till)
    till.pay(100_00, invoice)

    said = refused(till, TooMuch, losing(invoice, 10_01))

    assert said.startswith("At most A$10.00 is still to pay on Invoice INV-")


def test_a_partners_debt_is_given_up_on_the_partners_account(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.northside)

    loss = till.lose(invoice)

    assert till.postings(loss, WriteOff) == [("bad_debt", "5100", "1110", 100_00)]
    assert till.differences() == []


def test_a_rest_within_the_limit_is_let_go(till: Till):
    till.settings(small_balance_minor=5)
    invoice = till.invoice(100_00)
    till.pay(99_95, invoice)

    loss = till.let_go(invoice)

    assert till.postings(loss, WriteOff) == [("small_balance", "5900", "1100", 5)]
    assert till.still(invoice) == 0
    assert till.differences() == []


def test_a_rest_above_the_limit_is_not_small(till: Till):
    till.settings(small_balance_minor=5)
    invoice = till.invoice(100_00)
    till.pay(99_94, invoice)

    said = refused(till, NotSmall, letting_go(invoice))

    assert "A$0.06 is still to pay, and as a small balance up to A$0.05 is let go" in said


def test_nothing_is_small_in_another_currency_than_the_organizations(till: Till):
    till.settings(small_balance_minor=5_00)
    line = till.line(unit_price=Money(500, "JPY"))
    invoice = till.issue(till.draft(line, currency="JPY"))

    said = refused(till, NotSmall, letting_go(invoice))

    assert said == (
        "¥500 is still to pay, and as a small balance only what is in AUD is let go by"
        " 'General Accounting Settings'. Nothing was written off."
    )


def test_nothing_is_small_until_somebody_says_so(till: Till):
    invoice = till.invoice(100_00)
    till.pay(99_99, invoice)

    assert "none is let go" in refused(till, NotSmall, letting_go(invoice))


def test_where_nothing_is_owed_there_is_nothing_to_give_up(till: Till):
    paid, draft = till.invoice(100_00), till.draft(till.line())
    till.pay(100_00, paid)

    assert "has nothing still to pay" in refused(till, NothingOwed, losing(paid))
    assert "is a draft" in refused(till, NothingOwed, letting_go(draft))


@pytest.mark.parametrize("minor", [0, -1])
def test_an_odd_amount_is_refused(till: Till, minor: int):
    refused(till, NotAnAmount, losing(till.invoice(100_00), minor))


def test_odd_words_are_refused(till: Till):
    invoice = till.invoice(100_00, on=till.days(-2))

    refused(till, WrongCurrency, losing(invoice, amount=Money(10_00, "EUR")))
    refused(till, Invalid, losing(invoice, reason=" "))
    refused(till, Invalid, losing(invoice, reason="x" * 10_000))
    refused(till, Invalid, losing(invoice, on=till.days(1)))
    refused(till, Invalid, losing(invoice, on=till.days(-3)))


def test_a_day_in_closed_books_is_refused(till: Till):
    invoice, day = till.invoice(100_00, on=till.days(-5)), till.days(-3)
    till.does(lambda work: organizing.close_books(work, until=day))

    refused(till, ClosedPeriod, losing(invoice, on=day))


def test_the_same_form_sent_twice_is_one_loss(till: Till):
    invoice, loss_id = till.invoice(100_00), drawn("wof")
    said = {"invoice_id": invoice, "reason": "Insolvent", "amount": aud(10_00)}

    for _ in range(2):
        till.does(lambda work: writing_off.write_off_bad_debt(work, loss_id, **said))

    assert till.still(invoice) == 90_00
    more = said | {"amount": aud(50_00)}
    with pytest.raises(SaidDifferently):
        till.does(lambda work: writing_off.write_off_bad_debt(work, loss_id, **more))
    with pytest.raises(SaidDifferently):
        till.does(
            lambda work: writing_off.write_off_small_balance(work, loss_id, invoice_id=invoice)
        )


def reversing_of(loss_id: str, **more):
    """The command that asks again for what was given up."""
    said = {"reason": "They pay after all"} | more
    return lambda work: reversing.reverse_write_off(work, loss_id, **said)


def test_row_15c_a_customer_pays_after_all(till: Till):
    invoice = taxed(till)
    till.note(invoice, 33_00)
    loss = till.lose(invoice, tax_relief=True)

    till.does(reversing_of(loss))

    assert till.postings(loss, WriteOff)[2:] == [
        ("write_off_reversed", "1100", "5100", 70_00),
        ("write_off_reversed", "1100", "2200", 7_00),
    ]
    till.pay(77_00, invoice)
    assert [till.still(invoice), till.balance(Code.BAD_DEBTS).minor] == [0, 0]
    assert till.differences() == []


def test_a_small_balance_is_asked_for_again(till: Till):
    till.settings(small_balance_minor=5)
    invoice = till.invoice(100_00)
    till.pay(99_95, invoice)
    loss = till.let_go(invoice)

    till.does(reversing_of(loss))

    assert till.still(invoice) == 5
    assert till.differences() == []


def test_tax_that_is_owed_again_can_be_taken_back_again(till: Till):
    invoice = taxed(till)
    till.does(reversing_of(till.lose(invoice, tax_relief=True)))

    till.lose(invoice, tax_relief=True)

    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.balance(Code.BAD_DEBTS) == aud(100_00)
    assert till.differences() == []


def test_a_loss_is_taken_back_once_with_a_reason_on_an_open_day(till: Till):
    loss = till.lose(till.invoice(100_00, on=till.days(-5)), on=till.days(-2))

    refused(till, Invalid, reversing_of(loss, reason=" "))
    refused(till, Invalid, reversing_of(loss, on=till.days(-3)))
    refused(till, NotFound, reversing_of(drawn("wof")))
    till.does(reversing_of(loss))

    said = refused(till, AlreadyReversed, reversing_of(loss))
    assert said == "This write-off was already taken back. Nothing was changed now."


def test_an_invoice_next_door_is_not_found(till: Till):
    next_door = Till(till.world, till.world.otto)
    invoice = next_door.invoice(100_00, party_id=till.world.brandt)

    refused(till, NotFound, losing(invoice))
    refused(till, NotFound, letting_go(invoice))


def test_a_bookkeeper_gives_nothing_up(till: Till):
    invoice = till.invoice(100_00)

    with pytest.raises(NotAllowed):
        till.world.grace.does(losing(invoice))
