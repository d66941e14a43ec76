"""AT60: documents that were changed, removed or slipped in behind the back are each named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from billing_app.access.database import Database
from billing_app.access.work import Work
from billing_app.kernel.ids import new_id, show
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.events import Event
from billing_app.models.append_only import append_only_tables
from billing_app.models.ledger import Posting
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.services import adjusting, identifying
from tests.billing import aud, drawn
from tests.booking import Books, behind_the_back
from tests.till import Till
from tests.world import World


class Archive(Till):
    """A document of each kind, and the hand of somebody who comes in through the database."""

    def fill(self) -> None:
        """Make the documents."""
        gst, customer_id = self.tax(), self.world.marsh
        first, second, lost = (self.issue(self.draft(self.line(100_00, gst))) for _ in range(3))
        payment = self.pay(150_00, first)
        self.pay(20_00, second)
        self.refund(payment, 45_00)
        self.note(second, 33_00)
        self.lose(lost, 55_00, tax_relief=True)
        self.does(
            lambda work: adjusting.raise_credit(
                work, drawn("adj"), customer_id=customer_id, amount=aud(5_00), reason="Goodwill"
            )
        )
        self.does(
            lambda work: identifying.record_unidentified(
                work, drawn("unr"), amount=aud(80_00), kind="bank_transfer"
            )
        )

    def stored(self, id_: UUID) -> str:
        """An id as plain SQL has to write it here."""
        return id_.hex if self.world.database.is_sqlite else str(id_)

    def ids(self, table: str) -> list[str]:
        """The ids of a table's rows as the database has them, the oldest first."""
        asked = text(f"SELECT id FROM {table} WHERE organization_id = :own ORDER BY id")
        own = self.stored(self.by.actor.organization_id)
        with self.world.database.engine.connect() as connection:
            return [str(found) for found in connection.scalars(asked, {"own": own})]

    def executes(self, table: str, statement: str, **values: Any) -> None:
        """Do something to one row while the triggers of its table are off."""
        guarded = [table] if table in append_only_tables() else []
        with behind_the_back(self.world.database, *guarded) as connection:
            assert connection.execute(text(statement), values).rowcount == 1

    @contextmanager
    def changed(self, table: str, changes: Mapping[str, str]) -> Iterator[None]:
        """Change the oldest row by what SQL says of its columns; then it is as before."""
        row_id, columns = self.ids(table)[0], ", ".join(changes)
        with self.world.database.engine.connect() as connection:
            [kept] = connection.execute(
                text(f"SELECT {columns} FROM {table} WHERE id = :id"), {"id": row_id}
            ).mappings()
        said = ", ".join(f"{name} = {value}" for name, value in changes.items())
        self.executes(table, f"UPDATE {table} SET {said} WHERE id = :id", id=row_id)
        yield
        said = ", ".join(f"{name} = :{name}" for name in changes)
        self.executes(table, f"UPDATE {table} SET {said} WHERE id = :id", id=row_id, **kept)


@pytest.fixture(scope="module")
def archive(database: Database) -> Iterator[Archive]:
    """For tests that leave it as they found it, which is looked at when all of them are over."""
    archive = Archive(World(database))
    archive.fill()
    assert archive.differences() == []
    yield archive
    assert archive.differences() == []


MORE, LESS, EARLIER = "{} + 1", "{} - 1", "'2026-01-05'"

CHANGES = [
    ("payment", {"amount_minor": MORE}, "payment", "the amount is AUD 150.01"),
    ("payment", {"customer_id": "other_customer"}, "payment", "its payer is not that"),
    ("payment", {"received_on": EARLIER}, "payment", "its day is not that"),
    ("payment", {"currency": "'EUR'"}, "payment", "its currency is not that"),
    ("refund", {"amount_minor": MORE}, "refund", "the amount is AUD 45.01"),
    ("refund", {"customer_id": "other_customer"}, "refund", "its customer is not that"),
    ("refund", {"choice": "'from_credit'"}, "refund", "AUD 0.00 by the postings"),
    ("refund", {"refunded_on": EARLIER}, "refund", "its day is not that"),
    ("credit_note", {"tax_minor": MORE, "net_minor": LESS}, "credit note", "tax is AUD 3.01"),
    ("credit_note", {"effective_on": EARLIER}, "credit note", "its day is not that"),
    ("credit_note", {"invoice_id": "first_invoice"}, "credit note", "its invoice is not that"),
    ("credit_note_line", {"tax_minor": MORE, "net_minor": LESS}, "credit note", "by its lines"),
    ("credit_note_line", {"invoice_line_id": "first_line"}, "credit note", "its invoice is not"),
    ("invoice_line", {"gross_minor": MORE, "net_minor": MORE}, "invoice", "110.01 by its lines"),
    ("invoice", {"net_minor": MORE, "tax_minor": LESS}, "invoice", "the tax is AUD 9.99"),
    ("invoice", {"issued_on": EARLIER}, "invoice", "its day is not that"),
    ("write_off", {"amount_minor": MORE}, "write-off", "the amount is AUD 55.01"),
    ("write_off", {"tax_minor": MORE}, "write-off", "the tax is AUD 5.01"),
    ("write_off", {"invoice_id": "first_invoice"}, "write-off", "its invoice is not that"),
    ("adjustment", {"amount_minor": MORE}, "adjustment", "the amount is AUD 5.01"),
    ("adjustment", {"direction": "'down'"}, "adjustment", "its direction is not that"),
    ("adjustment", {"adjusted_on": EARLIER}, "adjustment", "its day is not that"),
    ("credit_lot", {"amount_minor": LESS}, "credit lot", "the amount is AUD 39.99"),
    ("credit_lot", {"made_on": EARLIER}, "credit lot", "its day is not that"),
    ("credit_lot", {"payment_id": "NULL"}, "payment", "what became credit is AUD 0.00"),
    ("allocation", {"amount_minor": MORE}, "payment", "what it paid is AUD 110.01"),
    ("allocation", {"payment_id": "other_payment"}, "allocation", "is not what its act applied"),
    ("allocation", {"made_on": EARLIER}, "allocation", "is not what its act applied"),
    ("unidentified_receipt", {"amount_minor": MORE}, "receipt", "the amount is AUD 80.01"),
]


@pytest.mark.parametrize(("table", "changes", "name", "said"), CHANGES)
def test_each_document_that_was_changed_is_named(
    archive: Archive, table: str, changes: dict[str, str], name: str, said: str
):
    told = {column: _sql(archive, value).format(column) for column, value in changes.items()}

    with archive.changed(table, told):
        found = archive.differences()

    assert any(line.startswith(name) and said in line for line in found), found


def _sql(archive: Archive, value: str) -> str:
    """What a change says in SQL; some name another row of the same books."""
    others = {
        "other_customer": archive.stored(Customer.read_id(archive.world.bellweather)),
        "first_invoice": archive.ids("invoice")[0],
        "first_line": archive.ids("invoice_line")[0],
        "other_payment": archive.ids("payment")[-1],
    }
    return f"'{others[value]}'" if value in others else value


def test_what_is_gone_or_never_was_is_named(database: Database):
    archive = Archive(World(database))
    archive.fill()
    for table in ("refund", "adjustment", "credit_note_line"):
        archive.executes(table, f"DELETE FROM {table} WHERE id = :id", id=archive.ids(table)[0])
    books = Books(archive.world)
    slipped_in = books.post(
        Event.PAYMENT_RECEIVED,
        recipes.payment_received([(accounts.unidentified(new_id()), aud(9_00))]),
    )

    said = "\n".join(archive.differences())

    assert "tells of a refund that is not there" in said
    assert "tells of an adjustment that is not there" in said
    assert "the total is AUD 33.00 where it is kept, AUD 0.00 by its lines" in said
    assert f"entry {show('ent', slipped_in)} tells of a payment that is not there" in said


def test_a_posting_that_is_slipped_into_an_entry_is_named(database: Database):
    archive = Archive(World(database))
    payment = archive.pay(50_00)

    def slip_in(work: Work[Any]) -> None:
        entry = book.find(work, Event.PAYMENT_RECEIVED, Payment.read_id(payment))
        [there] = work.exec(select(Posting).where(Posting.entry_id == entry.id)).all()
        work.add(Posting(**there.model_dump(exclude={"id", "position"}), position=1))

    Books(archive.world).does(slip_in)

    assert (
        f"payment {payment}: the amount is AUD 50.00 where it is kept, AUD 100.00 by the postings"
        in archive.differences()
    )
