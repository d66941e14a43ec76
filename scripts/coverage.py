"""Writes docs/coverage.md: which test proves which rule, as the tests' own marks say."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "coverage.md"

_HEAD = """# Which test proves which rule

The rules are what the product promises about customers' money. A test carries the numbers of those
that it would be red without (`tests/rules.py`); `.venv/bin/python -m scripts.coverage` writes this
page from those marks, and a test keeps it true. `tests/torture/test_planted_defects.py` breaks a
dozen of them one by one and expects red.

| n | rule | test |
|---|---|---|
"""


@cache
def proofs(root: Path = ROOT) -> dict[int, list[str]]:
    """The tests of each rule, by file and name."""
    found: dict[int, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name, number in _marks(ast.parse(path.read_text())):
            place = path.relative_to(root / "tests").with_suffix("")
            found.setdefault(number, []).append(f"`{place}` {name}")
    return found


def page() -> str:
    """The page as it has to be."""
    from tests.rules import RULES

    proved = proofs()
    rows = (
        f"| {number} | {words} | {'<br>'.join(proved.get(number, ()))} |\n"
        for number, words in RULES.items()
    )
    return _HEAD + "".join(rows)


def _marks(module: ast.Module) -> Iterator[tuple[str, int]]:
    for test in ast.walk(module):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            for mark in test.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "rule":
                    for number in mark.args:
                        yield test.name.removeprefix("test_"), ast.literal_eval(number)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page())
