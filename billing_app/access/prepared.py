"""Selects that are sent as text, which is made once for each form and each kind of actor.

Putting a statement together for the database takes longer than having it answered, so that is
done for its form, not every time.

What is found are the models' own rows, but with nothing of a session about them: they can be
looked at and never be written.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Dialect, Numeric, Uuid
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.orm import class_mapper
from sqlmodel.sql.expression import SelectOfScalar

from billing_app.access import scope
from billing_app.access.actors import Actor
from billing_app.access.answer import Answer
from billing_app.access.forms import Form, finds_rows, is_row
from billing_app.access.narrowing import narrowed
from billing_app.access.sending import rows_of

_MOST = 2_048
_AT_ONCE = 500

_Change = Callable[[Any], Any] | None


class Prepared:
    """One form in one dialect: its text, what goes along with it, and what comes back."""

    def __init__(self, statement: Any, form: Form, dialect: Dialect) -> None:
        found = [_Found(each) for each in statement.column_descriptions]
        columns = [column for each in found for column in each.columns]
        flat = statement.with_only_columns(*columns) if finds_rows(statement) else statement
        compiled: Any = flat.compile(dialect=dialect, cache_key=form.said)
        needed = {each.key: None for each in compiled.bind_names if each.required}
        text = compiled.construct_expanded_state(needed)

        self._compiled = compiled
        self._text = text.statement
        self._order = text.positiontup
        self._lists = text.parameter_expansion
        types = {name: bind.type for bind, name in compiled.bind_names.items()}
        types |= {each: types[name] for name, all_ in self._lists.items() for each in all_}
        self._sends = [(name, _sending(types[name], dialect)) for name in text.parameters]
        self._reads = [_reading(each.type, dialect) for each in columns]
        self._found = found
        self._row = None if isinstance(statement, SelectOfScalar) else _row_of(found)

    def ask(self, connection: Connection, form: Form, given: Mapping[str, Any]) -> Answer[Any]:
        """What it finds with the values of this form and those given."""
        values = self._compiled.construct_params(given, extracted_parameters=form.said.bindparams)
        for name, all_ in self._lists.items():
            values.update(zip(all_, values[name], strict=True))
        sent = {name: send(values[name]) if send else values[name] for name, send in self._sends}
        in_order = sent if self._order is None else tuple([sent[each] for each in self._order])
        rows = rows_of(connection, self._text, in_order)
        return Answer(chain.from_iterable(self._told(some) for some in _some(rows)))

    def _told(self, rows: Sequence[Any]) -> Iterable[Any]:
        """Some rows, with their values as Python knows them, column by column."""
        columns = (
            map(read, column) if read else column
            for column, read in zip(zip(*rows, strict=True), self._reads, strict=True)
        )
        found = (each.made(islice(columns, len(each.columns))) for each in self._found)
        return next(found) if self._row is None else map(self._row, zip(*found, strict=True))


class _Found:
    """What a statement selects under one name: a column, or all those of a row."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self.name = described["name"]
        self.kind: Any = None
        self.columns: list[Any] = [described["expr"]]
        if is_row(described):
            self.kind = described["type"]
            self._keys = [each.key for each in class_mapper(self.kind).column_attrs]
            self.columns = [getattr(described["expr"], key) for key in self._keys]

    def made(self, columns: Iterable[Iterable[Any]]) -> Iterable[Any]:
        """The values of the column, or rows made of all these."""
        if not self.kind:
            return next(iter(columns))
        return [self._row(values) for values in zip(*columns, strict=True)]

    def _row(self, values: tuple[Any, ...]) -> Any:
        found = dict(zip(self._keys, values, strict=True))
        if found["id"] is None:
            return None
        row = self.kind.__new__(self.kind)
        row.__dict__.update(found)
        return row


def _row_of(found: Sequence[_Found]) -> Callable[[Iterable[Any]], Any]:
    """What makes a row that calls its values as the statement does, where that can be said."""
    kind: Any = namedtuple("Row", [str(each.name) for each in found], rename=True)  # type: ignore[misc]
    make: Callable[[Iterable[Any]], Any] = kind._make
    return make


def prepared(kind: type[Actor], statement: Any, form: Form, *, is_sqlite: bool) -> Prepared | None:
    """A statement of this form, as it is sent for this kind of actor; None if it is not fit."""
    across = scope.looks_across(statement)
    key = kind, form, across, is_sqlite
    ready = _PREPARED.get(key)
    if ready is None:
        if not _is_fit(statement):
            return None
        if len(_PREPARED) >= _MOST:
            _PREPARED.clear()
        seen = statement if across else narrowed(kind, statement)
        ready = _PREPARED[key] = Prepared(seen, form, _dialect(is_sqlite))
    return ready


_Key = tuple[type[Actor], Form, bool, bool]
_PREPARED: dict[_Key, Prepared] = {}


def _is_fit(statement: Any) -> bool:
    """Whether what it finds is read alike however it was asked. Decimals are not."""
    types = (getattr(each["expr"], "type", None) for each in statement.column_descriptions)
    return not any(isinstance(each, Numeric) for each in types)


def _some(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


@cache
def _dialect(is_sqlite: bool) -> Any:
    module: Any = pysqlite if is_sqlite else psycopg
    return module.dialect()


def _sending(type_: Any, dialect: Dialect) -> _Change:
    change: _Change = type_.dialect_impl(dialect).bind_processor(dialect)
    return change


def _reading(type_: Any, dialect: Dialect) -> _Change:
    """How a value becomes what Python knows. Ids that were seen are known, and come again."""
    change: _Change = type_.dialect_impl(dialect).result_processor(dialect, None)
    return _known_id if change and isinstance(type_, Uuid) and type_.as_uuid else change


@lru_cache(maxsize=16_384)
def _known_id(written: str | None) -> UUID | None:
    return UUID(written) if written else None
