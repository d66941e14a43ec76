"""Money is counted in whole minor units, wherever it is kept or worked out."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MONEY_FILES = ("currencies", "money", "numerals", "rates", "quantities", "amounts", "pricing")
MONEY_ROOMS = ("models", "ledger", "services", "reads")

# A decimal number exists on the way to the screen only, and this file is that way.
DECIMAL_FILE = "kernel/numerals.py"

_BROKEN_NUMBERS = {
    **dict.fromkeys(
        ("float", "Float", "FLOAT", "Double", "DOUBLE", "REAL"), "a float is almost right"
    ),
    **dict.fromkeys(("Numeric", "NUMERIC", "DECIMAL"), "SQLite keeps such a column as a float"),
    **dict.fromkeys(("fractions", "Fraction", "math", "round"), "kernel/money.py rounds, once"),
}
_DECIMALS = ("decimal", "Decimal")


def money_files(package: Path) -> Iterator[Path]:
    """Everything that keeps money or works it out."""
    yield from (package / "kernel" / f"{name}.py" for name in MONEY_FILES)
    for room in MONEY_ROOMS:
        yield from sorted((package / room).rglob("*.py"))


def violations(package: Path) -> list[str]:
    """Each place that could make an amount inexact, with the reason."""
    found = []
    for path in money_files(package):
        here = path.relative_to(package).as_posix()
        found += [f"{here}:{where}" for where in _violations_in(path.read_text(), here)]
    return found


@cache
def _violations_in(text: str, here: str) -> list[str]:
    nodes = ast.walk(ast.parse(text))
    return [f"{node.lineno}: {why}" for node in nodes for why in _wrong(node, here)]


def _wrong(node: ast.AST, here: str) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield "a float is almost right"
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value == 100:
        yield "not every currency has two decimals"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield "money is allocated, never divided"
    for name in _names(node):
        if name in _BROKEN_NUMBERS:
            yield _BROKEN_NUMBERS[name]
        if name in _DECIMALS and here != DECIMAL_FILE:
            yield "decimals are for the screen"


def _names(node: ast.AST) -> list[str]:
    """The names that a node uses, imports, or reaches as somebody's attribute."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(alias.name for alias in node.names)]
    return []


def copied(into: Path) -> Path:
    """A copy of everything that keeps money, into which something can be planted."""
    package = ROOT / "billing_app"
    for path in money_files(package):
        copy = into / path.relative_to(package)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return into


def test_nothing_that_keeps_money_can_make_it_inexact():
    assert violations(ROOT / "billing_app") == []


def test_the_tripwire_looks_at_every_money_file_and_room():
    package = ROOT / "billing_app"
    seen = {path.relative_to(package).parts[0] for path in money_files(package)}

    assert seen >= {"kernel", "models", "services", "reads"}
    assert all(path.exists() for path in money_files(package))


@pytest.mark.parametrize(
    ("file", "planted", "named"),
    [
        ("kernel/rates.py", "GST = 0.1", "a float is almost right"),
        ("kernel/pricing.py", "def net(gross):\n    return float(gross)", "a float is almost"),
        ("kernel/money.py", "def half(minor):\n    return minor / 2", "never divided"),
        ("ledger/planted.py", "def halve(minor):\n    minor /= 2", "never divided"),
        ("services/planted.py", "CENTS = 100", "not every currency has two decimals"),
        ("ledger/planted.py", "def cents(money):\n    return money * 1_00", "two decimals"),
        ("reads/planted.py", "def about(minor):\n    return round(minor, -2)", "rounds, once"),
        ("reads/planted.py", "from sqlalchemy import func\n\nSUM = func.round(1)", "rounds, once"),
        ("kernel/amounts.py", "from decimal import Decimal", "decimals are for the screen"),
        ("services/planted.py", "import decimal", "decimals are for the screen"),
        ("ledger/planted.py", "from fractions import Fraction", "rounds, once"),
        ("models/planted.py", "from sqlalchemy import Numeric", "keeps such a column"),
        ("models/planted.py", "import sqlalchemy as sa\n\nAMOUNT = sa.Float()", "almost right"),
        ("models/planted.py", "class Row:\n    amount: float", "a float is almost right"),
    ],
)
def test_a_planted_violation_turns_the_tripwire_red(
    file: str, planted: str, named: str, tmp_path: Path
):
    package = copied(tmp_path)
    target = package / file
    with target.open("a") as opened:
        opened.write(f"\n\n{planted}\n")

    said = violations(package)

    assert any(line.startswith(f"{file}:") and named in line for line in said)


def test_whole_numbers_and_the_way_to_the_screen_are_left_alone(tmp_path: Path):
    package = copied(tmp_path)
    with (package / DECIMAL_FILE).open("a") as opened:
        opened.write("\n\nONE = Decimal(1)\nBASIS = 10_000\nHALF = 7 // 2\nFLAG = True\n")

    assert [line for line in violations(package) if DECIMAL_FILE in line] == []
