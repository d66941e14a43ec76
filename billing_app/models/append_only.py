"""The triggers that make an append-only table hold, whoever writes to the database."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from billing_app.models.base import AppendOnly, tables

ACTS = ("update", "delete")

_REFUSAL = " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END "


def append_only_tables() -> list[str]:
    """The names of all tables marked append-only."""
    return sorted(str(table.__tablename__) for table in tables(AppendOnly))


def triggers_in_force(dialect: str) -> dict[str, str]:
    """What each trigger of such a database has to say, by its name.

    On PostgreSQL that is its definition and the body of the function that it calls. A trigger
    of the right name that says something else guards nothing.
    """
    return {
        statement.split()[2]: statement if dialect == "sqlite" else statement + _REFUSAL
        for table in append_only_tables()
        for statement in (*_triggers(table, dialect), *replace_statements(table, dialect))
    }


def trigger_name(table: str, act: str) -> str:
    """What the trigger on ``table`` that refuses ``act`` is called."""
    return f"{table}_refuses_{act}"


def trigger_statements(table: str, dialect: str) -> list[str]:
    """The statements that make ``table`` refuse every update and delete."""
    if dialect == "sqlite":
        return _triggers(table, dialect)
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$${_REFUSAL}$$"
    )
    return [function, *_triggers(table, dialect)]


def replace_statements(table: str, dialect: str) -> list[str]:
    """The statement that makes ``table`` refuse a row in the place of another.

    INSERT OR REPLACE of SQLite removes what is in the way, and no trigger on delete hears of
    it. So a row whose key is taken, its hidden number too, is refused before it comes to that.
    """
    if dialect != "sqlite":
        return []
    shape = SQLModel.metadata.tables[table]
    keys = [shape.primary_key, *(c for c in shape.constraints if isinstance(c, UniqueConstraint))]
    columns = sorted([column.name for column in key.columns] for key in keys)
    taken = " OR ".join(
        " AND ".join(f"{name} = NEW.{name}" for name in key) for key in (["rowid"], *columns)
    )
    return [
        f"CREATE TRIGGER {trigger_name(table, 'replace')} BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    ]


def _triggers(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ACTS
        ]
    of_rows = [
        f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act.upper()} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for act in ACTS
    ]
    return [
        *of_rows,
        f"CREATE TRIGGER {trigger_name(table, 'truncate')} BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
