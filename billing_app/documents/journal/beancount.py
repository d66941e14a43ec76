"""The journal as beancount text, with our own balances in it for beancount to check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from billing_app.kernel.money import Money
from billing_app.ledger.accounts import CHART, Code, Kind
from billing_app.reads.journal import Business, JournalEntry, JournalSide, JournalTransfer

_ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.INCOME: "Income",
    Kind.EXPENSE: "Expenses",
}


def account_name(code: Code) -> str:
    """The account as beancount spells it: its kind, its number, its name."""
    chapter = CHART[code]
    words = re.sub(r"[^A-Za-z0-9]+", "-", chapter.name).strip("-")
    return f"{_ROOTS[chapter.kind]}:{code}-{words}"


def beginning(business: Business, first_on: date) -> Iterator[str]:
    """Whose books these are, and every account of the chart, open from the first day on."""
    yield f'option "title" {_text(business.name)}\n'
    yield f'option "operating_currency" "{business.currency}"\n\n'
    for code in CHART:
        yield f"{first_on} open {account_name(code)}\n"


def transaction(entry: JournalEntry) -> Iterator[str]:
    """One entry. Each of its transfers is two lines, so it balances by itself.

    The act behind it and what it is about are links, by which other programs find all that
    happened to one invoice or payment.
    """
    links = "".join(f" ^{each}" for each in dict.fromkeys((entry.source, *entry.about)) if each)
    yield f"\n{entry.on} * {_text(entry.party)} {_text(entry.what)}{links}\n"
    facts = {"entry": entry.id, "event": entry.event, "recorded": entry.recorded}
    facts |= {"reason": entry.reason, "reverses": entry.reverses}
    yield from (f"  {key}: {_text(value)}\n" for key, value in facts.items() if value)
    for transfer in entry.transfers:
        yield from _transfer(transfer)


def ending(balances: Mapping[tuple[Code, str], Money], last_on: date) -> Iterator[str]:
    """What every account holds by our ledger; beancount refuses the file if its sums differ."""
    if balances:
        yield "\n"
    for (code, currency), held in balances.items():
        nothing = decimal(Money.zero(currency))
        morning_after = last_on + timedelta(days=1)
        yield (
            f"{morning_after} balance {account_name(code)}"
            f"  {decimal(held)} ~ {nothing} {currency}\n"
        )


def decimal(money: Money) -> str:
    """The amount with a decimal point and without its currency."""
    return str(money).rpartition(" ")[2]


def _transfer(transfer: JournalTransfer) -> Iterator[str]:
    yield from _side(transfer.debit, transfer.amount)
    yield from _side(transfer.credit, -transfer.amount)


def _side(side: JournalSide, moved: Money) -> Iterator[str]:
    yield f"  {account_name(side.code)}  {decimal(moved)} {moved.currency}\n"
    for key, value in (("party", side.party), ("item", side.item)):
        if value:
            yield f"    {key}: {_text(value)}\n"


def _text(words: str) -> str:
    """A text in quotes, on one line, in which nothing is taken for the end of it."""
    line = " ".join(words.split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
