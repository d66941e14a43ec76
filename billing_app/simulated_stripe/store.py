"""The simulated Stripe's own database file, which no table of ours knows.

Everything it remembers is here, so that it survives a restart and several processes may
answer from it. Each request is one immediate transaction: it happened as a whole or not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from uuid import uuid4

# With another schema it gets another name: what was simulated before is left aside.
_NAME = "simulated-stripe-1.db"
_WAITS_S = 15.0
_SCHEMA = """
CREATE TABLE objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX objects_kind ON objects (kind, seq);
CREATE INDEX objects_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX objects_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX objects_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    asked TEXT NOT NULL,
    path TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    busy_until REAL NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE due (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX due_at ON due (at, seq);
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    manner TEXT NOT NULL,
    due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    held_until REAL NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT ''
);
CREATE INDEX deliveries_due ON deliveries (outcome, due_at, seq);
CREATE INDEX deliveries_event ON deliveries (event);
CREATE TABLE moods (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    value INTEGER NOT NULL,
    times INTEGER NOT NULL
);
CREATE TABLE requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    params TEXT NOT NULL,
    key TEXT NOT NULL,
    status INTEGER NOT NULL
);
"""


class Store:
    """The file, and the connections to it that are free right now."""

    def __init__(self, home: Path) -> None:
        self.path = home / _NAME
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        if not self.path.exists():
            self._make()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that waits for its turn, and is undone by whatever is raised."""
        with self._begun("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one moment."""
        with self._begun("BEGIN") as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        while not self._free.empty():
            self._free.get_nowait().close()

    @contextmanager
    def _begun(self, how: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._free.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            connection.execute(how)
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            self._free.put(connection)

    def _make(self) -> None:
        """Make the file under another name, so that it is complete when others see it."""
        fresh = self.path.with_name(f"{self.path.name}.{uuid4().hex}")
        with closing(sqlite3.connect(fresh)) as connection:
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            connection.execute("PRAGMA journal_mode = WAL")
        with suppress(FileExistsError):
            os.link(fresh, self.path)
        fresh.unlink()

    def _connect(self) -> sqlite3.Connection:
        # What is committed here outlives the process, if not the machine: it is play money.
        connection = sqlite3.connect(
            self.path, timeout=_WAITS_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.row_factory = sqlite3.Row
        return connection
