"""Payments as they are read: what went back of them, what waits, what never came in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from billing_app.access.guard import customer_read, partner_read
from billing_app.access.work import Work
from billing_app.kernel.errors import NotAllowed, NotFound
from billing_app.models.ledger import Entry, Posting
from billing_app.reads import admin, invoice_view, own_documents, parties, payments, unplaced
from billing_app.reads.payments import PaymentView
from billing_app.services import identifying, planning, reversing, voiding
from tests.billing import aud, drawn
from tests.purse import Purse
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def seen(till: Till, payment: str) -> PaymentView:
    return till.does(lambda work: payments.payment(work, payment))


def own(till: Till, payment: str) -> PaymentView:
    return till.world.cleo.does(lambda work: own_documents.my_payment(work, payment))


def receipt(till: Till, minor: int, **more: Any) -> str:
    """Record money that nobody is known for."""
    receipt_id = drawn("unr")
    return till.does(
        lambda work: identifying.record_unidentified(
            work, receipt_id, amount=aud(minor), kind="bank_transfer", **more
        )
    )


def test_a_payment_shows_what_was_refunded_of_the_credit_that_it_became(till: Till):
    payment = till.pay(150_00, till.invoice(100_00))
    other = till.pay(30_00)
    till.refund_credit(60_00, reason="They shouted at Grace")

    for view in (seen(till, payment), own(till, payment)):
        assert (view.row.refunded.minor, view.row.flags) == (50_00, ["Partially refunded"])
        assert [(each.choice, each.amount.minor) for each in view.refunds] == [
            ("From unused credit", 50_00)
        ]
    assert [each.reason for each in seen(till, payment).refunds] == ["They shouted at Grace"]
    assert [each.reason for each in own(till, payment).refunds] == [""]
    assert seen(till, other).row.refunded.minor == 10_00


def test_a_refund_that_names_its_payment_is_counted_once(till: Till):
    payment = till.pay(150_00, till.invoice(100_00))

    till.refund_credit(50_00, payment_id=payment)

    assert seen(till, payment).row.refunded.minor == 50_00
    assert len(seen(till, payment).refunds) == 1


def test_a_customer_lists_what_was_handed_back_of_money_and_of_credit(till: Till):
    payment = till.pay(100_00, till.invoice(100_00))
    till.refund(payment, 30_00)
    till.pay(50_00)
    till.refund_credit(20_00)

    rows = till.world.cleo.does(own_documents.my_refunds).rows

    assert [(each.choice, each.amount.minor, each.reason) for each in rows] == [
        ("From unused credit", 20_00, ""),
        ("The customer still owes it", 30_00, ""),
    ]
    assert till.world.carl.does(own_documents.my_refunds).rows == []


def test_a_payment_that_never_came_in_is_told_to_its_customer_and_brought_no_credit(till: Till):
    payment = till.pay(50_00)
    till.reverse(payment)

    for view in (seen(till, payment), own(till, payment)):
        assert (view.row.flags, view.credit) == (["Taken back"], [])
    assert [each.flags for each in till.world.cleo.does(own_documents.my_payments).rows] == [
        ["Taken back"]
    ]


def test_a_portal_reaches_only_what_came_out_of_its_own_credit_and_its_own_acts(till: Till):
    till.pay(150_00, till.invoice(100_00))
    till.refund_credit(20_00)
    till.lose(till.invoice(9_00))
    till.pay(5_00, party_id=till.world.northside)

    def sides(work: Work[Any]) -> list[tuple[str, str]]:
        return [(row.debit_account, row.credit_account) for row in work.exec(select(Posting))]

    def events(work: Work[Any]) -> list[str]:
        return sorted(row.event for row in work.exec(select(Entry)))

    cleo, carl, pat = till.world.cleo, till.world.carl, till.world.pat
    assert cleo.does(customer_read(sides)) == [("2000", "1000")]
    assert cleo.does(customer_read(events)) == [
        "bad_debt",
        "payment_received",
        "refund_from_credit",
    ]
    assert (carl.does(customer_read(sides)), carl.does(customer_read(events))) == ([], [])
    assert (pat.does(partner_read(sides)), pat.does(partner_read(events))) == (
        [],
        ["payment_received"],
    )


def test_payments_are_found_by_their_partners_name(till: Till):
    northside = till.world.northside
    customer = till.pay(20_00)
    partner = till.pay(50_00, till.invoice(100_00, party_id=northside), party_id=northside)

    def found(typed: str) -> list[str]:
        page = till.does(lambda work: payments.payments(work, search=typed))
        return [each.id for each in page.rows]

    assert found("north") == [partner]
    assert found("mar") == [customer]
    assert found("nobody") == []


def test_what_a_partner_paid_too_much_is_unplaced_until_it_is_placed(till: Till):
    northside = till.world.northside
    payment = till.pay(150_00, till.invoice(100_00, party_id=northside), party_id=northside)
    row = seen(till, payment).row
    assert (row.unplaced.minor, row.flags) == (50_00, ["Unplaced"])
    later = till.invoice(80_00, party_id=northside)

    till.does(
        lambda work: identifying.place_overpayment(
            work, payment, parts=[identifying.Part(later, aud(20_00))]
        )
    )

    assert seen(till, payment).row.unplaced.minor == 30_00
    till.reverse(payment)
    assert seen(till, payment).row.flags == ["Taken back"]
    assert till.does(unplaced.unplaced).rows == []


def test_money_that_waits_is_listed_with_whom_it_is_from_if_that_is_known(till: Till):
    northside = till.world.northside
    unknown = receipt(till, 80_00, reference="RENT")
    paid = till.pay(150_00, till.invoice(100_00, party_id=northside), party_id=northside)
    known = receipt(till, 10_00)
    payment = drawn("pay")
    till.does(
        lambda work: identifying.identify_receipt(
            work, payment, receipt_id=known, party_id=till.world.marsh
        )
    )

    rows = till.does(unplaced.unplaced).rows

    assert [(each.id, each.party, each.method, each.unplaced.minor) for each in rows] == [
        (unknown, "", "Bank transfer, RENT", 80_00),
        (paid, "Northside School", "Bank transfer", 50_00),
    ]


def test_what_waits_comes_in_pages_and_to_nobody_else(till: Till, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unplaced, "ONE_MORE", 3)
    monkeypatch.setattr(unplaced, "cut", lambda rows: (rows[:2], rows[1] if rows[2:] else None))
    made = [receipt(till, minor) for minor in (1_00, 2_00, 3_00)]

    first = till.does(unplaced.unplaced)
    second = till.does(lambda work: unplaced.unplaced(work, after=first.after))

    assert [each.id for each in (*first.rows, *second.rows)] == made
    assert second.after == ""
    assert Till(till.world, till.world.otto).does(unplaced.unplaced).rows == []
    with pytest.raises((NotFound, NotAllowed)):
        till.world.pat.does(unplaced.unplaced)


def test_a_customer_with_a_bad_debt_is_flagged_in_the_record_and_in_the_list(till: Till):
    till.lose(till.invoice(100_00))
    till.world.everybody()

    record = till.does(lambda work: parties.customer(work, till.world.marsh))
    listed = till.does(admin.customers).rows

    assert record.flags == ["Bad debt"]
    assert {each.name: each.flags for each in listed} == {
        "Bellweather": [],
        "Marsh Design": ["Bad debt"],
    }


def test_a_bad_debt_that_was_taken_back_flags_nobody_and_counts_no_longer(till: Till):
    invoice = till.invoice(100_00)
    loss = till.lose(invoice)
    till.does(lambda work: reversing.reverse_write_off(work, loss, reason="They pay after all"))

    view = till.does(lambda work: invoice_view.invoice(work, invoice))

    assert (view.row.status, view.written_off.minor) == ("Unpaid", 0)
    assert [each.taken_back for each in view.write_offs] == [True]
    assert till.does(lambda work: parties.customer(work, till.world.marsh)).flags == []
    portal = till.world.cleo.does(lambda work: own_documents.my_invoice(work, invoice))
    assert (portal.row.status, portal.write_offs) == ("Unpaid", [])


def test_a_refund_that_never_went_out_stays_listed_and_counts_no_longer(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    refund = till.refund(payment, 30_00)
    till.does(lambda work: reversing.reverse_refund(work, refund, reason="The bank refused"))

    for view in (seen(till, payment), own(till, payment)):
        assert (view.row.refunded.minor, view.row.flags) == (0, [])
        assert [(each.amount.minor, each.taken_back) for each in view.refunds] == [(30_00, True)]
    paid = till.does(lambda work: invoice_view.invoice(work, invoice))
    assert (paid.row.status, paid.row.flags) == ("Paid", [])
    assert [each.what for each in paid.payments] == [
        "Bank transfer",
        "Refund: Bank transfer",
        "Refund taken back: Bank transfer",
    ]


def test_a_refund_of_credit_that_never_went_out_counts_no_longer(till: Till):
    payment = till.pay(50_00)
    refund = till.refund_credit(20_00)
    till.does(lambda work: reversing.reverse_refund(work, refund, reason="The bank refused"))

    row = seen(till, payment).row
    assert (row.refunded.minor, row.flags) == (0, [])
    [refunded] = till.world.cleo.does(own_documents.my_refunds).rows
    assert (refunded.amount.minor, refunded.taken_back) == (20_00, True)


def test_a_customer_reads_paid_where_a_small_balance_was_let_go(till: Till):
    till.settings(small_balance_minor=5)
    invoice = till.invoice(100_00)
    till.pay(99_97, invoice)
    till.let_go(invoice)

    view = till.world.cleo.does(lambda work: own_documents.my_invoice(work, invoice))

    assert (view.row.status, view.written_off.minor, view.write_offs) == ("Paid", 0, [])


def test_parts_of_a_draft_and_of_a_void_invoice_are_not_paid(till: Till):
    invoice = till.draft(till.line(100_00))
    till.does(
        lambda work: planning.plan_in_equal_parts(
            work, invoice, count=2, first_due_on=till.days(5), months_apart=1
        )
    )

    def parts() -> list[str]:
        view = till.does(lambda work: invoice_view.invoice(work, invoice))
        return [part.status for part in view.parts]

    assert parts() == ["Draft", "Draft"]
    till.issue(invoice)
    assert parts() == ["Unpaid", "Unpaid"]
    till.does(lambda work: voiding.void_invoice(work, invoice, reason="Sent twice"))
    assert parts() == ["Void", "Void"]


def test_a_credit_request_refunded_in_full_says_so_and_is_never_overdue(world: World):
    purse = Purse(world)
    request = purse.ask(100_00, due_on=purse.days(0))
    purse.raises(request)
    payment = purse.pay(100_00, request)

    purse.refund(payment, 100_00)

    view = world.cleo.does(lambda work: own_documents.my_credit_request(work, request))
    assert (view.row.status, view.row.flags) == ("Unpaid", ["Refunded"])
