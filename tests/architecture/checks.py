"""What must be true of the code, as functions that name each violation.

Some read a tree's files, others import it, which only a process can that has imported no
other tree. Run as ``python tests/architecture/checks.py``, this is a process that forks for
each line ``ROOT CHECK…`` it reads and tells, as JSON, what each check found in the tree at
ROOT: it has imported what is not ours already, which takes longer than the checks do. The
tests have the same checks look at the tree itself, and at a copy with violations in it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

# Every other table belongs to an organization.
INSTALLED_TABLES = {
    "organization": "it is the owner itself",
    "identity": "one person may be known to several organizations by one address",
    "capability": "it is a person's before any organization is known",
    "sign_in_try": "it is about a door, whether or not anybody lives behind it",
    "schedule": "it is what the installation does as a whole",
    "gateway_event": "news is kept before it is known whom it is about",
}

# What takes long to import, and is the same for each tree.
NOT_OURS = (
    "alembic.autogenerate",
    "alembic.command",
    "babel.dates",
    "reflex.app",
    "sqlalchemy.dialects.sqlite",
    "sqlmodel",
    "stripe",
)

# What may be written in which files only, and why.
CONFINED = {
    r"\bSession\(": ("access/work.py", "a plain session sees all organizations"),
    r"\bcreate_engine\(": ("access/database.py", "one place knows both databases"),
    r"\btext\(": ("access/database.py", "raw SQL escapes the filters"),
    r"__table__|\blocal_table\b": ("models/", "Core tables escape the filters"),
    r"from sqlalchemy import .*\b(literal_column|table|column)\b": (
        "models/",
        "what is no model is not narrowed",
    ),
    r"\bobject_session\b|\bwork\._session\b": ("access/work.py", "the session can write past Work"),
    r"\bACROSS\b": ("access/", "looks across organizations"),
    r"^\s*(import|from) stripe\b": ("gateways/|simulated_stripe/", "one place speaks to Stripe"),
    r"\bdatetime\.(now|utcnow|today)\b|\bdate\.today\b": ("kernel/clock.py", "one clock"),
    r"\bos\.environ\b": ("config.py|serving/", "settings are read once"),
    r"\brx\.upload\b": ("nowhere", "it opens an unauthenticated route"),
    r"\brx\.(Cookie|LocalStorage|SessionStorage)\b": ("nowhere", "the browser writes them"),
    r"\brx\.(toast|call_script|run_script|call_function)\b": (
        "nowhere",
        "it needs eval, which our Content-Security-Policy forbids",
    ),
    r"\brx\.(session|asession|Model)\b": ("nowhere", "data is reached through Work"),
}

# A person behind a portal is never told whom they act for; these act for others.
_TOLD_WHOM = {"AdminActor", "Clerk", "SystemActor", "OperatorActor"}

_IDENTITY_ARGUMENTS = re.compile(
    r"(organization|customer|partner|party|identity|membership|session)(_id)?|actor"
)


def handlers() -> Iterator[str]:
    """Each event handler has a rule at the gate, and arguments that can be checked."""
    try:
        importlib.import_module("billing_app.billing_app")
    except RuntimeError as error:
        yield str(error)


def table_owners() -> Iterator[str]:
    """Each table belongs to an organization, and none can point out of its own."""
    from billing_app.models.every import tables

    for model in tables():
        table = model.__table__
        if table.name in INSTALLED_TABLES:
            continue
        if [column.name for column in table.primary_key][:1] != ["organization_id"]:
            yield f"table {table.name} does not belong to an organization"
        for key in table.foreign_key_constraints:
            target = key.elements[0].column.table.name
            if target not in INSTALLED_TABLES and "organization_id" not in key.column_keys:
                yield f"table {table.name} can point at a {target} of another organization"


def guards() -> Iterator[str]:
    """Each public function of services and reads is guarded; a portal is never told whom."""
    from billing_app.reads.admin import DEEDS

    for module in _modules("billing_app.services", "billing_app.reads"):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            if "work" not in inspect.signature(function).parameters:
                if "Work" in inspect.getsource(module):
                    yield f"{module.__name__}.{name} takes no Work"
                continue
            guard = getattr(function, "guard", None)
            if guard is None:
                yield f"{module.__name__}.{name} has no guard"
            elif guard.audited and name not in DEEDS:
                yield f"{module.__name__}.{name} has no words for the activity list"
            elif guard.actor.__name__ not in _TOLD_WHOM:
                yield from _identities_asked(module, name, function)


def _identities_asked(module: ModuleType, name: str, function: Any) -> Iterator[str]:
    for parameter in list(inspect.signature(function).parameters)[1:]:
        if _IDENTITY_ARGUMENTS.fullmatch(parameter):
            yield f"{module.__name__}.{name} asks a portal actor for {parameter}"


def states() -> Iterator[str]:
    """A State holds no row, starts empty, and computes nothing from data or the clock."""
    import reflex as rx

    importlib.import_module("billing_app.billing_app")
    for state in _descendants(rx.State):
        if not state.__module__.startswith("billing_app"):
            continue
        for name, hint in get_type_hints(state).items():
            if name in state.base_vars and _holds_a_row(hint):
                yield f"{state.__name__}.{name} holds a row of a table"
        for name, field in state.get_fields().items():
            ours = name in state.base_vars and not name.startswith("rx_router")
            if ours and field.default_value():
                yield f"{state.__name__}.{name} does not start empty"
        for name, var in state.computed_vars.items():
            if var.fget.__module__.startswith("billing_app") and re.search(
                r"\brun|reads|services|clock|installation", inspect.getsource(var.fget)
            ):
                yield f"{state.__name__}.{name} is computed from data"


def _holds_a_row(hint: Any) -> bool:
    from sqlmodel import SQLModel

    if isinstance(hint, type) and issubclass(hint, SQLModel):
        return True
    inner = get_args(hint)
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        inner = tuple(get_type_hints(hint).values())
    return any(_holds_a_row(part) for part in inner)


def words(root: Path) -> Iterator[str]:
    """Some things are written in one place only."""
    for here, text in _sources(root):
        code = _without_texts(text)
        for pattern, (allowed, why) in CONFINED.items():
            if re.search(pattern, code, re.MULTILINE) and not re.match(allowed, here):
                yield f"{here} contains {pattern}: {why}"


@cache
def _without_texts(text: str) -> str:
    """The code without its docstrings and comments, which may speak of anything."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(value=None)
    return ast.unparse(tree)


def sizes(root: Path) -> Iterator[str]:
    """Files stay short, functions fit a screen."""
    for here, text in _sources(root):
        if text.count("\n") > 320:
            yield f"{here} has {text.count(chr(10))} lines"
        yield from (f"{here}: {function}" for function in _long_functions(text))


@cache
def _long_functions(text: str) -> list[str]:
    lengths = [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [f"{name} has {lines} lines" for name, lines in lengths if lines > 70]


def imports(root: Path) -> Iterator[str]:
    """Each floor imports only what lies below it."""
    ran = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        yield ran.stdout + ran.stderr


def schema() -> Iterator[str]:
    """Migrations make all that the models have, and each append-only trigger."""
    from billing_app import migrations
    from billing_app.access.database import connect
    from billing_app.config import Secret

    with tempfile.TemporaryDirectory() as folder:
        database = connect(Secret(f"sqlite:///{folder}/empty.db"))
        try:
            migrations.migrate(database)
        except RuntimeError as error:
            yield str(error)
        yield from migrations.differences(database)
        database.close()


READING: dict[str, Callable[[Path], Iterator[str]]] = {
    check.__name__: check for check in (words, sizes, imports)
}
IMPORTING: dict[str, Callable[[], Iterator[str]]] = {
    check.__name__: check for check in (handlers, table_owners, guards, states, schema)
}


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    package = root / "billing_app"
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), path.read_text()


def _modules(*packages: str) -> Iterator[ModuleType]:
    for package in packages:
        parent = importlib.import_module(package)
        for found in pkgutil.iter_modules(parent.__path__):
            yield importlib.import_module(f"{package}.{found.name}")


def _descendants(kind: type) -> Iterator[Any]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _found(root: str, checks: list[str]) -> dict[str, list[str]]:
    os.chdir(root)
    sys.path.insert(0, root)
    # What is compiled is known by its second and its size, which two violations may share.
    sys.dont_write_bytecode = True
    try:
        with redirect_stdout(sys.stderr):
            found = {name: list(IMPORTING[name]()) for name in checks}
    except Exception:
        return {"it died": traceback.format_exc().splitlines()}
    assert (importlib.import_module("billing_app").__file__ or "").startswith(f"{root}/")
    return found


def _answer_each_in_a_fork() -> None:
    for name in NOT_OURS:
        importlib.import_module(name)
    assert not any(name.startswith("billing_app") for name in sys.modules), "it has seen a tree"
    for line in sys.stdin:
        root, *checks = line.split()
        child = os.fork()
        if child == 0:
            print(json.dumps(_found(root, checks)), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"it died": [f"with {status}"]}), flush=True)


if __name__ == "__main__":
    _answer_each_in_a_fork()
