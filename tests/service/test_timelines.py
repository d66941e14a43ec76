"""Timelines: deeds of people and events of the ledger of one thing, the latest first."""

from __future__ import annotations

import pytest
from sqlmodel import select

from billing_app.kernel.errors import NotFound
from billing_app.models.credit import CreditLot
from billing_app.reads import happenings, timelines
from billing_app.reads.timelines import Timeline
from billing_app.services import drafting, voiding
from billing_app.services.note_planning import Excess
from tests.billing import aud
from tests.purse import Purse
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def told(till: Till, thing: str) -> list[tuple[str, int | None]]:
    rows = timeline(till, thing).rows
    return [(row.what, row.amount.minor if row.amount else None) for row in rows]


def lot_of(till: Till) -> str:
    """The one lot of credit there is."""
    return till.sees(lambda work: work.exec(select(CreditLot)).one().shown_id)


def timeline(till: Till, thing: str, after: str = "") -> Timeline:
    return till.does(lambda work: timelines.timeline(work, thing, after=after))


def test_an_invoice_tells_who_did_what_and_how_much_moved(till: Till):
    invoice = till.draft(till.line(200_00, till.tax()))
    till.issue(invoice)
    grace = Till(till.world, till.world.grace)
    grace.pay(120_00, invoice)
    till.lose(invoice, 30_00, reason="They are insolvent")

    rows = timeline(till, invoice).rows

    assert [(row.who, row.what, row.amount and row.amount.minor) for row in rows] == [
        ("Ada", "Bad debt on Invoice INV-00001", 30_00),
        ("Grace", "Payment for Invoice INV-00001 (Bank transfer)", 120_00),
        ("Ada", "Invoice INV-00001", 220_00),
        ("Ada", "Drafted an invoice", None),
    ]
    assert rows[0].reason == "They are insolvent"


def test_an_invoice_over_nothing_was_issued_all_the_same(till: Till):
    invoice = till.invoice(0)

    assert [row.what for row in timeline(till, invoice).rows] == [
        "Invoice INV-00001",
        "Drafted an invoice",
    ]


def test_a_payment_tells_of_its_refunds(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    till.refund(payment, 30_00)

    assert [row.what for row in timeline(till, payment).rows] == [
        "Refund, owed again on Invoice INV-00001",
        "Payment for Invoice INV-00001 (Bank transfer)",
    ]


def test_a_credit_note_tells_its_own_amount_wherever_its_excess_went(till: Till):
    invoice = till.issue(till.draft(till.line(100_00, till.tax())))
    till.pay(90_00, invoice)
    note = till.note(invoice, 33_00, excess=Excess(to_credit=aud(13_00)))

    words = "Credit note on Invoice INV-00001 (CN-00001)"
    assert told(till, invoice)[0] == (words, 33_00)
    assert (words, 33_00) in told(till, till.world.marsh)
    assert told(till, note) == [(words, 33_00)]
    assert told(till, lot_of(till)) == [(words, 13_00)]


def test_a_payment_tells_what_was_refunded_of_the_credit_that_it_became(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(150_00, invoice)
    till.pay(30_00)
    till.refund_credit(60_00)

    assert told(till, payment) == [
        ("Refund of credit", 50_00),
        ("Payment for Invoice INV-00001 (Bank transfer)", 150_00),
    ]


def test_a_credit_request_tells_of_credit_that_met_it_and_does_so_no_longer(purse: Purse):
    purse.turn_on("apply_credit_to_requests")
    payment = purse.pay(60_00)
    request, lot = purse.request(100_00), lot_of(purse)
    purse.reverse(payment)

    credit = "Credit (overpayment)"
    met = [
        (f"{credit} no longer counted towards Credit Request CR-00001", 60_00),
        (f"{credit} counted towards Credit Request CR-00001", 60_00),
    ]
    assert told(purse, request) == [
        met[0],
        ("Raised a credit request", None),
        met[1],
        ("Drafted a credit request", None),
    ]
    assert [row for row in told(purse, lot) if "Credit Request" in row[0]] == met
    assert [row for row in told(purse, purse.world.marsh) if "redit" in row[0]] == [
        met[0],
        ("Raised a credit request (CR-00001)", None),
        met[1],
    ]


def test_a_customer_tells_of_an_invoice_over_nothing(till: Till):
    till.invoice(0)

    assert told(till, till.world.marsh) == [
        ("Invoice INV-00001", None),
        ("Added a customer", None),
    ]


def test_a_credit_request_tells_how_it_was_raised_and_paid(till: Till):
    request = till.request(500_00)
    till.pay(200_00, request)

    assert [row.what for row in timeline(till, request).rows] == [
        "Payment (Bank transfer)",
        "Raised a credit request",
        "Drafted a credit request",
    ]


def test_a_customer_tells_of_the_record_and_of_the_money_by_business_day(till: Till):
    invoice = till.invoice(100_00, on=till.days(-3))
    till.pay(40_00, invoice, received_on=till.days(-1))

    rows = timeline(till, till.world.marsh).rows

    assert [row.what for row in rows] == [
        "Added a customer",
        "Payment for Invoice INV-00001 (Bank transfer)",
        "Invoice INV-00001",
    ]


@pytest.mark.parametrize("thing", ["invoice", "customer"])
def test_pages_follow_each_other_without_gap_or_repeat(
    till: Till, thing: str, monkeypatch: pytest.MonkeyPatch
):
    invoice = till.draft(till.line(100_00))
    for version in range(1, 4):
        till.does(
            lambda work, version=version: drafting.change_draft(
                work,
                invoice,
                version=version,
                lines=[till.line(100_00 + version)],
                currency="AUD",
                prices_include_tax=False,
            )
        )
    till.issue(invoice)
    for minor in (1_00, 2_00, 3_00):
        till.pay(minor, invoice)
    about = invoice if thing == "invoice" else till.world.marsh
    whole = [row.id for row in timeline(till, about).rows]
    monkeypatch.setattr(happenings, "ONE_MORE", 3)
    monkeypatch.setattr(timelines, "cut", lambda rows: (rows[:2], rows[1] if rows[2:] else None))

    page = timeline(till, about)
    seen = [row.id for row in page.rows]
    while page.after:
        assert len(seen) <= len(whole), "the pages never end"
        page = timeline(till, about, page.after)
        seen += [row.id for row in page.rows]

    assert seen == whole
    assert len(whole) == (8 if thing == "invoice" else 5)


def test_a_strangers_thing_and_what_has_no_timeline_are_not_found(till: Till):
    invoice = till.invoice(100_00)
    otto = Till(till.world, till.world.otto)

    for thing in (invoice, till.world.marsh):
        with pytest.raises(NotFound):
            timeline(otto, thing)
    for thing in ("", "ses_01k9", "inv_", "nonsense"):
        with pytest.raises(NotFound):
            timeline(till, thing)
    assert timeline(otto, till.world.brandt).rows[0].what == "Added a customer"


def test_a_timeline_says_why_something_was_voided_given_up_or_credited(purse: Purse):
    voided, reduced = purse.invoice(100_00), purse.invoice(100_00)
    purse.does(lambda work: voiding.void_invoice(work, voided, reason="Wrong customer"))
    purse.lose(reduced, 10_00)
    purse.note(reduced, 10_00, reason_code="cancelled_service", reason="They moved")
    purse.note(reduced, 10_00)
    request = purse.request(10_00)
    purse.void(request)

    assert timeline(purse, voided).rows[0].reason == "Wrong customer"
    assert [row.reason for row in timeline(purse, reduced).rows[:3]] == [
        "Error",
        "Cancelled service: They moved",
        "They are insolvent",
    ]
    assert timeline(purse, request).rows[0].reason == "Asked twice"
    assert "Asked twice" in [row.reason for row in timeline(purse, purse.world.marsh).rows]
