"""A customer's statement: what moved in a range of days, between two balances that agree.

The balance is the Invoice balance, credit less what is owed: below zero, the customer owes.
Opening and lines always come to the closing balance. A page costs the same at any age:
what lies before it comes from the kept totals, and its lines from one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.ids import show as show_id
from billing_app.ledger import sheets
from billing_app.ledger.sheets import Moved, Place, Sheet
from billing_app.models.credit import CreditRequest
from billing_app.models.ledger import Entry
from billing_app.models.party import Customer
from billing_app.reads.balances import currencies_of
from billing_app.reads.credits import RequestRow, request_rows
from billing_app.reads.entry_words import words_of
from billing_app.reads.locales import Setting, setting
from billing_app.reads.paging import ONE_MORE, PAGE, cut
from billing_app.reads.shown import Amount, amount, day


@dataclass(frozen=True)
class StatementLine:
    """One event, as it moved what the customer owes and the credit that we hold.

    ``amount`` is what it did to the balance: credit used for an invoice moves both and
    leaves the balance where it was.
    """

    entry_id: str
    on: str
    what: str
    owed: Amount
    credit: Amount
    amount: Amount
    balance: Amount


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A page of a customer's statement in one currency.

    ``brought`` is the balance before the first line of the page, ``carried`` the one after
    its last. ``after`` asks for the next page, empty on the last one.
    """

    customer: str
    currency: str
    currencies: list[str]
    since: str
    until: str
    opening: Amount
    brought: Amount
    lines: list[StatementLine]
    carried: Amount
    closing: Amount
    requests: list[RequestRow]
    """Credit Requests raised in the range: they are no debt and in no sum."""

    requests_after: str
    """Asks for the next page of these, which are turned apart from the lines."""

    after: str


@admin_read()
def statement(
    work: Work[AdminActor],
    customer_id: str,
    *,
    since: date,
    until: date,
    currency: str = "",
    after: str = "",
    requests_after: str = "",
) -> Statement:
    """A page of a customer's statement over some days, both included."""
    customer = work.find(Customer, customer_id)
    if until < since:
        raise Invalid("The last day lies before the first one.", field="until")
    currencies = currencies_of(work, customer)
    if currency and currency not in currencies:
        raise Invalid("Nothing ever moved for this customer in that currency.", field="currency")
    sheet = Sheet(customer.id, currency or currencies[0], since, until)
    last = _place_of(work, sheet, after) if after else None
    opening, closing = sheets.opening(work, sheet), sheets.closing(work, sheet)
    brought = sheets.behind(work, sheet, last) if last else opening
    moves, ended_at = cut(sheets.moves(work, sheet, last, at_most=PAGE + 1))
    requests, last_request = cut(_requests(work, sheet, requests_after))
    shown = setting(work)
    lines, carried = _lines(work, sheet, moves, brought, shown)
    if ended_at is None and carried != closing:
        raise RuntimeError(f"A statement of {customer.shown_id} does not close.")

    def show(minor: int) -> Amount:
        return amount(minor, sheet.currency, shown.locale)

    return Statement(
        customer=customer.name,
        currency=sheet.currency,
        currencies=currencies,
        since=day(since),
        until=day(until),
        opening=show(opening),
        brought=show(brought),
        lines=lines,
        carried=show(carried),
        closing=show(closing),
        requests=request_rows(work, requests, shown),
        requests_after=last_request.shown_id if last_request else "",
        after=show_id(Entry.prefix, ended_at.entry_id) if ended_at else "",
    )


def _lines(
    work: Work[AdminActor], sheet: Sheet, moves: Sequence[Moved], balance: int, shown: Setting
) -> tuple[list[StatementLine], int]:
    """The lines of a page with their running balance, and the balance after the last."""

    def show(minor: int) -> Amount:
        return amount(minor, sheet.currency, shown.locale)

    words = words_of(work, [move.entry_id for move in moves])
    lines = []
    for move in moves:
        balance += move.balance
        lines.append(
            StatementLine(
                entry_id=show_id(Entry.prefix, move.entry_id),
                on=day(move.on),
                what=words[move.entry_id],
                owed=show(move.owed),
                credit=show(move.credit),
                amount=show(move.balance),
                balance=show(balance),
            )
        )
    return lines, balance


def _place_of(work: Work[AdminActor], sheet: Sheet, after: str) -> Place:
    entry = work.find(Entry, after)
    if not sheet.since <= entry.effective_on <= sheet.until:
        raise NotFound
    return entry.effective_on, entry.id


def _requests(work: Work[AdminActor], sheet: Sheet, after: str) -> Sequence[CreditRequest]:
    """The next Credit Requests raised in the range, one more than a page holds."""
    wanted = select(CreditRequest).where(
        CreditRequest.customer_id == sheet.customer_id,
        CreditRequest.currency == sheet.currency,
        CreditRequest.state != "draft",
        col(CreditRequest.raised_on) >= sheet.since,
        col(CreditRequest.raised_on) <= sheet.until,
    )
    if after:
        wanted = wanted.where(col(CreditRequest.id) > work.find(CreditRequest, after).id)
    return work.exec(wanted.order_by(col(CreditRequest.id)).limit(ONE_MORE)).all()
