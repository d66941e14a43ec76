"""Each statement, narrowed to what its actor sees: who forgets to filter, filters all the same.

Text would end the filters with an OR, and a Core table would not be filtered at all, so a
statement with either is refused.
"""

from __future__ import annotations

from functools import lru_cache
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

from billing_app.access.actors import Actor
from billing_app.access.scope import visible
from billing_app.models.base import Table

# The tables of each statement, which nobody can change, no longer than the statement is there.
_TABLES: WeakKeyDictionary[Executable, frozenset[type[Table]]] = WeakKeyDictionary()


def narrowed(seeing: Actor, statement: Executable) -> Executable:
    """The statement, with the condition of each table that it touches for this ``sight``.

    One that comes again is kept by somebody, and so is what it is narrowed to: with that, the
    database library knows it again without looking it through.
    """
    if statement in _TABLES:
        return _kept(seeing, statement)
    _TABLES[statement] = frozenset(_look_for_tables(statement))
    return _narrow(seeing, statement)


@lru_cache(maxsize=2_048)
def _kept(seeing: Actor, statement: Executable) -> Executable:
    return _narrow(seeing, statement)


def _narrow(seeing: Actor, statement: Executable) -> Executable:
    return statement.options(*(_narrowing(seeing, kind) for kind in _TABLES[statement]))


@lru_cache(maxsize=4_096)
def _narrowing(seeing: Actor, kind: type[Table]) -> Any:
    return with_loader_criteria(kind, visible(seeing, kind), include_aliases=True)


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
    if not loose <= known | {str(kind.__tablename__) for kind in found}:
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
