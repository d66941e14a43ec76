"""The desk: one request, or one thing that has become due, being worked on.

It holds the transaction, so whatever is looked up, made and told here happens together.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from dataclasses import dataclass, replace
from typing import Any

from billing_app.simulated_stripe.refusals import missing

Obj = dict[str, Any]
Params = dict[str, Any]

API_VERSION = "2026-10-28.endive"
_LETTERS = string.ascii_letters + string.digits
_LETTERS_OF_AN_ID = 24


@dataclass(frozen=True)
class Asked:
    """A request that was understood."""

    params: Params
    id: str = ""
    """The object in the path; empty where the path names none."""

    part: str = ""
    """What of that object the path names, if it goes on."""


@dataclass(frozen=True)
class Place:
    """Where the simulated Stripe is found, and by whom it was called."""

    base: str
    request_id: str | None = None
    key: str | None = None


class Desk:
    """Objects, news and what is owed later. One copy of each object, written at the end."""

    def __init__(self, connection: sqlite3.Connection, place: Place, now: int) -> None:
        self.connection = connection
        self.place = place
        self.now = now
        self._held: dict[str, tuple[Obj, str]] = {}

    def later(self, now: int) -> Desk:
        """A desk for something that happens by itself, at its own moment."""
        return Desk(self.connection, replace(self.place, request_id=None, key=None), now)

    def fresh(self, prefix: str, letters: int = _LETTERS_OF_AN_ID) -> str:
        """An id that nothing has."""
        return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(letters))

    def add(self, obj: Obj) -> Obj:
        """Keep a new object, whose kind is its ``object``."""
        body = json.dumps(obj)
        self.connection.execute(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)",
            (obj["id"], obj["object"], obj.get("created", self.now), body),
        )
        self._held[obj["id"]] = (obj, body)
        return obj

    def look(self, kind: str, shown: str | None) -> Obj | None:
        """The object, or None if there is none of that kind."""
        found = self.any(shown)
        return found if found is not None and found["object"] == kind else None

    def any(self, shown: str | None) -> Obj | None:
        """The object behind an id, whatever it is."""
        if shown in self._held:
            return self._held[shown][0]
        row = self.connection.execute("SELECT body FROM objects WHERE id = ?", (shown,)).fetchone()
        return self._hold(row["body"]) if row else None

    def get(self, kind: str, shown: str, param: str = "id") -> Obj:
        """The object; without one the request ends. In a path that is 404, else 400."""
        found = self.look(kind, shown)
        if found is None or found.get("deleted"):
            raise missing(kind, shown, param, 404 if param == "id" else 400)
        return found

    def all(self, kind: str, **where: Any) -> list[Obj]:
        """Every object of the kind whose fields are such, oldest first."""
        self.flush()
        condition = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in where)
        rows = self.connection.execute(
            f"SELECT id, body FROM objects WHERE kind = ?{condition} ORDER BY seq",
            (kind, *where.values()),
        )
        return [self._of_row(row) for row in rows]

    def page(self, kind: str, condition: str, values: list[Any], limit: int) -> list[Obj]:
        """At most so many objects of the kind for which a condition of ours holds."""
        self.flush()
        rows = self.connection.execute(
            f"SELECT id, body FROM objects WHERE kind = ? {condition} LIMIT ?",
            (kind, *values, limit),
        )
        return [self._of_row(row) for row in rows]

    def place_of(self, shown: str) -> int | None:
        """Where in the order of making an object stands."""
        row = self.connection.execute("SELECT seq FROM objects WHERE id = ?", (shown,)).fetchone()
        return int(row["seq"]) if row else None

    def owe(self, after_s: int, kind: str, subject: str) -> None:
        """Have something happen later, once the clock says so."""
        self.connection.execute(
            "INSERT INTO due (at, kind, subject) VALUES (?, ?, ?)",
            (self.now + after_s, kind, subject),
        )

    def forget_owed(self, kind: str, subject: str) -> None:
        """Have it not happen after all."""
        self.connection.execute("DELETE FROM due WHERE kind = ? AND subject = ?", (kind, subject))

    def flush(self) -> None:
        """Write every object that changed since it was read."""
        for shown, (obj, before) in self._held.items():
            body = json.dumps(obj)
            if body != before:
                self.connection.execute("UPDATE objects SET body = ? WHERE id = ?", (body, shown))
                self._held[shown] = (obj, body)

    def let_go(self) -> None:
        """Forget every copy, because what was done has been undone."""
        self._held.clear()

    def _of_row(self, row: sqlite3.Row) -> Obj:
        held = self._held.get(row["id"])
        return held[0] if held else self._hold(row["body"])

    def _hold(self, body: str) -> Obj:
        obj: Obj = json.loads(body)
        self._held[obj["id"]] = (obj, body)
        return obj
