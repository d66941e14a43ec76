"""What a database holds, as one value, to tell whether anything was written."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from billing_app.access.database import Database
from billing_app.kernel.clock import clock
from billing_app.models.every import tables
from billing_app.models.outbox import Job
from tests.working import wait_until

# What goes on by itself: when a session was last used, how far the runner is, what it seals and
# prints, and what it does again and again, which has a row from the first time on.
_MOVES = {
    "web_session": {"seen_at"},
    "job": {"due_at", "tries", "leased_by", "leased_until", "done_at", "dead_at", "trouble"},
    "letter": {"sent_at", "bounced_at", "answer"},
}
_BY_ITSELF = {"issued_print", "seal", "sealed_row", "schedule"}


def contents(database: Database) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table, without what goes on by itself."""
    with database.engine.connect() as connection:
        return {
            name: set(map(tuple, connection.exec_driver_sql(asked)))
            for name, asked in _questions(database.engine.dialect.name)
        }


def until_caught_up(database: Database) -> None:
    """Wait until a runner has done all that is due, such as the letters that ask for payment."""

    def nothing_is_due() -> bool:
        due = select(Job.id).where(
            col(Job.done_at).is_(None), col(Job.dead_at).is_(None), Job.due_at <= clock.now()
        )
        with database.engine.connect() as connection:
            return connection.execute(due).first() is None

    wait_until(nothing_is_due)


@cache
def _questions(dialect: str) -> list[tuple[str, str]]:
    """What to ask for each table, spelled out once for thousands of looks."""
    questions = []
    for model in tables():
        table: Any = model.__table__
        if table.name in _BY_ITSELF:
            continue
        moves = _MOVES.get(table.name, set())
        columns = [column for column in table.columns if column.name not in moves]
        questions.append((table.name, str(select(*columns))))
    return questions
