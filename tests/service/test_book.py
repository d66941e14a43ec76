"""The book: written once, never changed, and what is kept beside it follows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from billing_app.kernel.errors import Conflict, NotFound
from billing_app.kernel.ids import new_id
from billing_app.kernel.money import Money
from billing_app.ledger import book, recipes, totals
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod, MoreThanOwed
from billing_app.ledger.events import Event
from billing_app.ledger.transfers import Transfers
from billing_app.models.append_only import append_only_tables
from billing_app.models.books import OrganizationProfile
from billing_app.models.invoice import Invoice, InvoiceLine
from billing_app.models.ledger import Entry, PeriodTotal, Posting, Seal
from tests.booking import TODAY, UNKNOWN, Books, aud
from tests.world import World


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


def count(books: Books, kind: type) -> int:
    return books.sees(lambda work: len(work.exec(select(kind.id)).all()))


def paying(books: Books, invoice_id: UUID, minor: int) -> Transfers:
    return recipes.payment_received([(books.owed(invoice_id), aud(minor))])


def test_an_act_is_posted_once_however_often_it_is_said(books: Books):
    invoice, act = books.invoice(), new_id()

    first = books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 40_00), source=act)
    again = books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 40_00), source=act)

    assert first == again
    assert books.still_to_pay(invoice) == 70_00
    assert books.balance(Code.BANK) == aud(40_00)


def test_the_same_act_with_other_amounts_is_refused(books: Books):
    invoice, act = books.invoice(), new_id()
    books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 40_00), source=act)

    with pytest.raises(Conflict, match="already recorded with other amounts"):
        books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 41_00), source=act)

    assert books.still_to_pay(invoice) == 70_00


def test_the_same_act_from_eight_sides_at_once_is_posted_once(books: Books):
    invoice, act = books.invoice(), new_id()

    def pay(_: int) -> UUID:
        return books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 40_00), source=act)

    with ThreadPoolExecutor(8) as crowd:
        entries = set(crowd.map(pay, range(8)))

    assert len(entries) == 1
    assert books.still_to_pay(invoice) == 70_00
    assert books.balance(Code.CUSTOMER_RECEIVABLE, item_id=invoice) == aud(70_00)


def test_eight_payments_of_two_invoices_at_once_all_count(books: Books):
    one, other = books.invoice(), books.invoice()

    def pay(turn: int) -> None:
        both = [one, other] if turn % 2 else [other, one]
        parts = [(books.owed(invoice), aud(5_00)) for invoice in both]
        books.post(Event.PAYMENT_RECEIVED, recipes.payment_received(parts))

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(pay, range(8)))

    assert [books.still_to_pay(invoice) for invoice in (one, other)] == [70_00, 70_00]
    owed = books.sees(
        lambda work: totals.opening(
            work,
            Code.CUSTOMER_RECEIVABLE,
            books.customer_id,
            currency="AUD",
            before=date(2026, 4, 1),
        )
    )
    assert owed == aud(140_00)


def test_an_entry_names_who_when_and_why(books: Books):
    invoice = books.draft()
    act = new_id()

    def post(work) -> None:
        asked = recipes.invoice_issued(books.owed(invoice), net=aud(1_00), tax=aud(0))
        book.post(work, Event.INVOICE_ISSUED, act, asked, on=TODAY, reason="Agreed", key="k-1")

    books.does(post)

    def look(work) -> tuple[object, ...]:
        entry = book.find(work, Event.INVOICE_ISSUED, act)
        return entry.membership_id, entry.effective_on, entry.reason, entry.command_key

    assert books.sees(look) == (books.by.actor.membership_id, TODAY, "Agreed", "k-1")


def test_still_to_pay_follows_each_posting_on_an_invoice(books: Books):
    invoice = books.draft(total=110_00)
    owed = books.owed(invoice)
    seen = [books.still_to_pay(invoice)]

    for event, transfers in (
        (Event.INVOICE_ISSUED, recipes.invoice_issued(owed, net=aud(100_00), tax=aud(10_00))),
        (Event.PAYMENT_RECEIVED, paying(books, invoice, 40_00)),
        (Event.CREDIT_NOTE_ISSUED, recipes.credit_note_issued(owed, net=aud(30_00), tax=aud(3_00))),
        (Event.REFUND_STILL_OWED, recipes.refund([(owed, aud(10_00))])),
        (Event.BAD_DEBT, recipes.bad_debt(owed, net=aud(46_97), tax=aud(0))),
        (Event.SMALL_BALANCE, recipes.small_balance(owed, aud(3))),
    ):
        books.post(event, transfers)
        seen.append(books.still_to_pay(invoice))

    assert seen == [0, 110_00, 70_00, 37_00, 47_00, 3, 0]


def test_more_than_is_owed_is_refused_and_nothing_is_written(books: Books):
    invoice = books.invoice(total=110_00)
    before = count(books, Entry), count(books, Posting), count(books, PeriodTotal)

    with pytest.raises(MoreThanOwed, match="more than is still to pay"):
        books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 110_01))

    assert (count(books, Entry), count(books, Posting), count(books, PeriodTotal)) == before
    assert books.still_to_pay(invoice) == 110_00


def test_a_note_after_its_refund_leaves_the_invoice_paid(books: Books):
    invoice = books.invoice(total=110_00)
    books.pay(invoice, 110_00)
    owed = books.owed(invoice)

    books.post(Event.REFUND_NO_LONGER_OWED, recipes.refund([(owed, aud(100_00))]))
    note = recipes.credit_note_issued(owed, net=aud(90_91), tax=aud(9_09))
    books.post(Event.CREDIT_NOTE_ISSUED, note)

    assert books.still_to_pay(invoice) == 0
    assert books.balance(Code.BANK) == aud(10_00)
    assert books.balance(Code.OWN_SALES) == aud(9_09)


def test_a_reversal_mirrors_its_entry_and_happens_once(books: Books):
    invoice = books.draft(total=110_00)
    asked = recipes.invoice_issued(books.owed(invoice), net=aud(100_00), tax=aud(10_00))
    entry = books.post(Event.INVOICE_ISSUED, asked)

    books.reverse(entry, Event.INVOICE_VOIDED)

    assert books.still_to_pay(invoice) == 0
    assert [books.balance(code) for code in (Code.OWN_SALES, Code.TAX_PAYABLE)] == [aud(0), aud(0)]
    assert count(books, Posting) == 4
    with pytest.raises(Conflict, match="already taken back"):
        books.reverse(entry, Event.INVOICE_VOIDED)


def test_the_same_reversal_said_again_is_harmless(books: Books):
    invoice, act = books.draft(total=110_00), new_id()
    asked = recipes.invoice_issued(books.owed(invoice), net=aud(100_00), tax=aud(10_00))
    entry = books.post(Event.INVOICE_ISSUED, asked)

    back = books.reverse(entry, Event.INVOICE_VOIDED, act)

    assert books.reverse(entry, Event.INVOICE_VOIDED, act) == back


@pytest.mark.parametrize(
    ("on", "refused"),
    [(date(2026, 2, 27), True), (date(2026, 2, 28), True), (date(2026, 3, 1), False)],
)
def test_nothing_is_posted_into_closed_books(books: Books, on: date, refused: bool):
    invoice = books.invoice()
    close_books(books, date(2026, 2, 28))

    if refused:
        with pytest.raises(ClosedPeriod, match="closed until 2026-02-28"):
            books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 1_00), on=on)
    else:
        books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 1_00), on=on)

    assert books.still_to_pay(invoice) == (110_00 if refused else 109_00)


def test_an_act_from_before_the_closing_may_be_said_again(books: Books):
    invoice, act = books.invoice(), new_id()
    first = books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 1_00), source=act)
    close_books(books, TODAY)

    assert first == books.post(Event.PAYMENT_RECEIVED, paying(books, invoice, 1_00), source=act)


def close_books(books: Books, until: date) -> None:
    def close(work) -> None:
        work.exec(select(OrganizationProfile)).one().books_closed_until = until

    books.does(close)


def test_an_event_may_move_nothing_and_is_an_entry_all_the_same(books: Books):
    invoice = books.draft(total=0, tax=0)

    books.post(Event.INVOICE_ISSUED, (), source=invoice)

    assert count(books, Entry) == 1
    assert books.differences() == []


def test_balances_are_told_by_party_by_item_and_by_currency(books: Books, world: World):
    carl = Books(world, customer=world.bellweather)
    mine, other, theirs = books.invoice(110_00), books.invoice(50_00), carl.invoice(70_00)

    assert books.balance(Code.CUSTOMER_RECEIVABLE) == aud(230_00)
    assert books.balance(Code.CUSTOMER_RECEIVABLE, party_id=books.customer_id) == aud(160_00)
    assert books.balance(Code.CUSTOMER_RECEIVABLE, item_id=other) == aud(50_00)
    assert books.balance(Code.CUSTOMER_RECEIVABLE, item_id=theirs) == aud(70_00)
    assert books.balance(Code.CUSTOMER_RECEIVABLE, party_id=mine) == aud(0)
    assert books.sees(
        lambda work: book.balance(work, Code.CUSTOMER_RECEIVABLE, currency="JPY")
    ) == Money(0, "JPY")


def test_an_opening_balance_is_that_of_all_postings_before_the_day(books: Books):
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 1), TODAY, date(2026, 4, 1)]
    for place, day in enumerate(days):
        books.invoice(total=10 ** (place + 1), tax=0, on=day)

    def opening(before: date) -> int:
        return books.sees(
            lambda work: totals.opening(
                work,
                Code.CUSTOMER_RECEIVABLE,
                books.customer_id,
                currency="AUD",
                before=before,
            )
        ).minor

    assert [opening(day) for day in (*days, date(2030, 6, 15))] == [
        0,
        10,
        110,
        1_110,
        11_110,
        111_110,
    ]


def test_the_business_next_door_is_not_in_the_balance(books: Books, world: World):
    Books(world, by=world.otto, customer=world.brandt).invoice(999_00)
    books.invoice(110_00)

    assert books.balance(Code.CUSTOMER_RECEIVABLE) == aud(110_00)


def test_nobody_posts_on_an_invoice_next_door(books: Books, world: World):
    theirs = Books(world, by=world.otto, customer=world.brandt).invoice(999_00)

    with pytest.raises(RuntimeError, match="names an invoice that is not there"):
        books.post(Event.PAYMENT_RECEIVED, paying(books, theirs, 1_00))


def test_a_portal_sees_issued_invoices_with_their_lines_and_no_drafts(books: Books, world: World):
    issued, _draft = books.invoice(), books.draft()
    Books(world, customer=world.bellweather).invoice()

    def look(work) -> tuple[list[UUID], list[UUID], int]:
        work.begin(writes=False)
        return (
            list(work.exec(select(Invoice.id))),
            list(work.exec(select(InvoiceLine.invoice_id))),
            len(work.exec(select(Posting.id)).all()),
        )

    assert world.cleo.does(look) == ([issued], [issued], 0)
    assert world.pat.does(look) == ([], [], 0)


def test_the_orm_refuses_to_change_or_remove_a_posting(books: Books):
    books.invoice()

    def change(work) -> None:
        work.exec(select(Posting)).first().amount_minor = 1
        work.flush()

    with pytest.raises(RuntimeError, match="append-only"):
        books.does(change)
    with pytest.raises(RuntimeError, match="append-only"):
        books.does(lambda work: work.remove(work.exec(select(Entry)).first()))


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["entry", "posting", "payment", "allocation", "credit_lot"])
def test_the_database_refuses_whoever_comes_with_plain_sql(
    books: Books, table: str, statement: str
):
    books.pay(books.invoice(), 10_00, over=5_00)
    engine = books.world.database.engine.execution_options(writes=True)

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement.format(table)))


def test_what_the_ledger_is_made_of_is_append_only():
    assert set(append_only_tables()) >= {"entry", "posting", "seal", "sealed_row"}
    assert Seal.__tablename__ == "seal"


def test_a_sum_is_kept_by_commands_and_for_ones_own_organization_only(books: Books, world: World):
    def sum_of(organization_id: UUID | None) -> PeriodTotal:
        return PeriodTotal(
            organization_id=organization_id,
            party_id=books.customer_id,
            account="1100",
            currency="AUD",
            period="day",
            starts_on=TODAY,
            debit_minor=1,
        )

    def keep(work, organization_id: UUID | None = None) -> None:
        work.accumulate([sum_of(organization_id)], key=totals._KEY, adding=("debit_minor",))

    next_door = world.otto.actor.organization_id

    with pytest.raises(RuntimeError, match="Only a command writes"):
        books.sees(keep)
    with pytest.raises(RuntimeError, match="may not keep this PeriodTotal"):
        books.does(lambda work: keep(work, next_door))
    books.does(keep)
    books.does(keep)
    assert books.sees(lambda work: list(work.exec(select(PeriodTotal.debit_minor)))) == [2]


def test_an_amount_that_is_not_above_zero_cannot_be_written_at_all(books: Books):
    entry = books.post(Event.PAYMENT_UNIDENTIFIED, recipes.payment_unidentified(UNKNOWN, aud(1)))
    bad = Posting(
        entry_id=entry,
        position=9,
        debit_account="1000",
        credit_account="2010",
        amount_minor=-1,
        currency="AUD",
        effective_on=TODAY,
    )

    with pytest.raises(DBAPIError, match="amount_is_positive"):
        books.does(lambda work: work.add(bad))


def test_an_entry_next_door_is_not_found(books: Books, world: World):
    theirs = Books(world, by=world.otto, customer=world.brandt)
    entry = theirs.post(Event.PAYMENT_UNIDENTIFIED, recipes.payment_unidentified(UNKNOWN, aud(1)))

    with pytest.raises(NotFound):
        books.reverse(entry, Event.PAYMENT_UNIDENTIFIED)
