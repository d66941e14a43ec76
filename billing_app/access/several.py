"""One of several values, handed over as one: the statement reads alike, however many they are."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ARRAY, BindParameter, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import AutoString


class Several(TypeDecorator[list[Any]]):
    """Values of one type: an array on PostgreSQL, on SQLite a JSON text."""

    impl = String
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        # Without the length of the column: PostgreSQL would cut what is longer, and find it then.
        of = String() if isinstance(self.of, String | AutoString) else self.of
        return dialect.type_descriptor(ARRAY(of))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        values = list(value)
        if dialect.name != "sqlite":
            return values
        written = self.of.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps([written(each) for each in values] if written else values)


class IsOneOf(FunctionElement[bool]):
    """That a column holds one of several values, for which there is one place."""

    inherit_cache = True
    name = "is_one_of"

    def __init__(self, column: Any, place: BindParameter[Any]) -> None:
        super().__init__(column, place)


class IsOneOfFew(IsOneOf):
    """The same, of as many as a page has or fewer, where each of them finds few rows.

    It differs on PostgreSQL alone, which then keeps its plan.
    """

    inherit_cache = True


@compiles(IsOneOf)
def _on_sqlite(element: IsOneOf, compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"


@compiles(IsOneOf, "postgresql")
def _on_postgresql(element: IsOneOf, compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({given})"


@compiles(IsOneOfFew, "postgresql")
def _few_on_postgresql(element: IsOneOfFew, compiler: Any, **how: Any) -> str:
    # Selected once more, so that it does not look how many there are: or it would plan anew each
    # time, because few are cheaper than what it has to expect of any number.
    column, given = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT unnest({given})))"
