"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

# A spreadsheet takes a cell that begins like this for a formula, and would run it. The wide
# forms are what some input methods make of the same signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """A text that stays a text: an apostrophe goes before what would be a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else text
