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

from billing_app.access.scope import anybody, visible

# What each statement looks at, which nobody can change, no longer than the statement is there.
_LOOKED_AT: WeakKeyDictionary[Executable, frozenset[Any]] = WeakKeyDictionary()


def narrowed(kind: Any, statement: Executable) -> Executable:
    """The statement, with the condition of each table that it touches for this kind of actor.

    With one that is kept, so is what it is narrowed to: with that, the database library knows
    it again without looking it through.
    """
    if statement in _LOOKED_AT:
        return _kept(kind, statement)
    _LOOKED_AT[statement] = frozenset(_look_for_models(statement))
    return _narrow(kind, statement)


@lru_cache(maxsize=2_048)
def _kept(kind: Any, statement: Executable) -> Executable:
    return _narrow(kind, statement)


def _narrow(kind: Any, statement: Executable) -> Executable:
    return statement.options(*(_narrowing(kind, each) for each in _LOOKED_AT[statement]))


@lru_cache(maxsize=2_048)
def _narrowing(kind: Any, model: Any) -> Any:
    """The condition on a model, or on an alias of one, said of this alias itself.

    One condition for a model and all its aliases would be said of the model: in a join, nothing
    would hold for the alias.
    """
    seen = visible(anybody(kind), model.mapper.class_, model.entity)
    return with_loader_criteria(model.entity, seen)


def _look_for_models(statement: Any) -> set[Any]:
    """The models in a statement, and each alias of one, as the database library knows them."""
    found: set[Any] = set()
    loose: set[str] = set()
    known: set[str] = set()
    for element in visitors.iterate(statement):
        entity = element._annotations.get("parententity")
        if entity is not None:
            found.add(entity)
            known.add(_name_of(getattr(element, "table", element)))
        elif isinstance(element, CoreTable | Alias):
            loose.add(_name_of(element))
        elif _is_foreign(element):
            raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
    if not found or not loose <= known | {str(each.mapper.class_.__tablename__) for each in found}:
        raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
    return found


def _name_of(element: object) -> str:
    return str(getattr(element, "name", ""))


def _is_foreign(element: object) -> bool:
    """Whether this part of a statement is or has text, or a column of no model or subquery."""
    if isinstance(element, TextClause | TableClause):
        return True
    if any(getattr(element, name, None) for name in _TEXT_BESIDE):
        return True
    if not isinstance(element, ColumnClause):
        return False
    if element.is_literal:
        return element.name != "*"
    return not isinstance(element.table, Subquery | CTE)


_TEXT_BESIDE = ("_prefixes", "_suffixes", "_hints", "_statement_hints")
