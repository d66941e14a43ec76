"""What a command writes, recorded once, so that floors can write the same rows again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, event, inspect
from sqlmodel import Session

from bench.ground import Ground
from billing_app.kernel.ids import new_id, show
from billing_app.models.base import tables

Values = dict[Any, Any]


@dataclass
class Recording:
    """The statements that wrote, and the same as objects before and after."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    upserts: list[tuple[str, Any, bool]] = field(default_factory=list)
    new: list[tuple[Any, Values]] = field(default_factory=list)
    dirty: list[tuple[Any, Any, Values]] = field(default_factory=list)

    def fresh_ids(self) -> set[UUID]:
        """The ids that came into being."""
        return {values["id"] for _, values in self.new}

    def again(self, others: Values) -> Values:
        """Values for one more time: new ids for those that came into being, and ``others``."""
        changed: Values = {each: new_id() for each in self.fresh_ids()} | others
        for old, new in list(changed.items()):
            if isinstance(old, UUID):
                changed[old.hex] = new.hex
                for prefix in ("inv", "pay", "let"):
                    changed[show(prefix, old)] = show(prefix, new)
        return changed


@contextmanager
def recorded(ground: Ground) -> Iterator[Recording]:
    """Record what is written in the block."""
    recording = Recording()

    def note_statement(_c: Any, _k: Any, said: str, values: Any, _x: Any, many: bool) -> None:
        if said.startswith(("INSERT", "UPDATE")):
            recording.statements.append((said, values, many))
            if "DO UPDATE" in said:
                recording.upserts.append((said, values, many))

    def note_insert(_c: Any, said: Any, _m: Any, values: Values, _o: Any) -> None:
        if isinstance(said, Insert) and "DO NOTHING" in str(said):
            recording.new.append((_class_of(said.table), values))

    def note_objects(session: Session, *_: Any) -> None:
        for row in session.new:
            recording.new.append((type(row), row.model_dump()))
        for row in session.dirty:
            if session.is_modified(row):
                changed = [each for each in inspect(row).attrs if each.history.has_changes()]
                values = {each.key: each.value for each in changed}
                recording.dirty.append((type(row), row.id, values))

    event.listen(ground.database.engine, "before_cursor_execute", note_statement)
    event.listen(ground.database.engine, "before_execute", note_insert)
    event.listen(Session, "before_flush", note_objects)
    try:
        yield recording
    finally:
        event.remove(ground.database.engine, "before_cursor_execute", note_statement)
        event.remove(ground.database.engine, "before_execute", note_insert)
        event.remove(Session, "before_flush", note_objects)


def raw(ground: Ground, recording: Recording) -> Callable[[Values], None]:
    """Write the rows again through the driver alone, in one transaction."""

    def write(others: Values) -> None:
        changed = recording.again(others)
        connection = ground.database.engine.raw_connection()
        try:
            cursor = connection.cursor()
            if ground.database.is_sqlite:
                cursor.execute("PRAGMA query_only = 0")
                cursor.execute("BEGIN IMMEDIATE")
            for said, values, many in recording.statements:
                run = cursor.executemany if many else cursor.execute
                run(said, _replaced(values, changed))
            connection.commit()
        finally:
            connection.close()

    return write


def plain_orm(ground: Ground, recording: Recording) -> Callable[[Values], None]:
    """Write the rows again with a session of SQLModel and nothing else, in one transaction."""
    # A row that was flushed twice, first new and then changed, is written once.
    created = recording.fresh_ids()
    latest: dict[UUID, Values] = {}
    for _, row_id, values in recording.dirty:
        latest[row_id] = latest.get(row_id, {}) | values
    dirty = dict.fromkeys((kind, row_id) for kind, row_id, _ in recording.dirty)
    touched = [(kind, row_id) for kind, row_id in dirty if row_id not in created]

    def write(others: Values) -> None:
        changed = recording.again(others)
        options = ground.database.options(writes=True)
        with Session(ground.database.engine, expire_on_commit=False, autoflush=False) as session:
            session.connection(execution_options=options)
            # Without relationships a session does not know who comes first: kind by kind.
            for kind, group in groupby(recording.new, key=lambda each: each[0]):
                for _, values in group:
                    final = values | latest.get(values["id"], {})
                    session.add(kind(**_replaced(final, changed)))
                session.flush()
            for kind, row_id in touched:
                row = session.get(kind, (ground.actor.organization_id, changed.get(row_id, row_id)))
                for name, value in _replaced(latest[row_id], changed).items():
                    setattr(row, name, value)
            session.flush()
            for said, values, _ in recording.upserts:
                session.connection().exec_driver_sql(said, _replaced(values, changed))
            session.commit()

    return write


def _class_of(table: Any) -> Any:
    return next(kind for kind in tables() if kind.__tablename__ == table.name)


def _replaced(values: Any, changed: Values) -> Any:
    if isinstance(values, dict):
        return {name: _one(value, changed) for name, value in values.items()}
    if isinstance(values, list):
        return [_replaced(each, changed) for each in values]
    return tuple(_one(value, changed) for value in values)


def _one(value: Any, changed: Values) -> Any:
    try:
        return changed.get(value, value)
    except TypeError:
        return value
