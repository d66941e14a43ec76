"""What a customer's statement says on paper: the whole range at once, and no pages to turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.ledger.days import today
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.ledger import Entry, PeriodTotal, Posting
from billing_app.models.party import Customer
from billing_app.reads.paper import Asked, Kind, Move, Statement
from billing_app.reads.paper_heads import head_of, sides_now

MOST_MOVES = 1_000

_ACCOUNTS = (Code.CUSTOMER_RECEIVABLE, Code.CUSTOMER_CREDIT)
_Place = tuple[date, UUID]


class RangeTooLong(Invalid):
    """More happened than a statement can hold and still be read."""

    sentence = (
        f"More than {MOST_MOVES} things happened in these days. Choose fewer of them; nothing was"
        " printed."
    )


@dataclass(frozen=True)
class _Sheet:
    """Whose accounts, in which currency, between which days."""

    customer_id: UUID
    currency: str
    since: date
    until: date


@system_read
def statement_of(
    work: Work[SystemActor],
    customer_id: str,
    *,
    since: date | None,
    until: date | None,
    currency: str,
) -> Statement:
    """A customer's statement over some days, both included, in one currency."""
    customer = work.find(Customer, customer_id)
    sheet = _sheet(work, customer, since, until, currency)
    after = date.max if sheet.until == date.max else sheet.until + timedelta(days=1)
    return Statement(
        head=head_of(
            work,
            sides_now(work, customer),
            document_id=customer.shown_id,
            kind=Kind.STATEMENT,
            number="",
            currency=sheet.currency,
            dated_on=sheet.until,
            as_issued=False,
        ),
        since=sheet.since,
        until=sheet.until,
        opening=_before(work, sheet, sheet.since),
        closing=_before(work, sheet, after),
        moves=_moves(work, sheet),
        requests=_requests(work, sheet),
    )


def _sheet(
    work: Work[SystemActor],
    customer: Customer,
    since: date | None,
    until: date | None,
    currency: str,
) -> _Sheet:
    now = today(work)
    last = until or now
    first = since or last.replace(day=1).replace(year=max(last.year - 1, date.min.year))
    if last < first:
        raise Invalid("The last day lies before the first one.", field="until")
    moved = select(PeriodTotal.currency).where(PeriodTotal.party_id == customer.id).distinct()
    if currency and currency not in {customer.currency, *work.exec(moved)}:
        raise Invalid("Nothing ever moved for this customer in that currency.", field="currency")
    return _Sheet(customer.id, currency or customer.currency, first, last)


def _before(work: Work[SystemActor], sheet: _Sheet, on: date) -> int:
    """The balance at the start of a day, from the kept totals."""
    owed, credit = (
        totals.opening(work, code, sheet.customer_id, currency=sheet.currency, before=on).minor
        for code in _ACCOUNTS
    )
    return credit - owed


def _moves(work: Work[SystemActor], sheet: _Sheet) -> tuple[Move, ...]:
    """What each entry of the range did to the balance, from the postings themselves.

    What only moves within the customer's own accounts, as credit for an invoice does, leaves
    the balance where it was, and is told all the same.
    """
    found: dict[_Place, int] = defaultdict(int)
    for side, sign in (("debit", -1), ("credit", 1)):
        for on, entry_id, minor in work.exec(_walk(sheet, side)):
            found[on, entry_id] += sign * int(minor)
    if len(found) > MOST_MOVES:
        raise RangeTooLong
    places = sorted(found)
    entries = work.get_all(Entry, (entry_id for _, entry_id in places))
    numbers = _numbers(work, sheet, entries)
    notes = work.get_all(CreditNote, (entry.source_id for entry in entries.values()))
    named = {note.id: note.number for note in notes.values()}
    return tuple(
        Move(
            on=on,
            event=entries[entry_id].event,
            numbers=numbers.get(entry_id, ()),
            detail=named.get(entries[entry_id].source_id, ""),
            minor=found[on, entry_id],
        )
        for on, entry_id in places
    )


def _walk(sheet: _Sheet, side: str) -> Any:
    account = col(getattr(Posting, f"{side}_account"))
    return (
        select(
            col(Posting.effective_on),
            col(Posting.entry_id),
            func.sum(case((account.in_(_ACCOUNTS), Posting.amount_minor), else_=0)),
        )
        .where(
            col(getattr(Posting, f"{side}_party_id")) == sheet.customer_id,
            col(Posting.currency) == sheet.currency,
            account.in_(_ACCOUNTS),
            col(Posting.effective_on) >= sheet.since,
            col(Posting.effective_on) <= sheet.until,
        )
        .group_by(col(Posting.effective_on), col(Posting.entry_id))
        .order_by(col(Posting.effective_on), col(Posting.entry_id))
        .limit(MOST_MOVES + 1)
    )


def _numbers(
    work: Work[SystemActor], sheet: _Sheet, entries: dict[UUID, Entry]
) -> dict[UUID, tuple[str, ...]]:
    """The numbers of the customer's invoices that each entry is about, in its order."""
    items: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    for side in ("debit", "credit"):
        item = col(getattr(Posting, f"{side}_item_id"))
        wanted: Any = (
            select(col(Posting.entry_id), item)
            .where(
                col(getattr(Posting, f"{side}_party_id")) == sheet.customer_id,
                col(getattr(Posting, f"{side}_account")) == Code.CUSTOMER_RECEIVABLE,
                one_of_these(Posting.entry_id, entries),
            )
            .order_by(col(Posting.entry_id), col(Posting.position))
        )
        for entry_id, item_id in work.exec(wanted):
            items[entry_id][item_id] = None
    invoices = work.get_all(Invoice, (item for own in items.values() for item in own))
    numbers = {invoice.id: invoice.number or "" for invoice in invoices.values()}
    return {
        entry_id: tuple(numbers[item] for item in own if item in numbers)
        for entry_id, own in items.items()
    }


def _requests(work: Work[SystemActor], sheet: _Sheet) -> tuple[Asked, ...]:
    wanted = select(CreditRequest).where(
        CreditRequest.customer_id == sheet.customer_id,
        CreditRequest.currency == sheet.currency,
        CreditRequest.state == "raised",
        col(CreditRequest.raised_on) >= sheet.since,
        col(CreditRequest.raised_on) <= sheet.until,
    )
    rows = work.exec(wanted.order_by(col(CreditRequest.raised_on), col(CreditRequest.id)))
    return tuple(
        Asked(row.raised_on, row.number or "", row.total_minor, row.still_to_pay_minor)
        for row in rows
        if row.raised_on is not None
    )
