"""Books in tests: documents and entries written as commands write them, for any customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from billing_app.access.database import Database
from billing_app.access.guard import admin_command, admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id
from billing_app.kernel.money import Money
from billing_app.ledger import accounts, book, proof, recipes
from billing_app.ledger.accounts import Account, Code
from billing_app.ledger.events import Event
from billing_app.ledger.transfers import Transfer
from billing_app.models.append_only import trigger_name, trigger_statements
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import Invoice, InvoiceLine
from billing_app.models.ledger import Entry
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation, Payment, UnidentifiedReceipt
from tests.world import Person, World

T = TypeVar("T")

TODAY = date(2026, 3, 31)
UNKNOWN = accounts.unidentified(UUID(int=25))


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


class Books:
    """The books of one business, kept for one of its customers."""

    def __init__(self, world: World, by: Person | None = None, customer: str = "") -> None:
        self.world = world
        self.by = by or world.ada
        self.customer_id = Customer.read_id(customer or world.marsh)

    def does(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Do something in one writing transaction; what comes back is no row."""
        kept: list[T] = []

        @admin_command(Permission.LOOK)
        def keep_the_books(work: Work[Any]) -> str:
            kept.append(work_fn(work))
            return "books"

        self.by.does(keep_the_books)
        return kept[0]

    def sees(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Look at something in one reading transaction."""
        return self.by.does(admin_read()(work_fn))

    def post(
        self,
        event: Event,
        transfers: Sequence[Transfer],
        *,
        source: UUID | None = None,
        on: date = TODAY,
    ) -> UUID:
        """Post one act; returns the entry's id."""
        act = source or new_id()
        return self.does(lambda work: book.post(work, event, act, transfers, on=on).id)

    def reverse(self, entry_id: UUID, event: Event, source: UUID | None = None) -> UUID:
        """Take an entry back; returns the id of the entry that does."""
        act = source or new_id()

        def take_back(work: Work[Any]) -> UUID:
            entry = work.find(Entry, Entry(id=entry_id).shown_id)
            return book.reverse(work, entry, event, act, on=TODAY).id

        return self.does(take_back)

    def draft(self, total: int = 110_00, tax: int = 10_00, currency: str = "AUD") -> UUID:
        """Write down an invoice that nobody has issued."""
        return self.does(lambda work: self._draft(work, total, tax, currency).id)

    def invoice(self, total: int = 110_00, tax: int = 10_00, on: date = TODAY) -> UUID:
        """Issue an invoice and post it."""

        def issue(work: Work[Any]) -> UUID:
            invoice = self._draft(work, total, tax, "AUD")
            invoice.state, invoice.number = "issued", f"T-{invoice.shown_id}"
            invoice.issued_on = on
            asked = recipes.invoice_issued(
                self.owed(invoice.id), net=aud(total - tax), tax=aud(tax)
            )
            book.post(work, Event.INVOICE_ISSUED, invoice.id, asked, on=on)
            return invoice.id

        return self.does(issue)

    def pay(self, invoice_id: UUID, minor: int, over: int = 0, on: date = TODAY) -> UUID:
        """Record a bank transfer for an invoice; what is over becomes a lot. Its id comes back."""

        def record(work: Work[Any]) -> UUID:
            payment = Payment(
                customer_id=self.customer_id,
                amount_minor=minor + over,
                currency="AUD",
                external_kind="bank_transfer",
                received_on=on,
                recorded_at=clock.now(),
            )
            work.add(payment)
            work.add(
                Allocation(
                    act_id=payment.id,
                    payment_id=payment.id,
                    invoice_id=invoice_id,
                    amount_minor=minor,
                    made_on=on,
                    recorded_at=clock.now(),
                )
            )
            lot = self._lot(work, over, payment.id, on) if over else payment
            parts = [(self.owed(invoice_id), aud(minor))]
            parts += [(self.credit(lot.id), aud(over))] if over else []
            made = recipes.payment_received(parts)
            book.post(work, Event.PAYMENT_RECEIVED, payment.id, made, on=on)
            return lot.id

        return self.does(record)

    def unidentified(self, minor: int, on: date = TODAY) -> UUID:
        """Record money that is nobody's yet; returns the entry's id."""

        def record(work: Work[Any]) -> UUID:
            receipt = UnidentifiedReceipt(
                amount_minor=minor,
                currency="AUD",
                external_kind="bank_transfer",
                received_on=on,
                recorded_at=clock.now(),
            )
            work.add(receipt)
            came = recipes.payment_unidentified(accounts.unidentified(receipt.id), aud(minor))
            return book.post(work, Event.PAYMENT_UNIDENTIFIED, receipt.id, came, on=on).id

        return self.does(record)

    def still_to_pay(self, invoice_id: UUID) -> int:
        """What is kept as still to pay on an invoice."""
        return self.sees(
            lambda work: work.find(Invoice, Invoice(id=invoice_id).shown_id).still_to_pay_minor
        )

    def balance(self, code: Code, **of: UUID) -> Money:
        """What an account holds."""
        return self.sees(lambda work: book.balance(work, code, currency="AUD", **of))

    def differences(self) -> list[str]:
        """What the proof finds in these books."""
        return self.sees(proof.differences)

    def owed(self, invoice_id: UUID) -> Account:
        return accounts.receivable(self.customer_id, invoice_id)

    def credit(self, lot_id: UUID) -> Account:
        return accounts.credit(self.customer_id, lot_id)

    def _draft(self, work: Work[Any], total: int, tax: int, currency: str) -> Invoice:
        invoice = Invoice(
            customer_id=self.customer_id,
            currency=currency,
            drafted_at=clock.now(),
            net_minor=total - tax,
            tax_minor=tax,
            total_minor=total,
        )
        work.add(invoice)
        line = InvoiceLine(
            invoice_id=invoice.id,
            position=1,
            description="Work",
            quantity_milli=1_000,
            unit_price_minor=total - tax,
            net_minor=total - tax,
            tax_minor=tax,
            gross_minor=total,
        )
        work.add(line)
        return invoice

    def _lot(self, work: Work[Any], minor: int, payment_id: UUID, on: date) -> CreditLot:
        lot = CreditLot(
            customer_id=self.customer_id,
            currency="AUD",
            amount_minor=minor,
            origin="overpayment",
            payment_id=payment_id,
            made_on=on,
            recorded_at=clock.now(),
        )
        work.add(lot)
        return lot


@contextmanager
def behind_the_back(database: Database, *tables: str) -> Iterator[Connection]:
    """A connection with the triggers of some tables off, as an intruder would have it.

    What is changed there stays; the triggers come back.
    """
    dialect = database.engine.dialect.name
    with database.engine.execution_options(writes=True).begin() as connection:
        for table in tables:
            for act in ("update", "delete"):
                name = trigger_name(table, act)
                off = f"DROP TRIGGER {name}"
                if dialect != "sqlite":
                    off = f"ALTER TABLE {table} DISABLE TRIGGER {name}"
                connection.execute(text(off))
        yield connection
        for table in tables:
            if dialect == "sqlite":
                for statement in trigger_statements(table, dialect):
                    connection.execute(text(statement))
            else:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))
