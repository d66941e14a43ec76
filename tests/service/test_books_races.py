"""Thirty-two people at once on the same money: as much happens as there is, never more.

Each has a transaction of their own. Whoever loses reads a sentence; nothing else is ever
raised, and the proof is clean afterwards.
"""

from __future__ import annotations

import pytest
from sqlmodel import select

from billing_app.models.invoice import CreditNote, Invoice
from billing_app.services import crediting, paying, voiding
from tests.billing import aud, drawn
from tests.checking import check_books
from tests.racing import Does, at_once
from tests.till import Till
from tests.world import World

MANY = 32


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def assert_sound(till: Till) -> None:
    till.sees(check_books)
    assert till.differences() == []


def pay(till: Till, minor: int, invoice_id: str) -> Does:
    """Pay exactly so much on an invoice, or nothing."""
    part = [paying.Part(invoice_id, aud(minor))]
    return lambda: till.pay(minor, parts=part, really=True)


def note(till: Till, invoice_id: str, minor: int) -> Does:
    """Lower an invoice by so much, if nothing of that was paid already."""
    return lambda: till.note(invoice_id, minor)


def void(till: Till, invoice_id: str) -> Does:
    return lambda: till.does(
        lambda work: voiding.void_invoice(work, invoice_id, reason="Twice by mistake")
    )


def from_credit(till: Till, invoice_id: str, minor: int) -> Does:
    return lambda: till.does(
        lambda work: crediting.pay_from_credit(work, invoice_id, amount=aud(minor))
    )


def test_credit_is_spent_once_however_many_pay_from_it(till: Till):
    invoices = [till.invoice(300_00) for _ in range(MANY)]
    till.pay(300_00)
    till.settings(apply_credit_to_invoices=True)

    refusals = at_once([from_credit(till, each, 300_00) for each in invoices])

    assert refusals.count("") == 1
    assert till.credit() == 0
    assert sorted(till.still(each) for each in invoices) == [0] + [300_00] * (MANY - 1)
    assert_sound(till)


def test_one_invoice_is_paid_from_credit_once(till: Till):
    invoice = till.invoice(300_00)
    till.pay(5_000_00)
    till.settings(apply_credit_to_invoices=True)

    refusals = at_once([from_credit(till, invoice, 300_00)] * MANY)

    assert refusals.count("") == 1
    assert (till.still(invoice), till.credit()) == (0, 4_700_00)
    assert_sound(till)


def test_a_credit_note_and_a_payment_never_take_the_same_money(till: Till):
    invoice = till.invoice(110_00)
    acts = [pay(till, 110_00, invoice), note(till, invoice, 110_00)] * (MANY // 2)

    refusals = at_once(acts)

    assert refusals.count("") == 1
    assert till.still(invoice) == 0
    assert_sound(till)


def test_an_invoice_is_void_or_paid_and_never_both(till: Till):
    invoice = till.invoice(110_00)
    acts = [pay(till, 110_00, invoice), void(till, invoice)] * (MANY // 2)

    refusals = at_once(acts)

    assert refusals.count("") == 1
    state, still = till.of(invoice, "state", "still_to_pay_minor")
    paid = refusals.index("") % 2 == 0
    assert (state, still) == ("issued" if paid else "void", 0)
    assert_sound(till)


def test_as_many_part_payments_are_taken_as_fit(till: Till):
    invoice = till.invoice(100_00)

    refusals = at_once([pay(till, 30_00, invoice)] * MANY)

    assert refusals.count("") == 3
    assert till.still(invoice) == 10_00
    assert all("At most" in refusal for refusal in refusals if refusal)
    assert_sound(till)


def test_two_payments_that_exceed_what_is_owed_together_are_not_both_taken(till: Till):
    invoice, other = till.invoice(100_00), till.invoice(100_00)
    parts = [[paying.Part(invoice, aud(60_00)), paying.Part(other, aud(60_00))]]
    parts += [[*reversed(parts[0])]]

    refusals = at_once(
        [lambda split=split: till.pay(120_00, parts=split, really=True) for split in parts * 16]
    )

    assert refusals.count("") == 1
    assert (till.still(invoice), till.still(other)) == (40_00, 40_00)
    assert_sound(till)


def test_numbers_leave_no_gap_and_come_once_whoever_asks(till: Till):
    parties = [till.world.marsh, till.world.bellweather]
    drafts = [till.draft(till.line(10_00), party_id=parties[place % 2]) for place in range(MANY)]
    empty = [till.draft(party_id=parties[place % 2]) for place in range(MANY // 4)]

    refusals = at_once([lambda each=each: till.issue(each) for each in drafts + empty])

    assert [bool(refusal) for refusal in refusals] == [False] * MANY + [True] * len(empty)
    numbers = till.sees(
        lambda work: sorted(work.exec(select(Invoice.number).where(Invoice.state == "issued")))
    )
    assert numbers == [f"INV-{count:05}" for count in range(1, MANY + 1)]
    assert_sound(till)


def test_credit_notes_are_numbered_in_a_row_and_never_exceed_the_invoice(till: Till):
    invoice = till.invoice(100_00)

    refusals = at_once([note(till, invoice, 9_00)] * MANY)

    assert refusals.count("") == 11
    numbers = till.sees(lambda work: sorted(work.exec(select(CreditNote.number))))
    assert numbers == [f"CN-{count:05}" for count in range(1, 12)]
    assert_sound(till)


def test_a_form_sent_thirty_two_times_does_its_work_once(till: Till):
    invoice, payment = till.invoice(100_00), drawn("pay")

    def send() -> str:
        return till.does(
            lambda work: paying.record_payment(
                work,
                payment,
                party_id=till.world.marsh,
                amount=aud(40_00),
                kind="cash",
                parts=[paying.Part(invoice)],
                command_key=f"pay {payment}",
            )
        )

    assert at_once([send] * MANY) == [""] * MANY
    assert till.still(invoice) == 60_00
    assert_sound(till)
