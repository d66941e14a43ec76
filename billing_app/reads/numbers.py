"""Documents by their numbers, as people type them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.references import number_of
from billing_app.models.books import Series
from billing_app.reads.shown import begins

_MOST_DIGITS = 9


@admin_read()
def numbered(work: Work[AdminActor], number: Any, typed: str) -> ColumnElement[bool]:
    """That a number begins as typed, or is the one that is called so for short: 42, 00042."""
    ways = [begins(number, form) for form in {typed, typed.upper()}]
    if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS:
        prefixes = work.exec(select(Series.number_prefix).distinct())
        ways.append(col(number).in_([number_of(each, int(typed)) for each in prefixes]))
    return or_(*ways)
