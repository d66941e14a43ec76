"""Explain: the postings shown are those that make the figure, and their sum is the figure."""

from __future__ import annotations

import pytest

from billing_app.kernel.errors import Invalid, NotFound
from billing_app.ledger.accounts import Code
from billing_app.reads import explaining, invoice_view, reasons
from billing_app.reads.explaining import Figure
from billing_app.reads.reasons import Explanation
from billing_app.reads.statuses import Flag
from billing_app.services import planning, voiding
from billing_app.services.planning import Part
from tests.billing import aud
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


@pytest.fixture
def busy(till: Till) -> str:
    """An invoice to which everything happened: 20.00 of 220.00 is still to pay."""
    invoice = till.issue(till.draft(till.line(200_00, till.tax())))
    payment = till.pay(120_00, invoice)
    till.refund(payment, 20_00)
    till.forgive(payment, invoice, 10_00)
    till.note(invoice, 70_00)
    till.lose(invoice, 30_00)
    return invoice


def figure(till: Till, invoice: str, wanted: Figure) -> Explanation:
    return till.does(lambda work: explaining.explain_invoice(work, invoice, wanted))


@pytest.mark.parametrize(
    ("wanted", "minor", "made_of"),
    [
        (Figure.TOTAL, 220_00, [200_00, 20_00]),
        (Figure.PAID, 100_00, [120_00, -20_00]),
        (Figure.WRITTEN_OFF, 30_00, [30_00]),
        (Figure.STILL_TO_PAY, 20_00, None),
    ],
)
def test_each_figure_of_an_invoice_is_the_sum_of_its_postings(
    till: Till, busy: str, wanted: Figure, minor: int, made_of: list[int] | None
):
    told = figure(till, busy, wanted)

    assert told.sum.minor == minor
    assert sum(reason.amount.minor for reason in told.reasons) == minor
    if made_of is not None:
        assert [reason.amount.minor for reason in told.reasons] == made_of


def test_what_was_credited_leaves_out_what_was_handed_back(till: Till, busy: str):
    told = figure(till, busy, Figure.CREDITED)

    assert told.sum.minor == 70_00
    assert sum(reason.amount.minor for reason in told.reasons) == 70_00
    assert {reason.what for reason in told.reasons} == {
        "Refund, owed no more on Invoice INV-00001",
        "Credit note on Invoice INV-00001 (CN-00001)",
        "Credit note on Invoice INV-00001 (CN-00002)",
    }


def test_the_figures_agree_with_what_is_kept_and_come_to_the_total(till: Till, busy: str):
    sums = {wanted: figure(till, busy, wanted).sum.minor for wanted in Figure}

    assert sums[Figure.STILL_TO_PAY] == till.still(busy)
    parts = (Figure.PAID, Figure.CREDITED, Figure.WRITTEN_OFF, Figure.STILL_TO_PAY)
    assert sum(sums[part] for part in parts) == sums[Figure.TOTAL]


def test_a_status_is_explained_by_a_sentence_and_all_postings(till: Till, busy: str):
    told = till.does(lambda work: explaining.explain_status(work, busy))

    assert told.figure == "Invoice INV-00001 is Partially paid"
    assert told.sentence == (
        "Of A$220.00, A$100.00 was paid, A$70.00 was credited and A$30.00 was given up as bad"
        " debt; A$20.00 is still to pay. A$10.00 was handed back and is owed no more. A$20.00"
        " was handed back and is asked for again."
    )
    assert told.sum.minor == 20_00


def test_a_reason_names_the_accounts_on_both_sides(till: Till):
    invoice = till.invoice(100_00)

    [reason] = figure(till, invoice, Figure.TOTAL).reasons

    assert (reason.debit, reason.credit) == ("1100 Receivable — customers", "4000 Own sales")
    assert reason.what == "Invoice INV-00001"


def test_a_draft_has_no_postings_and_says_why(till: Till):
    draft = till.draft(till.line(100_00))

    told = till.does(lambda work: explaining.explain_status(work, draft))

    assert told.figure == "This draft is Draft"
    assert told.sentence == "It was not issued yet, so nothing is owed on it."
    assert (told.sum.minor, told.reasons) == (0, [])
    assert figure(till, draft, Figure.TOTAL).sentence == (
        "A draft moves nothing yet; the A$100.00 it would ask are those of its lines."
    )


def test_the_total_of_a_void_invoice_is_explained_as_its_page_shows_it(till: Till):
    invoice = till.invoice(100_00)
    till.does(lambda work: voiding.void_invoice(work, invoice, reason="Sent twice"))

    told = figure(till, invoice, Figure.TOTAL)

    seen = till.does(lambda work: invoice_view.invoice(work, invoice))
    assert told.sum.minor == seen.row.total.minor == 100_00
    assert [reason.what for reason in told.reasons] == ["Invoice INV-00001"]
    assert told.sentence == ("It was issued over A$100.00 and voided, so nothing of that is owed.")


def test_what_was_let_go_or_credited_is_part_of_why_an_invoice_is_paid(till: Till):
    till.settings(small_balance_minor=5)
    small, gone, credited = till.invoice(100_00), till.invoice(3), till.invoice(100_00)
    till.pay(99_97, small)
    till.let_go(small)
    till.let_go(gone)
    till.note(credited, 40_00)

    told = [
        till.does(lambda work, each=each: explaining.explain_status(work, each)).sentence
        for each in (small, gone, credited)
    ]

    assert told == [
        "Of A$100.00, A$99.97 was paid and A$0.03 was let go as a small balance; nothing is"
        " still to pay.",
        "Of A$0.03, A$0.03 was let go as a small balance; nothing is still to pay.",
        "Of A$100.00, A$40.00 was credited; A$60.00 is still to pay.",
    ]


@pytest.fixture
def planned(till: Till) -> str:
    """An invoice in three parts, of which the first was due yesterday; 50.00 was paid."""
    invoice = till.draft(till.line(90_00))
    parts = [Part(till.days(count), aud(30_00)) for count in (-1, 0, 30)]
    till.does(lambda work: planning.plan_in_parts(work, invoice, parts))
    till.issue(invoice, on=till.days(-5))
    return invoice


def test_a_part_of_a_plan_is_explained_by_what_covers_the_parts_before_it(till: Till, planned: str):
    till.pay(50_00, planned)

    told = till.does(lambda work: explaining.explain_part(work, planned, 2))

    assert told.figure == "Part 2 of Invoice INV-00001"
    assert "asks for A$30.00" in told.sentence
    assert told.sentence.endswith(
        "and is partially paid. A$50.00 of the invoice is covered, and the parts before this"
        " one take the first A$30.00 of it."
    )
    assert (told.sum.minor, [each.amount.minor for each in told.reasons]) == (50_00, [50_00])
    for number in (0, 4):
        with pytest.raises(NotFound):
            till.does(lambda work, number=number: explaining.explain_part(work, planned, number))


def test_a_flag_is_explained_by_the_rule_that_gives_it(till: Till, planned: str):
    payment = till.pay(40_00, planned)
    till.refund(payment, 25_00)

    late, back = (
        till.does(lambda work, flag=flag: explaining.explain_flag(work, planned, flag))
        for flag in (Flag.OVERDUE, Flag.PARTIALLY_REFUNDED)
    )

    assert late.figure == "Invoice INV-00001 is Overdue"
    assert late.sentence.startswith("A$15.00 was due by ")
    assert back.sentence == "Of A$40.00 that was paid on it, A$25.00 went back."
    with pytest.raises(NotFound):
        till.does(lambda work: explaining.explain_flag(work, planned, Flag.REFUNDED))


@pytest.mark.parametrize(
    ("code", "minor"),
    [
        (Code.BANK, 90_00),
        (Code.OWN_SALES, 127_27),
        (Code.TAX_PAYABLE, 12_73),
        (Code.BAD_DEBTS, 30_00),
        (Code.CUSTOMER_RECEIVABLE, 20_00),
    ],
)
def test_every_account_is_the_sum_of_its_postings(till: Till, busy: str, code: Code, minor: int):
    told = till.does(lambda work: explaining.explain_balance(work, code, currency="AUD"))

    assert told.sum.minor == minor == till.balance(code).minor
    assert sum(reason.amount.minor for reason in told.reasons) == minor


def test_a_lot_of_credit_is_explained_alone(till: Till):
    till.pay(70_00)
    till.pay(30_00)
    first = till.does(
        lambda work: explaining.explain_balance(
            work, Code.CUSTOMER_CREDIT, currency="AUD", party_id=till.world.marsh
        )
    )

    assert [reason.amount.minor for reason in first.reasons] == [70_00, 30_00]
    assert first.sum.minor == 100_00


def test_the_invoice_balance_counts_credit_used_once_on_each_side(till: Till):
    till.pay(100_00)
    till.settings(apply_credit_to_invoices=True)
    till.invoice(300_00)

    told = till.does(
        lambda work: explaining.explain_customer(work, till.world.marsh, currency="AUD")
    )

    assert told.sum.minor == -200_00
    assert [reason.amount.minor for reason in told.reasons] == [100_00, -300_00, 0]


def test_long_explanations_come_in_pages_with_the_sum_of_all(
    till: Till, monkeypatch: pytest.MonkeyPatch
):
    for minor in (1_00, 2_00, 3_00):
        till.invoice(minor)
    monkeypatch.setattr(reasons, "PAGE", 2)
    monkeypatch.setattr(reasons, "cut", lambda rows: (rows[:2], rows[1] if rows[2:] else None))

    def page(after: str) -> Explanation:
        return till.does(
            lambda work: explaining.explain_balance(
                work, Code.OWN_SALES, currency="AUD", after=after
            )
        )

    first, second = page(""), page(page("").after)

    assert [reason.amount.minor for reason in (*first.reasons, *second.reasons)] == [100, 200, 300]
    assert first.sum.minor == second.sum.minor == 600
    assert second.after == ""


def test_what_is_not_there_is_not_explained(till: Till, busy: str):
    otto = Till(till.world, till.world.otto)
    with pytest.raises(NotFound):
        figure(otto, busy, Figure.TOTAL)
    with pytest.raises(NotFound):
        otto.does(lambda work: explaining.explain_customer(work, till.world.marsh, currency="AUD"))
    with pytest.raises(Invalid, match="three capital letters"):
        till.does(lambda work: explaining.explain_customer(work, till.world.marsh, currency="A$"))
    with pytest.raises(Invalid, match="account of the chart"):
        till.does(lambda work: explaining.explain_balance(work, "9999", currency="AUD"))
    with pytest.raises(Invalid, match="figures of an invoice"):
        figure(till, busy, "bogus")
