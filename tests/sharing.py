"""Shares the tests out among processes: what uses one server of ours stays together.

Starting a server costs seconds and its tests share it, so a folder's tests on one database
are one piece of work; tests without a database are one for each file.
"""

from __future__ import annotations

from pathlib import PurePath

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(piece(item)))


def piece(item: pytest.Item) -> str:
    """The name of the piece of work that a test belongs to."""
    file = item.nodeid.partition("::")[0]
    database = database_of(item)
    return f"{PurePath(file).parts[1]} on {database}" if database else file


def database_of(item: pytest.Item) -> str:
    """The database whose server or tables a test uses, if any."""
    told = getattr(item, "callspec", None)
    params = told.params if told else {}
    return str(params.get("site") or params.get("database") or "")
