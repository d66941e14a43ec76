"""Statements that are put together once: putting one together costs as much as sending it.

What changes from one time to the next is given when it is sent, as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from billing_app.access.several import IsOneOf, IsOneOfFew, Several
from billing_app.models.base import OrgOwned, Table
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice

R = TypeVar("R", bound=OrgOwned)
T = TypeVar("T", bound=Table)


def is_it(column: Any) -> ColumnElement[bool]:
    """That a column holds the ``id`` with which the statement is sent."""
    return col(column) == bindparam("id")


def one_of(column: Any, given: str = "ids") -> ColumnElement[bool]:
    """That a column holds one of the few values that are given when the statement is sent."""
    return IsOneOfFew(column, bindparam(given, type_=Several(column.type)))


def one_of_these(column: Any, values: Iterable[Any] | BindParameter[Any]) -> ColumnElement[bool]:
    """That a column holds one of these values, or of those that are given in their place.

    However many they are, the form is the same.
    """
    several = Several(column.type)
    if isinstance(values, BindParameter):
        return IsOneOf(column, bindparam(values.key, type_=several))
    return IsOneOf(column, bindparam(None, tuple(values), type_=several))


def is_there(kind: Any, *which: ColumnElement[bool]) -> Any:
    """That there is a row of this kind which belongs to a row of the statement around it."""
    return select(kind.id).where(*which).correlate_except(kind).exists()


def of_document(kind: Any) -> dict[type[Invoice | CreditRequest], ColumnElement[bool]]:
    """By what a document is: that a row of this kind belongs to the one with the ``id``."""
    return {Invoice: is_it(kind.invoice_id), CreditRequest: is_it(kind.credit_request_id)}


@cache
def by_id(kind: type[T]) -> SelectOfScalar[T]:
    """The row with the ``id``."""
    return select(kind).where(is_it(kind.id))


@cache
def among(kind: type[T]) -> SelectOfScalar[T]:
    """The rows with the ``ids``."""
    return select(kind).where(one_of(kind.id))


@cache
def locking(kind: type[R]) -> SelectOfScalar[R]:
    """The rows with the ``ids``, locked in one order for everybody, and read anew."""
    rows = among(kind).order_by(col(kind.id)).with_for_update()
    return rows.execution_options(populate_existing=True)


@cache
def insert_unless_there(kind: type[Table], is_sqlite: bool) -> Any:
    """A new row, unless a constraint says that it is there."""
    insert: Any = (sqlite if is_sqlite else postgresql).insert(kind).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)


@cache
def upsert(
    kind: type[Table], is_sqlite: bool, key: tuple[str, ...], adding: tuple[str, ...]
) -> Any:
    """New rows, each added to what is kept under its ``key``."""
    insert: Any = (sqlite if is_sqlite else postgresql).insert(kind)
    sums = {name: getattr(kind, name) + insert.excluded[name] for name in adding}
    return insert.on_conflict_do_update(index_elements=key, set_=sums)
