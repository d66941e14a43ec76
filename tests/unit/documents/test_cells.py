"""No text of ours becomes a formula in somebody's spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from billing_app.documents.cells import safe_cell
from billing_app.documents.tables import as_csv


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
    safe = safe_cell(typed)

    assert safe.startswith("'")
    assert safe.replace("'", "") == typed.replace("'", "")


def test_at54_no_formula_begins_where_other_spreadsheets_see_a_cell_begin():
    table = as_csv(
        [["Marsh; =1+1", "Level 4\n+2+3"], ["a;\t-5;@x", ";=1"], ["Unit 4", 'a;"=1+1;"" -2;b']]
    ).decode()

    for parted_by in ",;\t":
        for row in csv.reader(io.StringIO(table, newline=""), delimiter=parted_by):
            assert not [cell for cell in row if cell.strip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("typed", ["", "A; B", "a\nb", "Marsh Design", "A=B", "3-2", "שלום"])
def test_other_texts_stay_as_they_are(typed: str):
    assert safe_cell(typed) == typed
