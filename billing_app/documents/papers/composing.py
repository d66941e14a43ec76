"""From what a paper says to what its pages show."""

from __future__ import annotations

from functools import singledispatch

from billing_app.documents.papers.charges import charge_sheet
from billing_app.documents.papers.receipts import receipt_sheet
from billing_app.documents.papers.sheets import Part
from billing_app.documents.papers.statements import statement_sheet
from billing_app.reads.paper import Charge, Paper, Receipt, Statement


@singledispatch
def sheet_of(paper: Paper) -> Part:
    """The sheet of any paper."""
    raise TypeError(type(paper))


@sheet_of.register
def _(paper: Charge) -> Part:
    return charge_sheet(paper)


@sheet_of.register
def _(paper: Receipt) -> Part:
    return receipt_sheet(paper)


@sheet_of.register
def _(paper: Statement) -> Part:
    return statement_sheet(paper)
