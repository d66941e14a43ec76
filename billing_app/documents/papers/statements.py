"""Sheets of customers' statements."""

from __future__ import annotations

from billing_app.documents.papers.sheets import (
    Part,
    a_sum,
    column,
    headline,
    note,
    sheet,
    table,
)
from billing_app.documents.papers.wording import Wording, clean
from billing_app.reads.paper import Move, Statement


def statement_sheet(say: Wording, paper: Statement) -> Part:
    """The sheet of a statement: opening, what moved with the balance after it, closing."""
    return sheet(
        say,
        paper.head,
        heading=say("Statement"),
        number=f"{say.day(paper.since)} \u2013 {say.day(paper.until)}",
        facts=[
            (say("Currency"), say.currency),
            (say("Printed on"), say.day(paper.head.as_at)),
        ],
        headline=_headline(say, paper),
        tables=[_moves(say, paper), *_requests(say, paper)],
        notes=[note("", say("What you owe stands with a minus, your credit without one."))],
    )


def move_words(say: Wording, move: Move) -> str:
    """What happened, in words for the customer. That we gave a debt up is ours to know."""
    numbers = ", ".join(map(clean, move.numbers))
    phrases = {
        "invoice_issued": say("Invoice {numbers}"),
        "invoice_voided": say("Invoice {numbers} is void"),
        "payment_received": say("Payment for {numbers}") if numbers else say("Payment"),
        "payment_reversed": say("Payment taken back"),
        "payment_allocated": say("Payment for {numbers}") if numbers else say("Payment"),
        "credit_applied": say("Credit applied to {numbers}"),
        "credit_returned": say("Credit returned from {numbers}"),
        "credit_note_issued": say("Credit note {note} on {numbers}"),
        "refund_still_owed": say("Refund, owed again on {numbers}"),
        "refund_no_longer_owed": say("Refund"),
        "refund_from_credit": say("Refund of credit"),
        "refund_reversed": say("Refund taken back"),
        "dispute_lost": say("Payment of {numbers} taken back by the bank"),
        "bad_debt": say("{numbers} closed"),
        "small_balance": say("Rest of {numbers} let go"),
        "write_off_reversed": say("{numbers} is open again"),
        "adjustment": say("Adjustment of credit"),
    }
    return phrases[move.event].format(numbers=numbers, note=clean(move.detail))


def _headline(say: Wording, paper: Statement) -> Part:
    known = min(paper.until, paper.head.as_at or paper.until)
    by = say("As at {day}").format(day=say.day(known))
    if paper.closing < 0:
        return headline(say("You owe"), say.amount(-paper.closing), by)
    return headline(say("Your credit"), say.amount(paper.closing), by)


def _moves(say: Wording, paper: Statement) -> Part:
    balance = paper.opening
    rows = [[say.day(paper.since), say("Opening balance"), "", say.figure(balance)]]
    for move in paper.moves:
        balance += move.minor
        rows.append(
            [say.day(move.on), move_words(say, move), say.figure(move.minor), say.figure(balance)]
        )
    columns = [
        column(say("Date"), end=False),
        column(say("What happened"), end=False, wide=True),
        column(say("Amount, {currency}").format(currency=say.currency)),
        column(say("Balance, {currency}").format(currency=say.currency)),
    ]
    closing = a_sum(say("Closing balance"), say.amount(paper.closing), strong=True)
    return table(columns, rows, sums=[closing])


def _requests(say: Wording, paper: Statement) -> list[Part]:
    if not paper.requests:
        return []
    columns = [
        column(say("Date"), end=False),
        column(say("Credit Request"), end=False, wide=True),
        column(say("Amount, {currency}").format(currency=say.currency)),
        column(say("Still to pay, {currency}").format(currency=say.currency)),
    ]
    rows = [
        [
            say.day(each.on),
            clean(each.number),
            say.figure(each.total),
            say.figure(each.still_to_pay),
        ]
        for each in paper.requests
    ]
    return [table(columns, rows, title=say("Requests for money in advance, in no sum above"))]
