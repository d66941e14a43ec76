"""Credit notes: what they take off, what they lower, and where the rest goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import select

from billing_app.access.guard import customer_read
from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotAnAmount, TooMuch, WrongCurrency
from billing_app.kernel.shares import NOTHING_OFF, Reduced, reduced, spread
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.books import Series
from billing_app.models.invoice import CreditNote
from billing_app.services import noting, organizing
from billing_app.services.handing_back import RefundPart
from billing_app.services.note_planning import Excess, NotNotable, NotWhole, PartnersCredit
from billing_app.services.reducing import LineCredit
from billing_app.services.repeating import SaidDifferently
from tests.billing import aud, drawn, refused
from tests.rules import rule
from tests.till import Till
from tests.world import World

PLACES = ("lowered_minor", "to_credit_minor", "refunded_minor", "outside_minor")


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def noting_down(till: Till, invoice_id: str, minor: int = 10_00, **more):
    """The command that issues a credit note, ready to be refused."""
    said = {"amount": aud(minor), "reason_code": "error"} | more
    return lambda work: noting.issue_credit_note(work, drawn("crn"), invoice_id=invoice_id, **said)


def taxed(till: Till, minor: int = 100_00) -> str:
    """An issued invoice with 10 % GST on top: 110.00 unless told otherwise."""
    return till.issue(till.draft(till.line(minor, tax=till.tax())))


@rule(97)
def test_row_12_a_note_of_33_on_110_unpaid_leaves_77(till: Till):
    invoice = taxed(till)

    note = till.note(invoice, 33_00)

    assert till.still(invoice) == 77_00
    assert till.told(CreditNote, note, *PLACES) == [33_00, 0, 0, 0]
    assert till.postings(note, CreditNote) == [
        ("credit_note_issued", "4000", "1100", 30_00),
        ("credit_note_issued", "2200", "1100", 3_00),
    ]
    assert till.differences() == []


def test_row_13_of_33_only_20_are_owed_and_13_become_credit(till: Till):
    invoice = taxed(till)
    till.pay(90_00, invoice)

    note = till.note(invoice, 33_00, excess=Excess(to_credit=aud(13_00)))

    assert till.still(invoice) == 0
    assert till.told(CreditNote, note, *PLACES) == [20_00, 13_00, 0, 0]
    assert till.lots() == [("credit_note", 13_00, 13_00)]
    assert till.differences() == []


def test_row_14_a_note_on_a_paid_invoice_goes_to_credit_whole(till: Till):
    invoice = taxed(till)
    till.pay(110_00, invoice)

    till.note(invoice, 33_00, excess=Excess(to_credit=aud(33_00)))

    assert till.still(invoice) == 0
    assert till.credit() == 33_00
    assert till.differences() == []


def test_what_was_paid_is_split_exactly_into_credit_refund_and_outside(till: Till):
    invoice = taxed(till)
    payment = till.pay(110_00, invoice)
    excess = Excess(
        to_credit=aud(10_00),
        refunds=[RefundPart(drawn("ref"), payment, aud(15_00))],
        outside=aud(8_00),
    )

    note = till.note(invoice, 33_00, excess=excess)

    assert till.told(CreditNote, note, *PLACES) == [0, 10_00, 15_00, 8_00]
    assert till.still(invoice) == 0
    assert till.balance(Code.BANK) == aud(87_00)
    assert till.credit() == 10_00
    assert till.differences() == []


@pytest.mark.parametrize(
    "excess",
    [
        Excess(),
        Excess(to_credit=aud(12_99)),
        Excess(to_credit=aud(13_01)),
        Excess(to_credit=aud(10_00), outside=aud(4_00)),
    ],
)
def test_an_excess_not_placed_to_the_cent_is_refused(till: Till, excess: Excess):
    invoice = taxed(till)
    till.pay(90_00, invoice)

    said = refused(till, NotWhole, noting_down(till, invoice, 33_00, excess=excess))

    assert "A$20.00 lowers what is still to pay. The rest, A$13.00, was paid already" in said


def test_nothing_can_be_placed_where_nothing_was_paid(till: Till):
    excess = Excess(to_credit=aud(5_00))

    refused(till, NotWhole, noting_down(till, taxed(till), 33_00, excess=excess))


def test_a_note_line_by_line_takes_the_share_of_that_lines_own_tax(till: Till):
    gst = till.tax()
    invoice = till.issue(till.draft(till.line(100_00, tax=gst), till.line(50_00)))
    taxed_line, free_line = till.line_ids(invoice)

    note = till.note(
        invoice, 0, amount=[LineCredit(taxed_line, aud(11_00)), LineCredit(free_line, aud(5_00))]
    )

    assert till.off_lines(note) == [(10_00, 1_00, 11_00), (5_00, 0, 5_00)]
    assert till.told(CreditNote, note, "net_minor", "tax_minor") == [15_00, 1_00]


def test_a_note_over_the_invoice_is_spread_over_its_lines(till: Till):
    invoice = till.invoice(10_00, 20_00, 30_00)

    note = till.note(invoice, 10_00)

    assert [gross for _, _, gross in till.off_lines(note)] == [1_67, 3_33, 5_00]


def test_the_last_note_takes_what_is_left_of_net_and_tax(till: Till):
    invoice = taxed(till, 33_33)
    notes = [till.note(invoice, minor) for minor in (7_77, 11_11, 17_78)]

    sums = [sum(part) for part in zip(*(till.off_lines(note)[0] for note in notes), strict=True)]

    assert sums == [33_33, 3_33, 36_66]
    assert till.still(invoice) == 0


def together(one: Reduced, other: Reduced) -> Reduced:
    """Two parts that came off the same amount."""
    return Reduced(one.net + other.net, one.tax + other.tax, one.gross + other.gross)


def test_g9_many_small_refunds_take_back_no_more_tax_than_there_was():
    off, parts = NOTHING_OFF, []
    for by in (32, 9, 8, 3, 6, 3):
        parts.append(reduced(by=by, before=off, tax=10, gross=61))
        off = together(off, parts[-1])

    assert sum(part.tax for part in parts) == 10
    assert sum(part.net for part in parts) == 51
    assert [part.tax for part in parts] == [5, 2, 1, 1, 1, 0]


def test_g9_as_notes_on_an_invoice_of_0_61(till: Till):
    line = till.line(unit_price=aud(61), tax=till.tax(rate_bp=1_961))
    invoice = till.issue(till.draft(line, prices_include_tax=True))
    assert till.of(invoice, "net_minor", "tax_minor") == [51, 10]
    payment = till.pay(61, invoice)

    notes = [till.forgive(payment, invoice, minor)[1] for minor in (32, 9, 8, 3, 6, 3)]

    sums = [sum(part) for part in zip(*(till.off_lines(note)[0] for note in notes), strict=True)]
    assert sums == [51, 10, 61]
    assert till.balance(Code.TAX_PAYABLE) == aud(0)
    assert till.balance(Code.OWN_SALES) == aud(0)
    assert till.differences() == []


@given(
    gross=some.integers(1, 10_000),
    share=some.integers(0, 5_000),
    steps=some.lists(some.integers(1, 400), max_size=40),
)
def test_whatever_is_taken_off_no_step_has_negative_net_or_tax(gross: int, share: int, steps):
    tax = gross * share // 10_000
    off = NOTHING_OFF
    for step in steps:
        by = min(step, gross - off.gross)
        if not by:
            break
        part = reduced(by=by, before=off, tax=tax, gross=gross)
        assert part.net >= 0
        assert part.tax >= 0
        assert part.net + part.tax == by
        off = together(off, part)
    assert off.tax <= tax
    assert off.tax == tax or off.gross < gross


@given(rests=some.lists(some.integers(0, 5_000), min_size=1, max_size=8), data=some.data())
def test_an_amount_is_never_spread_above_a_rest(rests: list[int], data):
    amount = data.draw(some.integers(0, sum(rests)))

    parts = spread(Money(amount, "AUD"), rests)

    assert sum(parts) == amount
    assert all(part <= rest for part, rest in zip(parts, rests, strict=True))


def test_notes_never_take_off_more_than_the_invoice(till: Till):
    invoice = taxed(till)
    till.note(invoice, 100_00)

    said = refused(till, TooMuch, noting_down(till, invoice, 10_01))

    assert said.startswith("At most A$10.00 can still be credited on Invoice INV-")


def test_notes_never_take_off_more_than_a_line(till: Till):
    invoice = till.invoice(10_00, 20_00)
    first, _ = till.line_ids(invoice)
    till.note(invoice, 0, amount=[LineCredit(first, aud(8_00))])

    said = refused(till, TooMuch, noting_down(till, invoice, amount=[LineCredit(first, aud(2_01))]))

    assert said == "At most A$2.00 can still be credited on this line. Nothing was recorded."


def test_what_was_written_off_cannot_be_credited_as_well(till: Till):
    invoice = taxed(till)
    till.pay(33_00, invoice)
    till.lose(invoice)

    excess = Excess(to_credit=aud(34_00))

    said = refused(till, TooMuch, noting_down(till, invoice, 34_00, excess=excess))

    assert said.startswith("At most A$33.00 can still be credited on Invoice INV-")


def test_notes_and_losses_together_stay_within_the_invoice_after_a_mistake(till: Till):
    invoice = taxed(till)
    payment = till.pay(110_00, invoice)
    till.note(invoice, 33_00, excess=Excess(to_credit=aud(33_00)))
    till.reverse(payment)
    till.lose(invoice, 50_00)
    assert till.still(invoice) == 60_00

    refused(till, TooMuch, noting_down(till, invoice, 27_01))
    till.note(invoice, 27_00)

    assert [till.still(invoice), till.credit()] == [33_00, 33_00]
    assert till.differences() == []


@pytest.mark.parametrize("minor", [0, -1])
def test_an_odd_amount_is_refused(till: Till, minor: int):
    refused(till, NotAnAmount, noting_down(till, taxed(till), minor))


@pytest.mark.parametrize(
    ("odd", "refusal"),
    [
        ({"amount": Money(10_00, "EUR")}, WrongCurrency),
        ({"amount": []}, Invalid),
        ({"amount": [LineCredit(drawn("lin"), aud(1))]}, NotFound),
        ({"reason_code": "because"}, Invalid),
        ({"reason": "x" * 10_000}, Invalid),
    ],
)
def test_odd_words_are_refused(till: Till, odd: dict, refusal: type[Invalid]):
    refused(till, refusal, noting_down(till, taxed(till), **odd))


def test_a_line_of_another_invoice_is_not_found(till: Till):
    invoice, (foreign,) = taxed(till), till.line_ids(till.invoice(10_00))

    refused(till, NotFound, noting_down(till, invoice, amount=[LineCredit(foreign, aud(1_00))]))


def test_it_counts_between_the_day_of_issue_and_today(till: Till):
    invoice = till.invoice(100_00, on=till.days(-5))

    refused(till, Invalid, noting_down(till, invoice, effective_on=till.days(-6)))
    refused(till, Invalid, noting_down(till, invoice, effective_on=till.days(1)))
    note = till.note(invoice, 10_00, effective_on=till.days(-5))

    assert till.told(CreditNote, note, "effective_on") == [till.days(-5)]


def test_a_day_in_closed_books_is_refused(till: Till):
    invoice, day = till.invoice(100_00, on=till.days(-5)), till.days(-3)
    till.does(lambda work: organizing.close_books(work, until=day))

    refused(till, ClosedPeriod, noting_down(till, invoice, effective_on=day))


def test_a_draft_is_changed_instead(till: Till):
    said = refused(till, NotNotable, noting_down(till, till.draft(till.line())))

    assert said == "This Invoice is a draft; change it instead. No credit note was issued."


def test_an_invoice_next_door_is_not_found(till: Till):
    next_door = Till(till.world, till.world.otto)
    invoice = next_door.invoice(100_00, party_id=till.world.brandt)

    refused(till, NotFound, noting_down(till, invoice))


def test_a_partners_note_has_the_partners_own_number_and_gives_no_credit(till: Till):
    invoice = till.invoice(100_00, party_id=till.world.northside)
    till.pay(100_00, invoice, party_id=till.world.northside)
    excess = Excess(to_credit=aud(10_00))

    refused(till, PartnersCredit, noting_down(till, invoice, excess=excess))
    note = till.note(invoice, 10_00, excess=Excess(outside=aud(10_00)))

    (number,) = till.told(CreditNote, note, "number")
    assert number.startswith("CN-")
    assert number.endswith("-00001")
    assert len(number) > len("CN-00001")
    assert till.differences() == []


def test_numbers_follow_each_other_and_a_refusal_takes_none(till: Till):
    invoice = till.invoice(100_00)
    first = till.note(invoice, 10_00)
    refused(till, TooMuch, noting_down(till, invoice, 500_00))
    second = till.note(invoice, 10_00)

    numbers = [till.told(CreditNote, note, "number")[0] for note in (first, second)]
    assert numbers == ["CN-00001", "CN-00002"]
    assert till.count(Series) == 2


def test_the_same_form_sent_twice_is_one_note(till: Till):
    invoice, note_id = till.invoice(100_00), drawn("crn")

    def note(work, minor=10_00):
        return noting.issue_credit_note(
            work, note_id, invoice_id=invoice, amount=aud(minor), reason_code="goodwill"
        )

    assert till.does(note) == till.does(note) == note_id
    with pytest.raises(SaidDifferently):
        till.does(lambda work: note(work, 11_00))
    assert till.still(invoice) == 90_00


def test_the_same_form_with_another_way_back_is_refused(till: Till):
    invoice, note_id = till.invoice(100_00), drawn("crn")
    till.pay(100_00, invoice)

    def note(work, excess):
        return noting.issue_credit_note(
            work,
            note_id,
            invoice_id=invoice,
            amount=aud(10_00),
            reason_code="goodwill",
            excess=excess,
        )

    till.does(lambda work: note(work, Excess(to_credit=aud(10_00))))

    refused(till, SaidDifferently, lambda work: note(work, Excess(outside=aud(10_00))))


def test_a_bookkeeper_gives_nothing_away(till: Till):
    invoice = till.invoice(100_00)

    with pytest.raises(NotAllowed):
        till.world.grace.does(noting_down(till, invoice))


def test_a_customer_sees_the_notes_on_their_own_invoices_only(till: Till):
    note = till.note(till.invoice(100_00), 10_00)
    read = customer_read(lambda work: [each.shown_id for each in work.exec(select(CreditNote))])

    assert till.world.cleo.does(read) == [note]
    assert till.world.carl.does(read) == []


def test_what_a_note_turns_into_credit_pays_what_is_open_when_the_setting_is_on(till: Till):
    till.settings(apply_credit_to_invoices=True)
    paid = till.invoice(100_00)
    till.pay(100_00, paid)
    due = till.invoice(80_00)

    till.note(paid, 30_00, excess=Excess(to_credit=aud(30_00)))

    assert [till.still(paid), till.still(due)] == [0, 50_00]
    assert till.differences() == []


def test_a_note_and_the_credit_that_paid_an_invoice_go_together(till: Till):
    till.settings(apply_credit_to_invoices=True)
    till.pay(100_00)
    invoice = till.invoice(100_00)
    assert till.still(invoice) == 0

    till.note(invoice, 40_00, excess=Excess(to_credit=aud(40_00)))

    assert till.credit() == 40_00
    assert till.differences() == []
