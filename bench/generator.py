"""Makes books of any size, in bulk, that proof finds nothing wrong with.

What commands would do one by one is written here as rows: invoices of one line, each issued
by an entry of its own, and bank transfers that pay fifty of them at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from bench.ground import Ground
from billing_app.kernel.ids import new_id
from billing_app.models.books import Series
from billing_app.models.invoice import Invoice, InvoiceLine
from billing_app.models.ledger import Entry, PeriodTotal, Posting
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation, Payment

AT_ONCE = 50
TOTAL = 110_00
_ROWS = 5_000

Row = dict[str, Any]


class Generator:
    """Bulk rows for one organization, from a first day on."""

    def __init__(self, ground: Ground, first_day: date) -> None:
        self.ground = ground
        self.organization_id = ground.actor.organization_id
        self.day = first_day
        self.number = 0
        self.totals: dict[tuple[UUID, str, date], list[int]] = defaultdict(lambda: [0, 0])
        self.rows: dict[Any, list[Row]] = defaultdict(list)

    def customers(self, count: int) -> list[UUID]:
        """So many customers more."""
        found = []
        for place in range(count):
            customer_id = new_id()
            found.append(customer_id)
            name = f"Customer {place:06}"
            self._add(
                Customer,
                id=customer_id,
                name=name,
                sort_name=name.lower(),
                email="letters@bench.example",
                due_days=14,
                created_at=datetime.now(UTC),
                currency="AUD",
            )
        return found

    def unpaid(self, customers: Iterable[UUID]) -> None:
        """An invoice for each customer that nobody pays."""
        for customer_id in customers:
            self._invoice(customer_id, still=TOTAL)

    def history(self, customer_id: UUID, postings: int, days: int) -> None:
        """So many postings of one customer over so many days, all paid."""
        rounds = max(1, postings // (2 * AT_ONCE))
        for step in range(rounds):
            self._pay(customer_id, [self._invoice(customer_id, still=0) for _ in range(AT_ONCE)])
            if (step + 1) * days // rounds > step * days // rounds:
                self.day += timedelta(days=max(1, days // rounds))

    def keep(self) -> None:
        """Write what is still in memory, and the sums that are kept beside the postings."""
        for (party_id, period, starts_on), (debit, credit) in self.totals.items():
            self._add(
                PeriodTotal,
                party_id=party_id,
                account="1100",
                currency="AUD",
                period=period,
                starts_on=starts_on,
                debit_minor=debit,
                credit_minor=credit,
            )
        self._add(Series, kind="invoice", number_prefix="INV-", next_number=self.number + 1)
        self._write()

    def _invoice(
        self, customer_id: UUID, *, still: int, total: int = TOTAL, said: str = "{}"
    ) -> UUID:
        self.number += 1
        invoice_id, moment = new_id(), self._moment()
        self._add(
            Invoice,
            id=invoice_id,
            customer_id=customer_id,
            state="issued",
            number=f"INV-{self.number:05}",
            currency="AUD",
            drafted_at=moment,
            issued_on=self.day,
            issued_at=moment,
            due_on=self.day + timedelta(days=14),
            net_minor=total,
            total_minor=total,
            still_to_pay_minor=still,
            snapshot=said,
        )
        self._add(
            InvoiceLine,
            invoice_id=invoice_id,
            position=1,
            description="Work",
            quantity_milli=1_000,
            unit_price_minor=total,
            net_minor=total,
            tax_minor=0,
            gross_minor=total,
        )
        entry_id = self._entry("invoice_issued", invoice_id)
        owed = {"debit_party_id": customer_id, "debit_item_id": invoice_id}
        self._posting(entry_id, 0, total, debit_account="1100", credit_account="4000", **owed)
        self._count(customer_id, 0, total)
        return invoice_id

    def _pay(
        self,
        customer_id: UUID,
        invoices: Sequence[UUID],
        each: int = TOTAL,
        reference: str = "",
    ) -> UUID:
        payment_id = new_id()
        self._add(
            Payment,
            id=payment_id,
            customer_id=customer_id,
            amount_minor=each * len(invoices),
            currency="AUD",
            external_kind="bank_transfer",
            reference=reference,
            received_on=self.day,
            recorded_at=self._moment(),
        )
        entry_id = self._entry("payment_received", payment_id)
        for place, invoice_id in enumerate(invoices):
            self._add(
                Allocation,
                act_id=payment_id,
                payment_id=payment_id,
                invoice_id=invoice_id,
                amount_minor=each,
                made_on=self.day,
                recorded_at=self._moment(),
            )
            owed = {"credit_party_id": customer_id, "credit_item_id": invoice_id}
            self._posting(
                entry_id, place, each, debit_account="1000", credit_account="1100", **owed
            )
            self._count(customer_id, 1, each)
        return payment_id

    def _entry(self, event: str, source_id: UUID) -> UUID:
        entry_id = new_id()
        self._add(
            Entry,
            id=entry_id,
            event=event,
            source_id=source_id,
            effective_on=self.day,
            recorded_at=self._moment(),
        )
        return entry_id

    def _posting(self, entry_id: UUID, position: int, minor: int, **sides: Any) -> None:
        self._add(
            Posting,
            entry_id=entry_id,
            position=position,
            amount_minor=minor,
            currency="AUD",
            effective_on=self.day,
            **sides,
        )

    def _count(self, customer_id: UUID, side: int, minor: int) -> None:
        self.totals[customer_id, "month", self.day.replace(day=1)][side] += minor
        self.totals[customer_id, "day", self.day][side] += minor

    def _moment(self) -> datetime:
        return datetime.combine(self.day, time(1), UTC)

    def _add(self, table: Any, /, **values: Any) -> None:
        values.setdefault("id", new_id())
        self.rows[table].append(values | {"organization_id": self.organization_id})
        if len(self.rows[table]) >= _ROWS * 4:
            self._write()

    def _write(self) -> None:
        """All that is waiting, parents before children, in one transaction."""
        writing = self.ground.database.engine.execution_options(writes=True)
        with writing.begin() as connection:
            if not self.ground.database.is_sqlite:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                # A server of our own lets us; what is pointed at is there, as proof will say.
                if connection.scalar(text("SHOW is_superuser")) == "on":
                    connection.execute(text("SET LOCAL session_replication_role = replica"))
            for kind in sorted(self.rows, key=_place_of):
                for chunk in _chunks(self.rows[kind]):
                    connection.execute(insert(kind), chunk)
        self.rows.clear()


_PARENTS_FIRST = (Customer, Series, Invoice, InvoiceLine, Payment, Allocation, Entry, Posting)


def _place_of(kind: Any) -> int:
    return _PARENTS_FIRST.index(kind) if kind in _PARENTS_FIRST else len(_PARENTS_FIRST)


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows with the same columns together: a statement has one set of them."""
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(row)].append(row)
    for same in alike.values():
        for start in range(0, len(same), _ROWS):
            yield same[start : start + _ROWS]
