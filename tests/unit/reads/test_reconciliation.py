"""Each payment is on both sides, on one of them, or differs; and each of those has a way out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing_app.gateways.payments import Stage, Told
from billing_app.kernel.money import Money
from billing_app.reads.reconciliation import Match, Ours, OurSide, compare

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
HARBOUR = "org_harbour"


def theirs(number: int = 1, minor: int = 110_00, **more: Any) -> Told:
    said = {"stage": Stage.SUCCEEDED, "payment": f"pi_{number}", "attempt": f"att_{number}"}
    said |= {"amount": Money(minor, "AUD"), "organization": HARBOUR}
    return Told(**(said | more))


def ours(number: int = 1, minor: int = 110_00, **more: Any) -> Ours:
    said = {"attempt_id": f"att_{number}", "reference": f"pi_{number}", "state": "succeeded"}
    said |= {"payment_id": f"pay_{number}", "customer": "Marsh Design", "made_at": SINCE}
    return Ours(amount=Money(minor, "AUD"), **(said | more))


def side(*attempts: Ours) -> OurSide:
    return OurSide(
        organization=HARBOUR,
        currency="AUD",
        payers=frozenset({"cus_1"}),
        locale="en",
        attempts=[*attempts],
    )


def test_a_debit_counts_on_the_day_it_was_begun_though_it_clears_after_the_range():
    day = timedelta(days=1)
    debit = theirs(begun_at=SINCE, happened_at=SINCE + 3 * day)

    found = compare([debit], side(ours()), since=SINCE, until=SINCE + day)

    assert [each.match for each in found.matched] == [Match.MATCHED]


def test_what_is_on_both_sides_is_matched_and_asks_for_nothing():
    found = compare([theirs(1), theirs(2)], side(ours(1), ours(2)), since=SINCE)

    assert found.wrong == []
    assert [(each.payment_id, each.fix) for each in found.matched] == [("pay_1", ""), ("pay_2", "")]


def test_a_payment_whose_name_we_never_heard_is_matched_by_our_attempt():
    found = compare([theirs()], side(ours(reference="")), since=SINCE)

    assert [each.match for each in found.matched] == [Match.MATCHED]


@pytest.mark.parametrize(
    ("state", "put_aside", "what_to_do"),
    [
        ("created", False, "Look at the attempt again"),
        ("requires_action", False, "Look at the attempt again"),
        ("unknown", False, "Look at the attempt again"),
        ("processing", False, "It has cleared since"),
        ("canceled", False, "Look at the attempt again"),
        ("requires_action", True, "if it still holds a document, let it go"),
        ("failed", True, "Then record the payment as External"),
    ],
)
def test_money_that_our_books_do_not_have_is_only_at_the_gateway(
    state: str, put_aside: bool, what_to_do: str
):
    here = ours(state=state, payment_id="", put_aside=put_aside)

    found = compare([theirs()], side(here), since=SINCE)

    [row] = found.wrong
    assert (row.match, row.customer, row.amount.minor) == (
        Match.ONLY_THERE,
        "Marsh Design",
        110_00,
    )
    assert what_to_do in row.fix


@pytest.mark.parametrize("told", [{}, {"organization": "", "payer": "cus_1"}])
def test_money_that_we_never_asked_for_is_only_at_the_gateway(told: dict[str, str]):
    found = compare([theirs(attempt="", **told)], side(), since=SINCE)

    [row] = found.wrong
    assert (row.match, row.reference, row.attempt_id) == (Match.ONLY_THERE, "pi_1", "")
    assert "Record it as External" in row.fix


@pytest.mark.parametrize(
    "told",
    [
        {"organization": "org_kiln"},
        {"organization": "org_kiln", "payer": "cus_1"},
        {"organization": "", "payer": "cus_9"},
        {"organization": ""},
    ],
)
def test_money_of_somebody_else_is_not_told_of(told: dict[str, str]):
    found = compare([theirs(1), theirs(9, **told)], side(ours(1)), since=SINCE)

    assert [each.reference for each in found.matched] == ["pi_1"]
    assert found.wrong == []


def test_a_payment_that_the_gateway_does_not_know_is_only_here():
    found = compare([], side(ours()), since=SINCE)

    [row] = found.wrong
    assert (row.match, row.payment_id) == (Match.ONLY_HERE, "pay_1")
    assert "reverse the payment" in row.fix


def test_an_attempt_that_took_nothing_is_missed_by_nobody():
    found = compare([], side(ours(payment_id="", state="canceled")), since=SINCE)

    assert (found.wrong, found.matched) == ([], [])


def test_what_was_asked_for_before_that_day_is_matched_and_not_missed():
    page = ours(1, made_at=SINCE - timedelta(hours=20))
    old = ours(2, made_at=SINCE - timedelta(hours=20))

    found = compare([theirs(1)], side(page, old), since=SINCE)

    assert [each.payment_id for each in found.matched] == ["pay_1"]
    assert found.wrong == []


@pytest.mark.parametrize(
    "stage", [Stage.REQUIRES_ACTION, Stage.PROCESSING, Stage.FAILED, Stage.CANCELED]
)
def test_what_has_not_come_in_is_no_money(stage: Stage):
    found = compare([theirs(stage=stage)], side(ours(payment_id="", state=stage)), since=SINCE)

    assert (found.wrong, found.matched) == ([], [])


@pytest.mark.parametrize("other", [Money(109_00, "AUD"), Money(110_00, "USD")])
def test_another_amount_or_currency_differs(other: Money):
    found = compare([theirs(amount=other)], side(ours()), since=SINCE)

    [row] = found.wrong
    assert (row.match, row.amount.money) == (Match.DIFFERS, other)
    assert "Reverse the payment" in row.fix


def test_what_came_after_the_last_day_is_neither_missed_nor_shown():
    after = SINCE + timedelta(days=2)
    told = [theirs(1), theirs(2, happened_at=after), theirs(3, attempt="", happened_at=after)]
    known = side(ours(1), ours(2), ours(4, made_at=after))

    found = compare(told, known, since=SINCE, until=SINCE + timedelta(days=1))

    assert found.wrong == []
    assert [each.payment_id for each in found.matched] == ["pay_1"]
