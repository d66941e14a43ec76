"""Draws a page of each kind of paper into docs/papers: what a customer holds in the hand."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from bench import papers
from billing_app.documents.papers.composing import sheet_of
from billing_app.documents.papers.press import Press
from billing_app.reads.paper import Paper

_FOLDER = _ROOT / "docs" / "papers"
_DOTS_PER_INCH = 110


def main() -> int:
    """Draw them all from the same made-up business."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    press = Press()
    pages: dict[str, Paper] = {
        "invoice": papers.invoice(),
        "invoice-in-parts": papers.plan(),
        "invoice-de": papers.invoice(locale="de"),
        "credit-request": papers.request(),
        "credit-note": papers.credit_note(),
        "receipt": papers.receipt(),
        "statement": papers.statement(),
    }
    for name, paper in pages.items():
        sheet = papers.as_json(sheet_of(paper))
        (_FOLDER / f"{name}.png").write_bytes(press.picture(sheet, dots_per_inch=_DOTS_PER_INCH))
        print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
