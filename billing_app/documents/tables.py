"""Tables as CSV: UTF-8, days as in 2026-11-21, amounts with a decimal point, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from billing_app.documents.cells import safe_cell
from billing_app.kernel.money import Money
from billing_app.reads.export_cells import Cell


def as_csv(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Some rows, each on lines of its own; texts stand in quotes, whatever is in them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _text(cell: Cell) -> str:
    """A cell as every program reads it. Only text could be taken for a formula."""
    if isinstance(cell, Money):
        return str(cell).rpartition(" ")[2]
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_cell(cell) if isinstance(cell, str) else "" if cell is None else str(cell)
