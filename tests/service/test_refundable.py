"""Which payments of an invoice can give something back, and how much: as much as is then taken."""

from __future__ import annotations

import pytest

from billing_app.kernel.refusals import TooMuch
from billing_app.reads.invoice_page import invoice_page
from billing_app.reads.refundable import refundable_on
from billing_app.services import noting
from billing_app.services.handing_back import RefundPart
from billing_app.services.note_planning import Excess
from tests.billing import aud, drawn, refused
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def offered(till: Till, invoice: str) -> dict[str, int]:
    rows = till.does(lambda work: refundable_on(work, invoice))
    return {row.payment_id: row.most.minor for row in rows}


def handing_back(invoice: str, payment: str, minor: int):
    """The command that refunds so much with a credit note."""
    excess = Excess(refunds=[RefundPart(drawn("ref"), payment, aud(minor))])
    return lambda work: noting.issue_credit_note(
        work,
        drawn("crn"),
        invoice_id=invoice,
        amount=aud(minor),
        reason_code="error",
        excess=excess,
    )


def test_what_is_offered_is_taken_and_a_cent_more_is_refused(till: Till):
    first, second = till.invoice(100_00), till.invoice(50_00)
    payment = till.pay(150_00, first, second)
    till.refund(payment, 30_00, parts=[])
    till.forgive(payment, first, 20_00)

    assert offered(till, first) == {payment: 80_00}
    assert offered(till, second) == {payment: 20_00}
    refused(till, TooMuch, handing_back(first, payment, 80_01))
    till.does(handing_back(first, payment, 80_00))
    assert offered(till, first) == {}


def test_what_one_payment_gave_back_is_not_offered_again_where_another_one_paid_too(till: Till):
    first, second = till.invoice(60_00), till.invoice(60_00)
    large, small = till.pay(100_00, first, second), till.pay(20_00, second)
    till.forgive(large, second, 40_00)

    assert offered(till, second) == {small: 20_00}
    refused(till, TooMuch, handing_back(second, large, 1))


def test_a_payment_whose_credit_paid_the_invoice_is_offered(till: Till):
    payment = till.pay(70_00)
    till.settings(apply_credit_to_invoices=True)
    invoice = till.invoice(60_00)

    assert offered(till, invoice) == {payment: 60_00}
    till.does(handing_back(invoice, payment, 60_00))


def test_a_payment_with_nothing_left_to_give_is_not_offered(till: Till):
    given_back, credited, undone = (till.invoice(minor) for minor in (10_00, 20_00, 30_00))
    till.refund(till.pay(10_00, given_back), 10_00)
    till.pay(20_00, credited)
    till.note(credited, 20_00, excess=Excess(to_credit=aud(20_00)))
    till.reverse(till.pay(30_00, undone))

    assert [offered(till, each) for each in (given_back, credited, undone)] == [{}, {}, {}]


def test_a_partners_payment_is_not_offered(till: Till):
    partners = till.invoice(100_00, party_id=till.world.northside)
    till.pay(100_00, partners, party_id=till.world.northside)

    assert offered(till, partners) == {}


def test_what_notes_and_losses_took_cannot_be_credited_again(till: Till):
    invoice = till.invoice(100_00)
    till.note(invoice, 30_00)
    till.lose(invoice, 20_00)

    def creditable() -> int:
        return till.does(lambda work: invoice_page(work, invoice)).creditable.minor

    assert creditable() == 50_00
    till.note(invoice, 50_00)
    assert creditable() == 0
