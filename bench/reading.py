"""A page of a statement at any age, and what all customers owe."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, event, text

from bench.generator import Generator
from bench.ground import Ground, founded
from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.kernel.ids import show
from billing_app.ledger import proof
from billing_app.models.party import Customer
from billing_app.reads import balances, statements

CUSTOMERS = 10_000
TIMES = 15

_NO_LIMIT = {True: "SELECT 1", False: "SET LOCAL statement_timeout = 0"}
_OPEN = (
    "SELECT customer_id, currency, sum(still_to_pay_minor), min(due_on) FROM invoice"
    " WHERE organization_id = :own AND still_to_pay_minor > 0 AND customer_id IS NOT NULL"
    " GROUP BY customer_id, currency"
)
_POSTED = (
    "SELECT party_id, currency, sum(moved) FROM ("
    " SELECT debit_party_id AS party_id, currency, amount_minor AS moved FROM posting"
    " WHERE organization_id = :own AND debit_account = '1100'"
    " UNION ALL SELECT credit_party_id, currency, -amount_minor FROM posting"
    " WHERE organization_id = :own AND credit_account = '1100'"
    ") AS sides GROUP BY party_id, currency HAVING sum(moved) > 0"
)


@dataclass(frozen=True)
class Sizes:
    """How long something took in the small books and in the large ones, in milliseconds."""

    name: str
    small: float
    large: float
    word: str

    def __str__(self) -> str:
        share = self.large / self.small
        return (
            f"{self.name:<58} {self.small:7.1f} ms   {self.word} {self.large:7.1f} ms ({share:.2f})"
        )


def measure(database: Database, small: int, large: int) -> list[str]:
    """Statement pages in books of two sizes, then what is outstanding in the larger ones."""
    lines, pages = [], []
    for postings in (small, large):
        ground = founded(database)
        started = time.perf_counter()
        made = _books(ground, postings)
        lines.append(
            f"made books of {postings:,} postings in {time.perf_counter() - started:.0f} s"
        )
        pages.append((ground, made))
        analyze(database)
        started = time.perf_counter()
        with patience(database):
            wrong = ground.does(admin_read()(proof.differences))
        lines.append(f"proof of them: {wrong or 'clean'}, {time.perf_counter() - started:.1f} s")
    for name, first_day, last_day in (
        ("statement page, the last two years", -730, 0),
        ("statement page, the middle of ten years", -1_825, -1_095),
        ("statement page, the beginning of ten years", -3_600, 0),
    ):
        times = [
            _page(ground, customer, end, first_day, last_day) for ground, (customer, end) in pages
        ]
        lines.append(str(Sizes(name, times[0], times[1], f"{large:,} postings:")))
    lines += _outstanding(pages[-1][0])
    return lines


def _books(ground: Ground, postings: int) -> tuple[str, date]:
    """One customer with nearly all postings over ten years, and many who owe something."""
    generator = Generator(ground, ground.today() - timedelta(days=3_700))
    customers = generator.customers(1 + (CUSTOMERS if postings > CUSTOMERS else 0))
    old, others = customers[0], customers[1:]
    generator.history(old, postings - len(others), days=3_640)
    generator.unpaid(others)
    generator.keep()
    return show(Customer.prefix, old), generator.day


def _page(ground: Ground, customer: str, end: date, first_day: int, last_day: int) -> float:
    since, until = end + timedelta(days=first_day), end + timedelta(days=last_day)

    def read() -> None:
        ground.does(lambda work: statements.statement(work, customer, since=since, until=until))

    return _median(read)


def _outstanding(ground: Ground) -> list[str]:
    """What each of ten thousand customers owes: our read, and by hand in two ways."""
    own = ground.actor.organization_id
    values = {"own": own.hex if ground.database.is_sqlite else own}

    def by_hand(asked: str) -> Callable[[], None]:
        def ask() -> None:
            with ground.database.engine.connect() as connection:
                connection.exec_driver_sql(_NO_LIMIT[ground.database.is_sqlite])
                assert len(connection.execute(text(asked), values).all()) == CUSTOMERS

        return ask

    def ours() -> None:
        assert len(ground.does(balances.outstanding)) == CUSTOMERS

    name = f"outstanding of {CUSTOMERS:,} customers, raw over"
    figure = _median(ours)
    return [
        str(Sizes(f"{name} open invoices", _median(by_hand(_OPEN)), figure, "ours")),
        str(Sizes(f"{name} all postings", _median(by_hand(_POSTED), 3), figure, "ours")),
    ]


def _median(act: Callable[[], None], repeats: int = TIMES) -> float:
    act()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000


@contextmanager
def patience(database: Database) -> Iterator[None]:
    """Let statements take as long as they need: a proof reads everything there is."""

    def wait(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")

    if database.is_sqlite:
        yield
        return
    event.listen(database.engine, "begin", wait)
    try:
        yield
    finally:
        event.remove(database.engine, "begin", wait)


def analyze(database: Database) -> None:
    """Let the database know what it holds, as housekeeping would by and by."""
    database.weigh()
    with database.engine.execution_options(writes=True).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not database.is_sqlite:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
