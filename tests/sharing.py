"""Shares the tests out among processes: what uses one server of ours stays together.

Starting a server costs seconds and its tests share it, so a folder's tests on one database
are one piece of work; tests without a database are one for each file.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from types import CodeType
from zlib import crc32

import pytest

# In a whole run each case is tried on one of the two databases, about half on either; ``--both``
# tries everything on both, and so does a file that is run alone. Always on both is what does
# several things at the same moment, and these, which are about locks, plans, triggers, or about
# whether the two databases come to the same.
_ON_BOTH = (
    "attack/test_books_behind_the_back.py",
    "attack/test_changed_documents.py",
    "faults/test_database_away.py",
    "service/test_book.py",
    "service/test_books_machine.py",
    "service/test_books_races.py",
    "service/test_money_back_races.py",
    "service/test_numbers.py",
    "service/test_proof.py",
    "service/test_read_plans.py",
    "service/test_runner.py",
    "service/test_schema.py",
    "service/test_taking_money_races.py",
    "service/test_work.py",
)
_DATABASES = ("sqlite", "postgresql")
_AT_ONCE = {"ThreadPoolExecutor", "Thread", "Barrier", "at_once"}

# In this order, so that two browsers are not at work at once and none is left for the end.
_LONG = (
    "browser on sqlite",
    "service on postgresql",
    "faults on sqlite",
    "service on sqlite",
    "faults on postgresql",
    "attack on postgresql",
    "attack on sqlite",
    "browser on postgresql",
)


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: a third of the time goes into waiting for browsers and clocks."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both", action="store_true", help="try every case on both databases")


# First of all, because xdist reads these marks in a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if len({item.path for item in items}) > 1 and not config.getoption("both"):
        there = {item.nodeid for item in items}
        turns = {item: _is_its_turn(item, there) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not turns[item]])
        items[:] = [item for item in items if turns[item]]
    for item in items:
        item.add_marker(pytest.mark.xdist_group(piece(item)))
    items.sort(key=_turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    """See that pieces stay together: a version of pytest that xdist does not know ends that."""
    if getattr(session.config.option, "loadgroup", False):
        apart = [item.nodeid for item in session.items if "@" not in item.nodeid]
        assert not apart, f"nothing keeps {apart[0]} with its piece of work"


def _is_its_turn(item: pytest.Item, there: set[str]) -> bool:
    """Whether a whole run tries this case on this database: always, if it is there on no other."""
    database = database_of(item)
    if not database or str(item.path).endswith(_ON_BOTH) or _races(item):
        return True
    twins = (item.nodeid.replace(database, other) for other in _DATABASES if other != database)
    if there.isdisjoint(twins):
        return True
    case = item.nodeid.replace(database, "")
    return crc32(case.encode()) % len(_DATABASES) == _DATABASES.index(database)


def _races(item: pytest.Item) -> bool:
    """Whether a test does several things at the same moment, itself or through its file."""
    test = getattr(item, "function", None)
    if test is None:
        return False
    names = _names_in(test.__code__)
    for name in tuple(names):
        called = test.__globals__.get(name)
        if getattr(called, "__module__", "") == test.__module__:
            bodies = [called, *vars(called).values()] if isinstance(called, type) else [called]
            names |= {n for body in bodies for n in _names_in(getattr(body, "__code__", None))}
    return not names.isdisjoint(_AT_ONCE)


def _names_in(code: CodeType | None) -> set[str]:
    """The names that a function uses, and the functions inside it."""
    if code is None:
        return set()
    inner = [_names_in(part) for part in code.co_consts if isinstance(part, CodeType)]
    return set(code.co_names).union(*inner)


def _turn(item: pytest.Item) -> int:
    name = piece(item)
    return _LONG.index(name) if name in _LONG else len(_LONG)


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
