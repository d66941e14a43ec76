"""A customer's statement as rows of a table: opening, what moved, closing."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from billing_app.access.actors import CustomerActor, SystemActor
from billing_app.access.guard import customer_read, system_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import sheets
from billing_app.ledger.days import EARLIEST, today
from billing_app.ledger.sheets import Moved, Place, Sheet
from billing_app.models.ledger import Entry
from billing_app.models.party import Customer
from billing_app.reads.entry_words import words_to_customer
from billing_app.reads.export_cells import Line
from billing_app.reads.exports import AT_ONCE, Rows, Wanted

STATEMENT = ("on", "entry", "what", "currency", "owed", "credit", "amount", "balance")


@customer_read
def my_customer_id(work: Work[CustomerActor]) -> str:
    """Whose statement a contact may have: that of their own customer."""
    return work.exec(select(Customer)).one().shown_id


@system_read
def statement_rows(work: Work[SystemActor], wanted: Wanted, *, after: str = "") -> Rows:
    """The next rows of a customer's statement, the balance running with them.

    The first one is the opening balance and the last one the closing balance, which is read
    apart from the rows: if they did not agree, the file would break off before it.
    """
    sheet = _sheet(work, wanted)
    last = _place(work, sheet, after) if after else None
    balance = sheets.behind(work, sheet, last) if last else sheets.opening(work, sheet)
    moves = sheets.moves(work, sheet, last, at_most=AT_ONCE + 1)
    rows = [] if last else [_balance(sheet, sheet.since, "Opening balance", balance)]
    words = words_to_customer(work, [move.entry_id for move in moves])
    for move in moves[:AT_ONCE]:
        balance += move.balance
        rows.append(_row(sheet, move, words[move.entry_id], balance))
    if len(moves) > AT_ONCE:
        return Rows(rows, show(Entry.prefix, moves[AT_ONCE - 1].entry_id))
    if balance != sheets.closing(work, sheet):
        raise RuntimeError(f"A statement of {wanted.party_id} does not close.")
    return Rows([*rows, _balance(sheet, sheet.until, "Closing balance", balance)], "")


def _sheet(work: Work[SystemActor], wanted: Wanted) -> Sheet:
    customer = work.find(Customer, wanted.party_id)
    since, until = wanted.since or EARLIEST, wanted.until or today(work)
    if until < since:
        raise Invalid("The last day lies before the first one.", field="until")
    currency = read_currency(wanted.currency or customer.currency)
    return Sheet(customer.id, currency, since, until)


def _place(work: Work[SystemActor], sheet: Sheet, after: str) -> Place:
    found = work.exec(select(Entry).where(col(Entry.id) == Entry.read_id(after))).one_or_none()
    if found is None or not sheet.since <= found.effective_on <= sheet.until:
        raise NotFound
    return found.effective_on, found.id


def _row(sheet: Sheet, move: Moved, what: str, balance: int) -> Line:
    amounts = (move.owed, move.credit, move.balance, balance)
    entry = show(Entry.prefix, move.entry_id)
    return (move.on, entry, what, sheet.currency, *(_money(sheet, each) for each in amounts))


def _balance(sheet: Sheet, on: date, what: str, balance: int) -> Line:
    return (on, "", what, sheet.currency, None, None, None, _money(sheet, balance))


def _money(sheet: Sheet, minor: int) -> Money:
    return Money(minor, sheet.currency)
