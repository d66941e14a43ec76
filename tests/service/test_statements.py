"""Statements: opening and lines come to closing, page by page, in each currency apart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.money import Money
from billing_app.reads import statements
from billing_app.reads.statements import Statement
from billing_app.services import adjusting
from tests.billing import aud, drawn
from tests.booking import Books
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def statement(till: Till, since: date, until: date, **more: Any) -> Statement:
    return till.does(
        lambda work: statements.statement(work, till.world.marsh, since=since, until=until, **more)
    )


def pages(till: Till, since: date, until: date) -> list[Statement]:
    found = [statement(till, since, until)]
    while found[-1].after:
        assert len(found) < 20, "the pages never end"
        found.append(statement(till, since, until, after=found[-1].after))
    return found


def test_a_statement_tells_what_moved_and_what_it_came_to(till: Till):
    invoice = till.invoice(250_00, on=till.days(-20))
    till.pay(300_00, invoice, received_on=till.days(-10), reference="BSB 062")

    seen = statement(till, till.days(-30), till.today())

    assert [(line.what, line.amount.minor, line.balance.minor) for line in seen.lines] == [
        ("Invoice INV-00001", -250_00, -250_00),
        ("Payment for Invoice INV-00001 (Bank transfer, BSB 062)", 300_00, 50_00),
    ]
    assert (seen.opening.minor, seen.closing.minor, seen.carried.minor) == (0, 50_00, 50_00)
    assert (seen.customer, seen.currency, seen.currencies) == ("Marsh Design", "AUD", ["AUD"])


def test_credit_used_moves_both_accounts_and_leaves_the_balance(till: Till):
    till.pay(100_00)
    till.settings(apply_credit_to_invoices=True)
    till.invoice(300_00)

    seen = statement(till, till.today(), till.today())

    line = seen.lines[-1]
    assert line.what == "Credit applied to Invoice INV-00001"
    assert (line.owed.minor, line.credit.minor, line.amount.minor) == (-100_00, -100_00, 0)
    assert seen.closing.minor == -200_00


def test_what_lies_before_the_range_is_the_opening_balance(till: Till):
    early = till.invoice(100_00, on=till.days(-400))
    till.invoice(50_00, on=till.days(-40))
    till.pay(100_00, early, received_on=till.days(-41))
    till.invoice(7_00)

    seen = statement(till, till.days(-40), till.days(-1))

    assert (seen.opening.minor, seen.closing.minor) == (0, -50_00)
    assert [line.amount.minor for line in seen.lines] == [-50_00]


def test_days_without_movement_have_equal_balances_and_no_lines(till: Till):
    till.invoice(100_00, on=till.days(-9))

    seen = statement(till, till.days(-5), till.days(-2))

    assert (seen.opening.minor, seen.lines, seen.closing.minor) == (-100_00, [], -100_00)


def test_requests_stand_apart_and_are_in_no_sum(till: Till):
    till.request(500_00)

    seen = statement(till, till.today(), till.today())

    assert [(each.number, each.total.minor) for each in seen.requests] == [("CR-00001", 500_00)]
    assert (seen.lines, seen.closing.minor) == ([], 0)


def test_requests_beyond_a_page_are_turned_to_and_none_is_dropped(
    till: Till, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(statements, "PAGE", 2)
    monkeypatch.setattr(statements, "cut", lambda rows: (rows[:2], rows[1] if rows[2:] else None))
    for _ in range(5):
        till.request(1_00)
    seen, after = [], ""
    while len(seen) < 9:
        page = statement(till, till.days(-1), till.today(), requests_after=after)
        seen += [each.number for each in page.requests]
        after = page.requests_after
        if not after:
            break

    assert seen == [f"CR-0000{number}" for number in range(1, 6)]


def test_every_kind_of_movement_has_its_words_and_the_statement_closes(till: Till):
    till.settings(small_balance_minor=5)
    first, second, third = (till.invoice(100_00) for _ in range(3))
    payment = till.pay(100_00, first)
    till.refund(payment, 20_00)
    till.forgive(payment, first, 10_00)
    till.note(second, 40_00)
    till.lose(second, 30_00)
    till.pay(99_97, third)
    till.let_go(third)
    till.pay(60_00)
    till.refund_credit(15_00)
    till.does(
        lambda work: adjusting.raise_credit(
            work,
            drawn("adj"),
            customer_id=till.world.marsh,
            amount=aud(5_00),
            reason="=SUM(A1)",
        )
    )
    till.reverse(till.pay(11_00))

    seen = statement(till, till.today(), till.today())

    assert [line.what for line in seen.lines] == [
        "Invoice INV-00001",
        "Invoice INV-00002",
        "Invoice INV-00003",
        "Payment for Invoice INV-00001 (Bank transfer)",
        "Refund, owed again on Invoice INV-00001",
        "Refund, owed no more on Invoice INV-00001",
        "Credit note on Invoice INV-00001 (CN-00001)",
        "Credit note on Invoice INV-00002 (CN-00002)",
        "Bad debt on Invoice INV-00002",
        "Payment for Invoice INV-00003 (Bank transfer)",
        "Small balance let go on Invoice INV-00003",
        "Payment (Bank transfer)",
        "Refund of credit",
        "Adjustment of credit",
        "Payment (Bank transfer)",
        "Payment taken back (Bank transfer)",
    ]
    assert sum(line.amount.minor for line in seen.lines) == seen.closing.minor
    assert seen.closing.minor == 60_00 - 15_00 + 5_00 - 20_00 - 30_00


@pytest.mark.parametrize("at_once", [1, 2, 3, 50])
def test_pages_of_any_size_carry_the_balance_on_and_close(
    till: Till, at_once: int, monkeypatch: pytest.MonkeyPatch
):
    for number in range(3):
        invoice = till.invoice(10_00 + number, on=till.days(-number))
        till.pay(4_00 + number, invoice, received_on=till.today(), really=True)
    monkeypatch.setattr(statements, "PAGE", at_once)
    monkeypatch.setattr(
        statements,
        "cut",
        lambda rows: (rows[:at_once], rows[at_once - 1] if rows[at_once:] else None),
    )

    found = pages(till, till.days(-9), till.today())

    lines = [line for page in found for line in page.lines]
    assert len({line.entry_id for line in lines}) == len(lines) == 6
    assert len(found) == -(-6 // at_once)
    assert found[0].brought == found[0].opening
    for before, page in pairwise(found):
        assert page.brought == before.carried
    assert found[-1].carried == found[-1].closing
    assert lines[-1].balance == found[-1].closing


def test_currencies_are_never_netted(till: Till):
    till.invoice(100_00)
    till.pay(1, amount=Money(500, "JPY"))

    yen = statement(till, till.today(), till.today(), currency="JPY")

    assert (yen.closing.minor, yen.closing.text) == (500, "¥500")
    assert yen.currencies == ["AUD", "JPY"]
    assert statement(till, till.today(), till.today()).closing.minor == -100_00


def test_a_back_dated_entry_moves_the_balances_of_its_own_day(till: Till):
    books = Books(till.world)
    past = date(2021, 2, 28)
    books.invoice(total=110_00, on=past)
    books.invoice(total=110_00, on=past + timedelta(days=1))

    assert statement(till, past, past).closing.minor == -110_00
    assert statement(till, past + timedelta(days=1), date.max).opening.minor == -110_00
    assert statement(till, past + timedelta(days=1), date.max).closing.minor == -220_00


def test_a_statement_that_cannot_be_is_refused_with_a_sentence(till: Till):
    with pytest.raises(Invalid, match="The last day lies before the first one"):
        statement(till, till.today(), till.days(-1))
    for currency in ("EUR", "aud", "'; DROP TABLE posting"):
        with pytest.raises(Invalid, match="Nothing ever moved"):
            statement(till, till.today(), till.today(), currency=currency)


def test_a_page_behind_a_strangers_entry_is_not_found(till: Till):
    till.invoice(100_00)
    line = statement(till, till.today(), till.today()).lines[0]
    otto = Till(till.world, till.world.otto)

    with pytest.raises(NotFound):
        statement(otto, till.today(), till.today())
    with pytest.raises(NotFound):
        statement(till, till.days(-9), till.days(-5), after=line.entry_id)
    with pytest.raises(NotFound):
        statement(till, till.days(-9), till.days(-5), after="ent_nonsense")
