"""Sheets of receipts."""

from __future__ import annotations

from billing_app.documents.papers.sheets import (
    DANGER,
    Part,
    a_sum,
    column,
    headline,
    mark,
    sheet,
    table,
)
from billing_app.documents.papers.wording import BESIDE_A_LABEL, Wording, clean
from billing_app.reads.paper import Kind, Receipt


def receipt_sheet(say: Wording, paper: Receipt) -> Part:
    """The sheet of a receipt."""
    amount = say.amount(paper.amount)
    return sheet(
        say,
        paper.head,
        heading=say("Receipt"),
        facts=[
            (say("Received on"), say.day(paper.head.dated_on)),
            (say("Paid by"), method_words(say, paper.method)),
            (say("Reference"), clean(paper.reference, longest=BESIDE_A_LABEL)),
            (say("As at"), say.day(paper.head.as_at)),
        ],
        headline=headline(say("Received with thanks"), amount),
        marks=_marks(say, paper),
        tables=[_table(say, paper)],
    )


def method_words(say: Wording, method: str) -> str:
    """How money came in."""
    known = {
        "card": say("Card"),
        "direct_debit": say("Direct debit"),
        "bank_transfer": say("Bank transfer"),
        "cash": say("Cash"),
        "cheque": say("Cheque"),
    }
    return known.get(method, say("Other"))


def _table(say: Wording, paper: Receipt) -> Part:
    names = {
        Kind.INVOICE: say("Invoice {number}"),
        Kind.CREDIT_REQUEST: say("Credit Request {number}"),
    }
    rows = [
        [names[each.kind].format(number=clean(each.number)), say.figure(each.minor)]
        for each in paper.applied
    ]
    if paper.credit:
        rows.append([say("Kept as your credit"), say.figure(paper.credit)])
    rest = paper.amount - paper.credit - sum(each.minor for each in paper.applied)
    if rest:
        rows.append([say("Not applied to a document"), say.figure(rest)])
    columns = [
        column(say("What it was for"), end=False, wide=True),
        column(say("Amount, {currency}").format(currency=say.currency)),
    ]
    sums = [a_sum(say("Total"), say.amount(paper.amount), strong=True)]
    if paper.refunded:
        sums.append(a_sum(say("Refunded since"), say.amount(paper.refunded)))
    if paper.lost:
        sums.append(a_sum(say("Taken back by the bank since"), say.amount(paper.lost)))
    return table(columns, rows, sums=sums)


def _marks(say: Wording, paper: Receipt) -> list[Part]:
    if paper.is_taken_back:
        return [mark(say("Taken back: this money did not come in"), DANGER)]
    if paper.lost:
        return [mark(say("Taken back by the bank"), DANGER)]
    if paper.refunded:
        whole = paper.refunded >= paper.amount
        return [mark(say("Refunded") if whole else say("Partly refunded"))]
    return []
