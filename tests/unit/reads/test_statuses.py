"""Statuses and flags follow from sums, in the order of the table they are taken from."""

from __future__ import annotations

from datetime import date

import pytest

from billing_app.reads.statuses import (
    Due,
    Figures,
    Flag,
    Status,
    as_told_to_customers,
    dues,
    flags,
    invoice_status,
    part_status,
    refund_flag,
    request_flags,
)

TODAY = date(2026, 3, 31)
YESTERDAY, TOMORROW = date(2026, 3, 30), date(2026, 4, 1)


def figures(total: int, still: int, **sums: int) -> Figures:
    return Figures(total=total, still_to_pay=still, **sums)


@pytest.mark.parametrize(
    ("state", "sums", "status"),
    [
        ("draft", figures(110, 0), Status.DRAFT),
        ("void", figures(110, 0), Status.VOID),
        ("issued", figures(110, 110), Status.UNPAID),
        ("issued", figures(110, 60, credited=50), Status.UNPAID),
        ("issued", figures(110, 60, paid=50), Status.PARTIALLY_PAID),
        ("issued", figures(110, 10, paid=50, credited=50), Status.PARTIALLY_PAID),
        ("issued", figures(110, 0, paid=110), Status.PAID),
        ("issued", figures(110, 0, paid=60, credited=50), Status.PAID),
        ("issued", figures(110, 0, credited=110), Status.CREDITED),
        ("issued", figures(110, 0, given_up=110), Status.WRITTEN_OFF),
        ("issued", figures(110, 0, paid=60, given_up=50), Status.WRITTEN_OFF),
        ("issued", figures(110, 60, given_up=50), Status.UNPAID),
    ],
)
def test_the_status_is_the_first_that_applies(state: str, sums: Figures, status: Status):
    assert invoice_status(state, sums) is status


def test_an_invoice_over_nothing_is_paid_and_not_credited():
    assert invoice_status("issued", figures(0, 0)) is Status.PAID


def test_a_small_balance_let_go_shows_as_paid():
    assert invoice_status("issued", figures(110, 0, paid=107, let_go=3)) is Status.PAID


def test_a_refund_of_what_is_owed_no_more_leaves_an_invoice_paid():
    sums = figures(110, 0, paid=110, refunded=33)

    assert invoice_status("issued", sums) is Status.PAID
    assert flags("issued", sums, (), TODAY) == (Flag.PARTIALLY_REFUNDED,)


def test_a_whole_refund_that_is_owed_again_is_unpaid_and_refunded():
    sums = figures(110, 110, refunded=110, still_owed=110)

    assert invoice_status("issued", sums) is Status.UNPAID
    assert flags("issued", sums, (), TODAY) == (Flag.REFUNDED,)


@pytest.mark.parametrize(
    ("state", "due_on", "left", "late"),
    [
        ("issued", YESTERDAY, 1, True),
        ("issued", TODAY, 1, False),
        ("issued", YESTERDAY, 0, False),
        ("draft", YESTERDAY, 1, False),
        ("void", YESTERDAY, 1, False),
    ],
)
def test_overdue_is_what_was_due_before_today_and_is_still_to_pay(
    state: str, due_on: date, left: int, late: bool
):
    found = flags(state, figures(110, left), (Due(due_on, left),), TODAY)

    assert (Flag.OVERDUE in found) is late


def test_one_late_part_of_a_plan_makes_the_invoice_overdue():
    plan = [(YESTERDAY, 50), (TOMORROW, 60)]

    assert flags("issued", figures(110, 70), dues(TOMORROW, plan, figures(110, 70)), TODAY) == (
        Flag.OVERDUE,
    )
    assert flags("issued", figures(110, 60), dues(TOMORROW, plan, figures(110, 60)), TODAY) == ()


def test_parts_are_covered_in_their_order_by_whatever_is_asked_no_longer():
    plan = [(YESTERDAY, 34), (TODAY, 33), (TOMORROW, 33)]
    left = [due.left for due in dues(None, plan, figures(100, 50, paid=40, credited=10))]

    assert left == [0, 17, 33]
    parts = zip(plan, left, strict=True)
    assert [part_status("issued", asked, rest) for (_, asked), rest in parts] == [
        Status.PAID,
        Status.PARTIALLY_PAID,
        Status.UNPAID,
    ]


def test_customers_are_not_told_that_we_gave_up():
    assert as_told_to_customers(Status.WRITTEN_OFF) is Status.CLOSED
    assert as_told_to_customers(Status.PAID) is Status.PAID


def test_a_payment_is_refunded_when_all_of_it_went_back():
    assert refund_flag(61, 0) is None
    assert refund_flag(61, 60) is Flag.PARTIALLY_REFUNDED
    assert refund_flag(61, 61) is Flag.REFUNDED


@pytest.mark.parametrize(("state", "status"), [("draft", Status.DRAFT), ("void", Status.VOID)])
def test_a_part_of_what_asks_for_nothing_is_not_paid(state: str, status: Status):
    [due] = dues(None, [(TODAY, 50)], figures(50, 0))

    assert (due.left, part_status(state, 50, due.left)) == (0, status)


def test_a_request_is_never_overdue_and_shows_what_went_back():
    assert request_flags(figures(100, 100)) == ()
    assert request_flags(figures(100, 100, refunded=100, still_owed=100)) == (Flag.REFUNDED,)
    assert request_flags(figures(100, 30, paid=70, refunded=30, still_owed=30)) == (
        Flag.PARTIALLY_REFUNDED,
    )
