"""From what a paper says to what its pages show."""

from __future__ import annotations

from pathlib import Path

from billing_app.documents.papers.charges import charge_sheet
from billing_app.documents.papers.receipts import receipt_sheet
from billing_app.documents.papers.sheets import Part
from billing_app.documents.papers.statements import statement_sheet
from billing_app.documents.papers.wording import FOLDER, Wording
from billing_app.reads.paper import Charge, Paper, Receipt


def sheet_of(paper: Paper, *, folder: Path = FOLDER) -> Part:
    """The sheet of any paper, in its language as the catalogues of a folder know it."""
    say = Wording(paper.head, folder)
    if isinstance(paper, Charge):
        return charge_sheet(say, paper)
    if isinstance(paper, Receipt):
        return receipt_sheet(say, paper)
    return statement_sheet(say, paper)
