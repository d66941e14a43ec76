"""The whole journal of one organization, entry by entry, for books that travel elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import col, select

from billing_app.access.actors import OperatorActor
from billing_app.access.guard import operator_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import RECEIVABLES, Code, Side
from billing_app.ledger.events import Event
from billing_app.models.credit import Adjustment, CreditLot
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.ledger import Entry, Posting
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Payment, Refund, UnidentifiedReceipt
from billing_app.reads.vocabulary import said

_NAMED: tuple[Any, ...] = (Customer, Partner, Invoice, CreditLot, Payment, UnidentifiedReceipt)
_ACTS: tuple[Any, ...] = (
    Invoice,
    Payment,
    UnidentifiedReceipt,
    Refund,
    Dispute,
    CreditNote,
    WriteOff,
    Adjustment,
)

_PARTYLESS = {
    Event.GATEWAY_FEE: "The payment provider",
    Event.DISPUTE_OPENED: "The payment provider",
    Event.PAYMENT_UNIDENTIFIED: "Nobody known",
}
"""Who stands in a journal as payee where none of our parties is about."""

AT_ONCE = 500
"""How many entries are held in memory together, however long the journal is."""


@dataclass(frozen=True)
class JournalSide:
    """One side of a transfer: the account, whose it is, and what about."""

    code: Code
    party: str
    item: str


@dataclass(frozen=True)
class JournalTransfer:
    """Value that left one account for another."""

    debit: JournalSide
    credit: JournalSide
    amount: Money


@dataclass(frozen=True)
class JournalEntry:
    """One event with its transfers; it may have none, such as an invoice over nothing.

    ``source`` is the act behind it: an invoice, a payment, a credit note. Credit that is
    used or given back has no document of its own. ``about`` are the invoices and lots.
    """

    id: str
    source: str
    about: tuple[str, ...]
    event: str
    on: date
    recorded: str
    party: str
    what: str
    reason: str
    reverses: str
    transfers: tuple[JournalTransfer, ...]


@dataclass(frozen=True)
class Business:
    """Whose journal it is."""

    name: str
    currency: str


@dataclass(frozen=True)
class _Names:
    """Shown ids of parties and items, names of parties, numbers of invoices."""

    ids: dict[UUID | None, str]
    parties: dict[UUID | None, str]
    numbers: dict[UUID | None, str]


@operator_read
def business(work: Work[OperatorActor], organization_id: str) -> Business:
    """The organization that a journal is of."""
    wanted = select(Organization).where(Organization.id == Organization.read_id(organization_id))
    found = work.exec(wanted).one()
    return Business(found.name, found.currency)


@operator_read
def entries(work: Work[OperatorActor], organization_id: str) -> Iterator[JournalEntry]:
    """Every entry by its business day, read a few hundred at a time within one moment."""
    owner = Organization.read_id(organization_id)
    place = (col(Entry.effective_on), col(Entry.id))
    last: tuple[date, UUID] | None = None
    while True:
        wanted = select(Entry).where(Entry.organization_id == owner)
        if last:
            wanted = wanted.where(place[0] >= last[0], tuple_(*place) > last)
        batch = work.exec(wanted.order_by(*place).limit(AT_ONCE)).all()
        yield from _told(work, owner, batch)
        if len(batch) < AT_ONCE:
            return
        last = batch[-1].effective_on, batch[-1].id


@operator_read
def account_balances(
    work: Work[OperatorActor], organization_id: str
) -> dict[tuple[Code, str], Money]:
    """What each account holds in each currency, debits less credits, by the ledger's own sums."""
    sums: dict[tuple[Code, str], int] = defaultdict(int)
    for side, sign in ((Side.DEBIT, 1), (Side.CREDIT, -1)):
        account = col(getattr(Posting, f"{side}_account"))
        wanted: Any = (
            select(account, col(Posting.currency), func.sum(Posting.amount_minor))
            .where(Posting.organization_id == Organization.read_id(organization_id))
            .group_by(account, col(Posting.currency))
        )
        for code, currency, minor in work.exec(wanted):
            sums[Code(code), currency] += sign * int(minor)
    return {key: Money(minor, key[1]) for key, minor in sorted(sums.items())}


def _told(work: Work[OperatorActor], owner: UUID, batch: Sequence[Entry]) -> Iterator[JournalEntry]:
    postings: dict[UUID, list[Posting]] = defaultdict(list)
    wanted = select(Posting).where(
        Posting.organization_id == owner, col(Posting.entry_id).in_([row.id for row in batch])
    )
    for posting in work.exec(wanted.order_by(col(Posting.entry_id), col(Posting.position))):
        postings[posting.entry_id].append(posting)
    names = _names(work, owner, [each for own in postings.values() for each in own])
    _add_sources(work, owner, batch, names)
    for entry in batch:
        yield _entry(entry, postings[entry.id], names)


def _entry(entry: Entry, postings: Sequence[Posting], names: _Names) -> JournalEntry:
    parties = [
        names.parties[party]
        for posting in postings
        for party in (posting.debit_party_id, posting.credit_party_id)
        if party is not None
    ]
    numbers = dict.fromkeys(
        names.numbers[item]
        for posting in postings
        for account, item in (
            (posting.debit_account, posting.debit_item_id),
            (posting.credit_account, posting.credit_item_id),
        )
        if account in RECEIVABLES
    )
    items = (
        names.ids[item]
        for posting in postings
        for item in (posting.debit_item_id, posting.credit_item_id)
        if item is not None
    )
    return JournalEntry(
        id=entry.shown_id,
        source=names.ids.get(entry.source_id, ""),
        about=tuple(dict.fromkeys(items)),
        event=entry.event,
        on=entry.effective_on,
        recorded=entry.recorded_at.astimezone(UTC).isoformat(timespec="seconds"),
        party=parties[0] if parties else _PARTYLESS.get(Event(entry.event), ""),
        what=said(entry.event, list(numbers)),
        reason=entry.reason,
        reverses=show(Entry.prefix, entry.reverses_id) if entry.reverses_id else "",
        transfers=tuple(_transfer(posting, names) for posting in postings),
    )


def _transfer(posting: Posting, names: _Names) -> JournalTransfer:
    debit, credit = (
        JournalSide(
            Code(getattr(posting, f"{side}_account")),
            names.ids[getattr(posting, f"{side}_party_id")],
            names.ids[getattr(posting, f"{side}_item_id")],
        )
        for side in Side
    )
    return JournalTransfer(debit, credit, Money(posting.amount_minor, posting.currency))


def _names(work: Work[OperatorActor], owner: UUID, postings: Sequence[Posting]) -> _Names:
    named = {
        getattr(posting, f"{side}_{of}_id")
        for posting in postings
        for side in Side
        for of in ("party", "item")
    }
    names = _Names({None: ""}, {None: ""}, {None: ""})
    for kind in _NAMED:
        wanted = select(kind).where(kind.organization_id == owner, col(kind.id).in_(named))
        for row in work.exec(wanted):
            names.ids[row.id] = row.shown_id
            if isinstance(row, Customer | Partner):
                names.parties[row.id] = row.name
            if isinstance(row, Invoice):
                names.numbers[row.id] = row.number or ""
    return names


def _add_sources(
    work: Work[OperatorActor], owner: UUID, batch: Sequence[Entry], names: _Names
) -> None:
    """The shown ids of the acts behind entries, whatever kind of row each of them is."""
    sources = {entry.source_id for entry in batch}
    for kind in _ACTS:
        wanted = select(kind.id).where(kind.organization_id == owner, col(kind.id).in_(sources))
        names.ids.update({found: show(kind.prefix, found) for found in work.exec(wanted)})
