"""The form of a statement: all that it says but for its values.

Two statements of one form become one text for the database, which is what makes it worth keeping.
"""

from __future__ import annotations

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
    found = getattr(statement, "column_descriptions", ())
    return any(isinstance(each["type"], type) for each in found)


# Those of the statements that somebody holds: what is kept is looked through once.
_FORMS: WeakKeyDictionary[Any, Form | None] = WeakKeyDictionary()


def _look_at(statement: Any) -> Form | None:
    if not isinstance(statement, Select) or not _is_of_models(statement):
        return None
    found = statement._generate_cache_key()
    if found is None or found.params or statement._with_options:
        return None
    written: list[Any] = []
    for bind in found.bindparams:
        if not bind.expanding and not bind.literal_execute:
            continue
        if not _is_written_here(bind):
            return None
        written.append(len(list(bind.value or ())) if bind.expanding else bind.value)
    return Form(found, tuple(written))


def _is_written_here(bind: BindParameter[Any]) -> bool:
    """Whether what becomes part of the text stands in the statement, and is short and plain."""
    if not bind.unique or bind.callable is not None:
        return False
    if not bind.expanding:
        return True
    values: Any = bind.value
    if values is None or bind.literal_execute or bind.type._is_tuple_type:
        return False
    return len(values) <= _LONGEST_LIST


def _is_of_models(statement: Any) -> bool:
    """Whether it can be narrowed at all; what is not is left to the session, which refuses it."""
    return bool(statement._propagate_attrs.get("compile_state_plugin") == "orm")
