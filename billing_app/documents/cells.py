"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import re

# A spreadsheet takes a cell that begins like this for a formula, and would run it. The wide
# forms are what some input methods make of the same signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")

# A spreadsheet that parts cells by semicolons, as German and French ones do, does not know our
# quotes for quotes: there a semicolon or a line break begins a cell in the middle of ours. Quotes
# that such a cell begins with are taken off it.
_INSIDE = re.compile(r'([;\t\r\n][\s"]*)(?=[=+\-@|%＝＋－＠])')


def safe_cell(text: str) -> str:
    """A text that stays a text: an apostrophe goes before what would be a formula."""
    safe = _INSIDE.sub(r"\1'", text)
    return f"'{safe}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else safe
