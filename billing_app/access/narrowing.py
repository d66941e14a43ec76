"""Each statement, narrowed to what its actor sees: who forgets to filter, filters all the same.

Text would end the filters with an OR, and a Core table would not be filtered at all, so a
statement with either is refused.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    CTE,
    Alias,
    ColumnClause,
    Executable,
    Subquery,
    TableClause,
    TextClause,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.sql import visitors

from billing_app.access.scope import anybody, visible
from billing_app.models.base import Table

# The tables of each statement, which nobody can change, no longer than the statement is there.
_TABLES: WeakKeyDictionary[Executable, frozenset[type[Table]]] = WeakKeyDictionary()


def narrowed(kind: Any, statement: Executable) -> Executable:
    """The statement, with the condition of each table that it touches for this kind of actor.

    With one that is kept, so is what it is narrowed to: with that, the database library knows
    it again without looking it through.
    """
    if statement in _TABLES:
        return _kept(kind, statement)
    _TABLES[statement] = frozenset(_look_for_tables(statement))
    return _narrow(kind, statement)


@lru_cache(maxsize=2_048)
def _kept(kind: Any, statement: Executable) -> Executable:
    return _narrow(kind, statement)


def _narrow(kind: Any, statement: Executable) -> Executable:
    return statement.options(*(_narrowing(kind, each) for each in _TABLES[statement]))


@cache
def _narrowing(kind: Any, table: type[Table]) -> Any:
    return with_loader_criteria(table, visible(anybody(kind), table), include_aliases=True)


def _look_for_tables(statement: Any) -> set[type[Table]]:
    found: set[type[Table]] = set()
    loose: set[str] = set()
    known: set[str] = set()
    for element in visitors.iterate(statement):
        entity = element._annotations.get("parententity")
        if entity is not None:
            found.add(entity.mapper.class_)
            known.add(_name_of(getattr(element, "table", element)))
        elif isinstance(element, CoreTable | Alias):
            loose.add(_name_of(element))
        elif _is_foreign(element):
            raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
    if not found or not loose <= known | {str(kind.__tablename__) for kind in found}:
        raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
    return found


def _name_of(element: object) -> str:
    return str(getattr(element, "name", ""))


def _is_foreign(element: object) -> bool:
    """Whether this part of a statement is text, or a column of no model and no subquery."""
    if isinstance(element, TextClause | TableClause):
        return True
    if not isinstance(element, ColumnClause):
        return False
    if element.is_literal:
        return element.name != "*"
    return element.table is not None and not isinstance(element.table, Subquery | CTE)
