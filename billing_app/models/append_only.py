"""The triggers that make an append-only table hold, whoever writes to the database."""

from __future__ import annotations

from billing_app.models.base import AppendOnly, tables

ACTS = ("update", "delete")


def append_only_tables() -> list[str]:
    """The names of all tables marked append-only."""
    return sorted(str(table.__tablename__) for table in tables(AppendOnly))


def trigger_names(dialect: str) -> set[str]:
    """The names of all triggers that a database of this kind must have."""
    acts = ACTS if dialect == "sqlite" else (*ACTS, "truncate")
    return {trigger_name(table, act) for table in append_only_tables() for act in acts}


def trigger_name(table: str, act: str) -> str:
    """What the trigger on ``table`` that refuses ``act`` is called."""
    return f"{table}_refuses_{act}"


def trigger_statements(table: str, dialect: str) -> list[str]:
    """The statements that make ``table`` refuse every update and delete."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ACTS
        ]
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            for act in ACTS
        ),
        f"CREATE TRIGGER {trigger_name(table, 'truncate')} BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
