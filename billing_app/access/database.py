"""The two databases, and the only raw SQL outside migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from billing_app.config import Secret
from billing_app.kernel.errors import ConfigurationError

# As many connections as threads may use at once (see ``installation``), so that none
# waits. The door has threads of its own: nobody is locked out by somebody else's work.
WORKERS = 8
DOORKEEPERS = 4
_SQLITE_WAITS_MS = 5_000
# A lock that somebody holds for long, or a query that never ends, frees its thread again.
_POSTGRESQL_WAITS = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
)
# What passes by itself: a lock, a full house, a server that restarts or is gone.
_PASSING = ("08", "53", "55", "57")
_MIGRATION_LOCK = 7_710_410


class Database:
    """An engine with our guarantees, whichever of the two databases is behind it.

    SQLite: write-ahead log, full synchronisation, foreign keys, and ``BEGIN IMMEDIATE``
    for every transaction that will write, because a snapshot that is upgraded later
    fails at once under load. PostgreSQL: READ COMMITTED; reading transactions see one
    moment and are declared read-only, so that a query cannot write by accident.
    """

    def __init__(self, url: Secret) -> None:
        parsed = make_url(url.reveal())
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.engine = create_engine(
            parsed,
            poolclass=QueuePool,
            pool_size=WORKERS + DOORKEEPERS,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=10,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,
            connect_args={} if self.is_sqlite else {"options": _POSTGRESQL_WAITS},
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def options(self, *, writes: bool) -> dict[str, Any]:
        """The execution options that open a reading or a writing transaction.

        A reading one sees a single moment on both databases, so that what it adds up agrees.
        """
        if writes:
            return {"writes": True}
        if self.is_sqlite:
            return {}
        return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}

    def answers(self) -> bool:
        """Whether the database can be asked right now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def revision(self) -> str | None:
        """The migration that the database stands at; None for an empty one."""
        with self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return str(found) if found else None

    def triggers(self) -> set[str]:
        """What each trigger in force says; on PostgreSQL with the function that it calls.

        One that speaks to replicas only is not in force.
        """
        asked = (
            "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
            if self.is_sqlite
            else "SELECT pg_get_triggerdef(t.oid, true) || p.prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        with self.engine.connect() as connection:
            return set(connection.scalars(text(asked)))

    def damage(self) -> list[str]:
        """What the database itself says is broken; an empty list when nothing is."""
        if not self.is_sqlite:
            return []
        with self.engine.connect() as connection:
            found = list(connection.scalars(text("PRAGMA integrity_check")))
            found += _pointing_nowhere(connection)
        return [line for line in found if line != "ok"]

    def weigh(self) -> None:
        """Have SQLite count what its tables hold, as PostgreSQL does by itself.

        Without that it walks through a long table in the order that was asked for, instead of
        finding the few rows that were meant. It counts a part and reckons, because nobody can
        write meanwhile.
        """
        if self.is_sqlite:
            with self.engine.execution_options(writes=True).begin() as connection:
                connection.execute(text("PRAGMA analysis_limit = 1000"))
                connection.execute(text("ANALYZE"))

    @contextmanager
    def changing_shape(self) -> Iterator[Connection]:
        """A transaction that may change the shape of the database, one process at a time.

        SQLite changes a table by making it anew, which foreign keys would refuse. They rest
        meanwhile, and all of them are looked at before the end.
        """
        engine = self.engine.execution_options(writes=True, reshapes=True)
        try:
            with engine.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                yield connection
                if self.is_sqlite and (lost := list(_pointing_nowhere(connection))):
                    raise RuntimeError(f"A migration left what points nowhere: {lost[0]}.")
        finally:
            # The connection whose foreign keys rested is not used for anything else.
            self.engine.dispose()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Without this the driver begins transactions by itself, later than we need.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_SQLITE_WAITS_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    if connection.get_execution_options().get("reshapes", False):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql(f"PRAGMA query_only = {int(not writes)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _pointing_nowhere(connection: Connection) -> Iterator[str]:
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row[1]} of {row[0]} points nowhere"


def is_deadlock(error: DBAPIError) -> bool:
    """Whether PostgreSQL chose this transaction to give way; trying again is safe."""
    return getattr(error.orig, "sqlstate", None) == "40P01"


def is_taken(error: DBAPIError) -> bool:
    """Whether an append-only row has the key already: on SQLite its trigger speaks first."""
    return getattr(error.orig, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER"


def passes(error: DBAPIError) -> bool:
    """Whether the trouble is one of the moment, so that trying again later makes sense."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state.startswith(_PASSING))


def is_made(url: Secret) -> bool:
    """Whether there may be a database: opening an SQLite file that is not there would make it."""
    parsed = make_url(url.reveal())
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def connect(url: Secret) -> Database:
    """The database behind ``url``, or a sentence why it cannot be reached."""
    try:
        database = Database(url)
        if database.answers():
            return database
    except OSError:
        pass
    where = make_url(url.reveal()).set(query={}).render_as_string(hide_password=True)
    raise ConfigurationError(f"The database at {where} does not answer. Is it running?")
