"""The journal as a table for spreadsheets: a row for each transfer."""

from __future__ import annotations

from collections.abc import Iterator

from billing_app.documents.cells import safe_cell
from billing_app.documents.journal.beancount import decimal
from billing_app.ledger.accounts import CHART
from billing_app.reads.journal import JournalEntry

HEADINGS = (
    "entry",
    "date",
    "recorded",
    "event",
    "source",
    "party",
    "what",
    "reason",
    "reverses",
    "debit account",
    "debit name",
    "debit party",
    "debit item",
    "credit account",
    "credit name",
    "credit party",
    "credit item",
    "amount",
    "currency",
)


def rows(entry: JournalEntry) -> Iterator[list[str]]:
    """The rows of one entry. One without transfers moved nothing and has none."""
    of_entry = [entry.id, entry.on.isoformat(), entry.recorded, entry.event]
    of_entry.append(entry.source)
    of_entry += [safe_cell(text) for text in (entry.party, entry.what, entry.reason)]
    of_entry.append(entry.reverses)
    for transfer in entry.transfers:
        sides = [
            cell
            for side in (transfer.debit, transfer.credit)
            for cell in (side.code, CHART[side.code].name, side.party, side.item)
        ]
        yield [*of_entry, *sides, decimal(transfer.amount), transfer.amount.currency]
