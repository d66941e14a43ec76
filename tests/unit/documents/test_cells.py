"""No text of ours becomes a formula in somebody's spreadsheet."""

from __future__ import annotations

import pytest

from billing_app.documents.cells import safe_cell


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://evil.example","Pay")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "＝1+1",
    ],
)
def test_what_would_be_a_formula_begins_with_an_apostrophe(typed: str):
    assert safe_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["", "Marsh Design", "A=B", "3-2", "שלום"])
def test_other_texts_stay_as_they_are(typed: str):
    assert safe_cell(typed) == typed
