"""Proof: sound books are found sound, and each kept figure that was moved is named."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from billing_app.kernel.clock import clock
from billing_app.ledger import proof, recipes
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice, WriteOff
from billing_app.models.ledger import Entry, PeriodTotal, Posting
from tests.booking import TODAY, Books, aud, behind_the_back
from tests.world import World


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


def changed(books: Books, kind: type, **values: object) -> None:
    """Set columns of all rows of a kind, past every guard but the database's."""

    def change(work) -> None:
        for row in work.exec(select(kind)):
            for name, value in values.items():
                setattr(row, name, value)

    books.does(change)


def test_sound_books_are_found_sound(books: Books):
    invoice = books.invoice(total=250_00, on=date(2026, 1, 31))
    books.pay(invoice, 250_00, over=50_00)
    books.invoice(total=110_00)
    entry = books.unidentified(80_00)
    books.reverse(entry, Event.PAYMENT_UNIDENTIFIED)

    assert books.differences() == []


def test_the_operator_sees_the_books_of_everybody(books: Books, world: World):
    invoice = books.invoice()
    changed(books, Invoice, still_to_pay_minor=1_00)

    found = [line for line in world.operator(proof.inspect_books) if shown(invoice) in line]
    changed(books, Invoice, still_to_pay_minor=110_00)

    assert found == [
        f"invoice {shown(invoice)}: still to pay is AUD 1.00 where it is kept, AUD 110.00 by the"
        " postings"
    ]
    assert Books(world, by=world.otto, customer=world.brandt).differences() == []


def shown(invoice_id: UUID) -> str:
    return Invoice(id=invoice_id).shown_id


def test_a_changed_total_is_named(books: Books):
    books.invoice(total=110_00, tax=10_00)

    changed(books, Invoice, total_minor=120_00, net_minor=110_00)

    assert "the total is AUD 120.00 where it is kept, AUD 110.00 by the postings" in said(books)


def test_a_payment_that_was_posted_and_not_applied_is_named(books: Books):
    invoice = books.invoice()

    paid = recipes.payment_received([(books.owed(invoice), aud(40_00))])
    books.post(Event.PAYMENT_RECEIVED, paid)

    assert "what was paid is AUD 0.00 where it is kept, AUD 40.00 by the postings" in said(books)


def test_a_write_off_that_was_not_posted_is_named(books: Books):
    invoice = books.invoice()

    def forget_to_post(work) -> None:
        work.add(
            WriteOff(
                invoice_id=invoice,
                kind="bad_debt",
                amount_minor=7_00,
                written_off_on=TODAY,
                recorded_at=clock.now(),
            )
        )

    books.does(forget_to_post)

    assert "what was written off is AUD 7.00 where it is kept, AUD 0.00 by the postings" in said(
        books
    )


def test_a_credit_note_that_has_no_document_is_named(books: Books):
    invoice = books.invoice()

    note = recipes.credit_note_issued(books.owed(invoice), net=aud(30_00), tax=aud(3_00))
    entry = books.post(Event.CREDIT_NOTE_ISSUED, note)

    assert books.differences() == [
        f"invoice {shown(invoice)}: what was credited is AUD 0.00 where it is kept, AUD 33.00 by"
        " the postings",
        f"entry {Entry(id=entry).shown_id} tells of a credit note that is not there",
    ]


def test_a_void_invoice_asks_for_nothing(books: Books):
    books.invoice()

    changed(books, Invoice, state="void")

    assert "the total is AUD 0.00 where it is kept, AUD 110.00 by the postings" in said(books)


def said(books: Books) -> list[str]:
    """What differs, without the names of the documents."""
    return [line.partition(": ")[2] for line in books.differences()]


@pytest.mark.parametrize("state", ["draft", "raised", "void"])
def test_a_credit_request_asks_for_what_was_not_applied_to_it(books: Books, state: str):
    def ask(work) -> None:
        work.add(
            CreditRequest(
                customer_id=books.customer_id,
                state=state,
                number=None if state == "draft" else f"CR-{state}",
                currency="AUD",
                total_minor=500_00,
                still_to_pay_minor=200_00,
                drafted_at=clock.now(),
            )
        )

    books.does(ask)

    asked = "AUD 500.00" if state == "raised" else "AUD 0.00"
    assert f"still to pay is AUD 200.00 where it is kept, {asked} by the postings" in said(books)


def test_a_lot_that_gave_more_than_it_had_is_named(books: Books):
    lot = books.pay(books.invoice(), 10_00, over=50_00)

    books.post(Event.REFUND_FROM_CREDIT, recipes.refund([(books.credit(lot), aud(60_00))]))

    assert (
        f"credit lot {CreditLot(id=lot).shown_id} has AUD -10.00 left of AUD 50.00"
        in books.differences()
    )


def test_credit_in_a_lot_that_is_not_there_is_named(books: Books):
    nowhere = books.invoice()

    books.post(Event.ADJUSTMENT, recipes.credit_granted(books.credit(nowhere), aud(20_00)))

    assert (
        f"credit names {CreditLot(id=nowhere).shown_id}, which is not that customer's in that"
        " currency"
    ) in books.differences()


def test_a_posting_on_another_customers_invoice_is_named(books: Books, world: World):
    carl = Books(world, customer=world.bellweather)
    theirs = carl.invoice()

    paid = recipes.payment_received([(books.owed(theirs), aud(110_00))])
    books.post(Event.PAYMENT_RECEIVED, paid)

    assert (
        f"a receivable names {shown(theirs)}, which is not that party's in that currency"
        in books.differences()
    )


def test_a_kept_sum_that_was_moved_is_named_by_its_day_and_its_month(books: Books):
    books.invoice(on=date(2026, 3, 31))

    changed(books, PeriodTotal, debit_minor=100_00)

    assert books.differences() == [
        "the day of 2026-03-31 on account 1100 is off by AUD 10.00 debit and AUD 0.00 credit",
        "the month of 2026-03-01 on account 1100 is off by AUD 10.00 debit and AUD 0.00 credit",
    ]


def test_a_kept_sum_that_is_gone_is_named(books: Books):
    books.invoice(on=date(2026, 3, 31))

    def lose(work) -> None:
        work.remove(work.exec(select(PeriodTotal).where(PeriodTotal.period == "day")).one())

    books.does(lose)

    assert [line.partition(" on ")[0] for line in books.differences()] == ["the day of 2026-03-31"]


def test_a_reversal_that_mirrors_nothing_is_named(books: Books):
    entry = books.unidentified(80_00)

    def claim(work) -> UUID:
        claiming = Entry(
            event=Event.PAYMENT_UNIDENTIFIED,
            source_id=entry,
            effective_on=TODAY,
            recorded_at=clock.now(),
            reverses_id=entry,
        )
        work.add(claiming)
        return claiming.id

    claimed = books.does(claim)

    assert books.differences() == [
        f"entry {Entry(id=claimed).shown_id} does not mirror the entry it takes back"
    ]


def test_a_posting_of_another_day_than_its_entry_is_named(books: Books):
    entry = books.unidentified(80_00)
    own = {"organization": books.world.ada.actor.organization_id}

    with behind_the_back(books.world.database, "posting") as connection:
        connection.execute(
            text(
                "UPDATE posting SET effective_on = '2026-01-01' WHERE organization_id = :own"
            ).bindparams(own=_written(books, own["organization"]))
        )

    [found] = books.differences()
    assert found.endswith("is not what its entry allows")
    assert entry
    assert books.sees(lambda work: len(work.exec(select(Posting.id)).all())) == 1


def _written(books: Books, id_: UUID) -> object:
    """An id as plain SQL has to write it on this database."""
    return id_.hex if books.world.database.is_sqlite else id_
