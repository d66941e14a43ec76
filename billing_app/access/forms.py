"""The form of a statement: all that it says but for its values.

Two statements of one form become one text for the database, which is what makes it worth keeping.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Select
from sqlalchemy.sql.cache_key import CacheKey

# A list that is compared with belongs to the form by its length. Longer ones differ too often.
_LONGEST_LIST = 8


class Form:
    """What one statement says but for its values, and the values beside it."""

    __slots__ = ("_hash", "key", "said")

    def __init__(self, said: CacheKey, written: Any) -> None:
        self.said = said
        self.key = (said.key, written)
        self._hash = hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.key == other.key


def form_of(statement: Any) -> Form | None:
    """The form of a select; None for what is none, or has a form that would hardly come again."""
    if statement not in _FORMS:
        _FORMS[statement] = _look_at(statement)
    return _FORMS[statement]


def finds_rows(statement: Any) -> bool:
    """Whether it finds whole rows of models, and not their columns alone."""
    return any(is_row(each) for each in getattr(statement, "column_descriptions", ()))


def is_row(described: Mapping[str, Any]) -> bool:
    """Whether what a statement says that it finds is a row of a model, and not a column."""
    return isinstance(described["type"], type)


# Those of the statements that somebody holds: what is kept is looked through once.
_FORMS: WeakKeyDictionary[Any, Form | None] = WeakKeyDictionary()


def _look_at(statement: Any) -> Form | None:
    if not isinstance(statement, Select) or not _is_of_models(statement):
        return None
    found = statement._generate_cache_key()
    if found is None or found.params or statement._with_options:
        return None
    written = [_written(each) for each in found.bindparams if _stands_in_the_text(each)]
    return None if None in written else Form(found, tuple(written))


def _stands_in_the_text(bind: BindParameter[Any]) -> bool:
    return bind.expanding or bind.literal_execute


def _written(bind: BindParameter[Any]) -> object:
    """What of it belongs to the form: how long a list is, or a value; None if that can change."""
    value: Any = bind.value
    if value is None or not bind.unique or bind.callable is not None:
        return None
    if not bind.expanding:
        return value
    is_plain = not bind.literal_execute and not bind.type._is_tuple_type
    return len(value) if is_plain and len(value) <= _LONGEST_LIST else None


def _is_of_models(statement: Any) -> bool:
    """Whether it can be narrowed at all; what is not is left to the session, which refuses it."""
    return bool(statement._propagate_attrs.get("compile_state_plugin") == "orm")
