"""Money that came in, is on its way or never came: the list in which it is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.models.attempt import HOLDING, PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot
from billing_app.models.dispute import Dispute
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Payment, Refund
from billing_app.reads.documents_paid import documents_claimed, documents_paid
from billing_app.reads.locales import Setting, setting
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.payment_search import attempt_ways, payments_sought
from billing_app.reads.payments import sought_page
from billing_app.reads.shown import Amount, amount
from billing_app.reads.statuses import Flag
from billing_app.reads.times import on_day
from billing_app.reads.waiting import waiting_items

_WAYS_THERE = ("card", "bank_transfer", "direct_debit")


class Shelf(StrEnum):
    """Where money stands that somebody pays."""

    RECEIVED = "received"
    ON_ITS_WAY = "on its way"
    NOT_RECEIVED = "not received"


_STATES = {
    Shelf.ON_ITS_WAY: (*HOLDING, "processing"),
    Shelf.NOT_RECEIVED: ("failed", "canceled"),
}


@dataclass(frozen=True, kw_only=True)
class PaymentFilter:
    """Which money is wanted. What is left empty does not narrow anything."""

    shelf: Shelf = Shelf.RECEIVED
    way: str = ""
    flag: str = ""
    """Of received money alone: that it went back, is disputed, was taken back or waits."""

    currency: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    """How the name of whoever paid begins, or the number of what was paid, or a reference; the
    amount, or what the payment provider calls it. If nothing is, part of a reference."""


@dataclass(frozen=True)
class MoneyRow:
    """A payment, or an attempt that did not become one. ``state`` is an attempt's."""

    id: str
    on: str
    party: str
    way: str
    documents: str
    amount: Amount
    state: str
    flags: list[str]


@dataclass(frozen=True)
class MoneyPage:
    """One page of them; ``after`` asks for the next one, empty on the last."""

    rows: list[MoneyRow]
    after: str


@admin_read()
def payment_list(
    work: Work[AdminActor], wanted: PaymentFilter = PaymentFilter(), *, after: str = ""
) -> MoneyPage:
    """A page of the money wanted, the latest first."""
    if wanted.shelf is Shelf.RECEIVED:
        return _received(work, wanted, after)
    return _attempted(work, wanted, after)


def _received(work: Work[AdminActor], wanted: PaymentFilter, after: str) -> MoneyPage:
    narrowed = [*_days(wanted), *_currency(Payment, wanted), *_paid_by(wanted.way)]
    narrowed += _flagged(wanted.flag)
    sought = payments_sought(work, search=wanted.search, currency=wanted.currency)
    page = sought_page(work, sought, narrowed, after=after)
    ids = [Payment.read_id(row.id) for row in page.rows]
    paid = documents_paid(work, ids)
    rows = [
        MoneyRow(
            id=row.id,
            on=row.received_on,
            party=row.party,
            way=row.method,
            documents=paid.get(id_, ""),
            amount=row.amount,
            state="",
            flags=row.flags,
        )
        for id_, row in zip(ids, page.rows, strict=True)
    ]
    return MoneyPage(rows, page.after)


def _days(wanted: PaymentFilter) -> list[Any]:
    since = [col(Payment.received_on) >= wanted.since] if wanted.since else []
    return [*since, *([col(Payment.received_on) <= wanted.until] if wanted.until else [])]


def _currency(kind: Any, wanted: PaymentFilter) -> list[Any]:
    return [kind.currency == wanted.currency] if wanted.currency else []


def _paid_by(way: str) -> list[Any]:
    """Recorded by somebody as having come so, or paid so through the payment provider."""
    if not way:
        return []
    there = select(PaymentAttempt.id).where(PaymentAttempt.method == way)
    through = [col(Payment.attempt_id).in_(there)] if way in _WAYS_THERE else []
    return [or_(col(Payment.external_kind) == way, *through)]


def _flagged(flag: str) -> list[Any]:
    match flag:
        case Flag.REFUNDED:
            return [or_(*(col(Payment.id).in_(each) for each in _gave_back()))]
        case Flag.DISPUTED:
            held = col(Dispute.state).in_(("open", "lost"))
            return [col(Payment.id).in_(select(Dispute.payment_id).where(held))]
        case Flag.TAKEN_BACK:
            undone = select(Entry.source_id).where(Entry.event == Event.PAYMENT_REVERSED)
            return [col(Payment.id).in_(undone)]
        case Flag.UNPLACED:
            return [col(Payment.id).in_(waiting_items())]
        case _:
            return []


def _gave_back() -> tuple[Any, Any]:
    """The payments of which something went back: of themselves, or of the credit they became."""
    undone = select(Entry.source_id).where(Entry.event == Event.REFUND_REVERSED)
    stands = col(Refund.id).not_in(undone)
    own = select(Refund.payment_id).where(col(Refund.payment_id).is_not(None), stands)
    of_credit = (
        select(CreditLot.payment_id)
        .join(Posting, points_at(Posting, "debit_item_id", CreditLot))
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .join(Refund, points_at(Entry, "source_id", Refund))
        .where(col(CreditLot.payment_id).is_not(None), stands)
    )
    return own, of_credit


def _attempted(work: Work[AdminActor], wanted: PaymentFilter, after: str) -> MoneyPage:
    """The latest made first. What became a payment is among those."""
    shown = setting(work)
    narrowed: list[Any] = [col(PaymentAttempt.state).in_(_STATES[wanted.shelf])]
    narrowed += [*_moments(wanted, shown), *_currency(PaymentAttempt, wanted)]
    if wanted.way:
        narrowed.append(col(PaymentAttempt.method) == wanted.way)
    if after:
        narrowed.append(col(PaymentAttempt.id) < PaymentAttempt.read_id(after))
    found: dict[UUID, PaymentAttempt] = {}
    for way in attempt_ways(work, search=wanted.search, currency=wanted.currency):
        asked = select(PaymentAttempt).where(*narrowed, *way)
        ordered = asked.order_by(col(PaymentAttempt.id).desc())
        found |= {row.id: row for row in work.exec(ordered.limit(ONE_MORE))}
    page, last = cut(sorted(found.values(), key=lambda row: row.id, reverse=True))
    return MoneyPage(_attempt_rows(work, page, shown), last.shown_id if last else "")


def _moments(wanted: PaymentFilter, shown: Setting) -> list[Any]:
    made = col(PaymentAttempt.made_at)
    since = [made >= _morning(wanted.since, shown.zone)] if wanted.since else []
    if not wanted.until or wanted.until == date.max:
        return since
    return [*since, made < _morning(wanted.until + timedelta(days=1), shown.zone)]


def _morning(on: date, zone: str) -> datetime:
    """When a day begins where the organization is."""
    return datetime.combine(on, time(), ZoneInfo(zone))


def _attempt_rows(
    work: Work[AdminActor], page: Sequence[PaymentAttempt], shown: Setting
) -> list[MoneyRow]:
    names = party_names(work, (row.customer_id for row in page))
    claimed = documents_claimed(work, [row.id for row in page])
    return [
        MoneyRow(
            id=row.shown_id,
            on=on_day(row.made_at, shown.zone),
            party=names[row.customer_id][1],
            way=row.instrument or row.method,
            documents=claimed.get(row.id, ""),
            amount=amount(row.amount_minor, row.currency, shown.locale),
            state=row.state,
            flags=[],
        )
        for row in page
    ]
