"""The statements that a read really sends, and how each database would go about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from billing_app.access.database import Database

# Tables that grow with every year of business. None of them may be walked through as a whole.
LONG = (
    "allocation",
    "attempt_claim",
    "attempt_message",
    "audit_entry",
    "credit_lot",
    "credit_note",
    "credit_request",
    "customer",
    "entry",
    "invoice",
    "invoice_line",
    "job",
    "payment",
    "payment_attempt",
    "period_total",
    "plan_part",
    "posting",
    "refund",
    "write_off",
)

# Makes PostgreSQL believe, until the transaction is undone, that each of them is a long one
# of which it knows nothing else. It reckons with as many rows for each page as are told here.
# In this order, which is that of its own counting: or the two would wait for each other.
_NAMES = ", ".join(f"'{name}'" for name in LONG)
_LONG_TABLES = (
    "DELETE FROM pg_statistic WHERE starelid IN"
    f" (SELECT oid FROM pg_class WHERE relname IN ({_NAMES}))",
    f"UPDATE pg_class SET reltuples = 1000000, relpages = 1 WHERE relname IN ({_NAMES})",
)

Sent = tuple[str, Any]


@contextmanager
def listening(database: Database) -> Iterator[list[Sent]]:
    """Every statement that is sent while the block runs, with its parameters."""
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def walks(database: Database, work_fn: Callable[[], Any]) -> list[str]:
    """Each step of what ``work_fn`` asks that would walk through a whole long table."""
    with listening(database) as sent:
        work_fn()
    assert sent, "nothing was asked"
    plan = _sqlite if database.is_sqlite else _postgresql
    return [line for statement in sent for line in plan(database, statement) if _is_walk(line)]


def _is_walk(line: str) -> bool:
    words = line.replace("->", " ").split()
    for start in (["SCAN"], ["Seq", "Scan", "on"], ["Parallel", "Seq", "Scan", "on"]):
        if words[: len(start)] == start:
            return words[len(start)] in LONG
    return False


def _sqlite(database: Database, sent: Sent) -> list[str]:
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent[0]}", sent[1]).all()
    return [row[3] for row in rows]


def _postgresql(database: Database, sent: Sent) -> list[str]:
    with database.engine.connect() as connection:
        for statement in _LONG_TABLES:
            connection.exec_driver_sql(statement)
        driver: Any = connection.connection.driver_connection
        with psycopg.ClientCursor(driver) as cursor:
            cursor.execute(f"EXPLAIN {sent[0]}", sent[1])
            return [row[0] for row in cursor.fetchall()]
