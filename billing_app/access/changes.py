"""What an act changed of a setting or of what is on record, for the audit log.

Of each column a table says whether its change is told, and whether its values are: names,
addresses and the like are told of and never kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from billing_app.models.audit import LONGEST_CHANGES
from billing_app.models.base import Table

_LONGEST_VALUE = 100

Changes = dict[tuple[UUID, str], tuple[Any, Any]]
"""Before and after, by row and column; None twice where the values are not kept."""


def note_changes(noted: Changes, rows: Iterable[Any]) -> None:
    """Add what is about to be written of these rows. What was before an act stays the first."""
    for row in rows:
        kind = type(row)
        if not isinstance(row, Table) or not (kind.audited or kind.audited_values):
            continue
        attributes: Any = inspect(row).attrs
        for name in sorted(kind.audited | kind.audited_values):
            history = attributes[name].history
            if not history.has_changes():
                continue
            if name in kind.audited_values:
                first = noted.get((row.id, name), (_plain((*history.deleted, None)[0]),))[0]
                noted[row.id, name] = (first, _plain(getattr(row, name)))
            else:
                noted[row.id, name] = (None, None)


def written(noted: Mapping[tuple[UUID, str], tuple[Any, Any]]) -> str | None:
    """The changes as the log keeps them; None for none. What is too long for it is left out."""
    told = [
        [name] if before is None and after is None else [name, before, after]
        for name, (before, after) in sorted(
            ((name, values) for (_, name), values in noted.items()), key=lambda told: told[0]
        )
        if before != after or before is None
    ]
    while told and len(_spelled(told)) > LONGEST_CHANGES:
        told.pop()
    return _spelled(told) if told else None


def read(kept: str | None) -> list[tuple[Any, ...]]:
    """The changes that the log kept: a column, and with its values what it was and is."""
    return [tuple(change) for change in json.loads(kept)] if kept else []


def _spelled(told: list[list[Any]]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value[:_LONGEST_VALUE] if isinstance(value, str) else value
