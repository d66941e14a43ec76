"""What a database holds, as one value, to tell whether anything was written."""

from __future__ import annotations

from sqlalchemy import select

from billing_app.access.database import Database
from billing_app.models.every import tables

# What goes on by itself: when a session was last used, and how far the runner is.
_MOVES = {
    "web_session": {"seen_at"},
    "job": {"due_at", "tries", "leased_by", "leased_until", "done_at", "dead_at", "trouble"},
    "letter": {"sent_at", "bounced_at", "answer"},
    "schedule": {"due_at", "leased_until"},
}


def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table, without what goes on by itself."""
    found = {}
    with database.engine.connect() as connection:
        for model in tables():
            table = model.__table__
            moves = _MOVES.get(table.name, set())
            columns = [column for column in table.columns if column.name not in moves]
            found[table.name] = sorted(map(repr, connection.execute(select(*columns))))
    return found
