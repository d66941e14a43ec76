"""The list of payments: found by whatever somebody knows, on the shelf where they stand."""

from __future__ import annotations

from typing import Any

import pytest

from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.errors import Invalid
from billing_app.models.invoice import Invoice
from billing_app.reads.payment_lists import payment_list
from billing_app.reads.payment_record import PaymentRecord, payment_record
from billing_app.reads.payment_words import wanted
from tests.attempts import Counter
from tests.world import World


class Ledger(Counter):
    """Somebody who looks payments up."""

    def found(self, **words: str) -> list[int]:
        """The amounts of what is found, in the order of the list."""
        page = self.sees(lambda work: payment_list(work, wanted(words)))
        return [row.amount.minor for row in page.rows]

    def record(self, shown_id: str) -> PaymentRecord:
        return self.sees(lambda work: payment_record(work, shown_id))


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger(world)


def test_a_payment_is_found_by_whatever_somebody_knows_of_it(ledger: Ledger):
    invoice = ledger.invoice(40_00)
    ledger.pay(40_00, invoice, reference="TRF 4711 MARSH")
    begun = ledger.begin(ledger.invoice(60_00))
    ledger.settle(begun, Stage.SUCCEEDED)
    number = ledger.told(Invoice, invoice, "number")[0]

    assert ledger.found(search="marsh") == [60_00, 40_00]
    for typed in (number, number.lower(), "trf 47", "4711", "40.00"):
        assert ledger.found(search=typed) == [40_00]
    assert ledger.found(search=f"pi_{begun.asked.attempt}") == [60_00]
    assert ledger.found(search="nobody") == []


def test_a_payment_is_found_once_although_it_is_found_in_two_ways(ledger: Ledger):
    ledger.pay(40_00, ledger.invoice(40_00), reference="Marsh Design")

    assert ledger.found(search="marsh") == [40_00]


def test_part_of_a_reference_is_meant_only_where_nothing_else_is(ledger: Ledger):
    ledger.pay(40_00, ledger.invoice(40_00))
    bell = ledger.world.bellweather
    other = ledger.pay(
        20_00, ledger.invoice(20_00, party_id=bell), party_id=bell, reference="For marsh"
    )
    ledger.refund(other, 5_00)

    assert ledger.found(search="marsh") == [40_00]
    assert ledger.found(search="marsh", flag="Refunded") == []
    assert ledger.found(search="or mars") == [20_00]
    assert ledger.found(search="or mars", flag="Refunded") == [20_00]


def test_each_shelf_holds_what_stands_there(ledger: Ledger):
    ledger.settle(ledger.begin(ledger.invoice(10_00)), Stage.SUCCEEDED)
    debit = ledger.begin(ledger.invoice(20_00), way=Way.DIRECT_DEBIT)
    ledger.settle(debit, Stage.PROCESSING)
    ledger.settle(ledger.begin(ledger.invoice(30_00)), Stage.FAILED)

    assert ledger.found() == [10_00]
    assert ledger.found(standing="on its way") == [20_00]
    assert ledger.found(standing="not received") == [30_00]
    assert ledger.found(standing="on its way", way="direct_debit", search="marsh") == [20_00]
    assert ledger.found(standing="on its way", way="card") == []


def test_payments_are_narrowed_by_way_by_day_and_by_what_became_of_them(ledger: Ledger):
    given_back = ledger.pay(40_00, ledger.invoice(40_00), kind="cash")
    mistaken = ledger.pay(30_00, ledger.invoice(30_00), kind="cheque")
    ledger.refund(given_back, 5_00)
    ledger.reverse(mistaken)
    ledger.settle(ledger.begin(ledger.invoice(20_00)), Stage.SUCCEEDED)
    today = ledger.today().isoformat()

    assert ledger.found(way="cash") == [40_00]
    assert ledger.found(way="card") == [20_00]
    assert ledger.found(flag="Refunded") == [40_00]
    assert ledger.found(flag="Taken back") == [30_00]
    assert ledger.found(flag="Unplaced") == []
    assert ledger.found(since=today, until=today, currency="AUD") == [20_00, 30_00, 40_00]
    assert ledger.found(currency="EUR") == []
    with pytest.raises(Invalid):
        ledger.found(since="yesterday")


def test_what_a_partner_paid_too_much_waits_and_is_found_so(ledger: Ledger):
    partner = ledger.world.northside
    ledger.pay(9_00, ledger.invoice(5_00, party_id=partner), party_id=partner)

    assert ledger.found(flag="Unplaced") == [9_00]


def test_the_record_of_an_attempt_becomes_that_of_its_payment(ledger: Ledger):
    begun = ledger.begin(ledger.invoice(60_00))
    before = ledger.record(begun.asked.attempt)
    assert (before.payment, [each.amount.minor for each in before.claims]) == (None, [60_00])

    ledger.settle(begun, Stage.SUCCEEDED)
    after: Any = ledger.record(begun.asked.attempt)
    assert after.payment.row.amount.minor == 60_00
    assert [each.amount.minor for each in after.payment.documents] == [60_00]
    assert [each.verdict for each in after.attempt.heard] == ["applied"]
    assert [each.amount.minor for each in after.postings] == [60_00]


def test_the_postings_of_a_payment_tell_what_came_and_what_went_back(ledger: Ledger):
    paid = ledger.pay(40_00, ledger.invoice(40_00))
    ledger.refund(paid, 5_00)

    posted = ledger.record(paid).postings
    assert [(each.amount.minor, each.debit[:4], each.credit[:4]) for each in posted] == [
        (40_00, "1000", "1100"),
        (5_00, "1100", "1000"),
    ]
