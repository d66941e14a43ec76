"""One timeline for each thing: what people did to it, and how value moved because of it.

That of a document is told in the order in which it was recorded. That of a customer or
partner is told by business days, as their statement is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import is_it, one_of
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import show
from billing_app.ledger.accounts import RECEIVABLES
from billing_app.ledger.events import Event
from billing_app.models.attempt import AttemptMessage
from billing_app.models.audit import AuditEntry
from billing_app.models.base import OrgOwned, points_at
from billing_app.models.credit import Adjustment, CreditLot, CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.ledger import Entry, Posting
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment, Refund, UnidentifiedReceipt
from billing_app.models.people import Identity, Membership
from billing_app.reads.admin import DEEDS
from billing_app.reads.entry_words import postings_of, words_of
from billing_app.reads.failures import without_advice
from billing_app.reads.happenings import About, Place, Row, happened
from billing_app.reads.locales import Setting, setting
from billing_app.reads.methods import credit_words
from billing_app.reads.paging import cut
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.times import at_time

_KINDS: tuple[type[OrgOwned], ...] = (
    Invoice,
    CreditRequest,
    CreditNote,
    WriteOff,
    Payment,
    UnidentifiedReceipt,
    Refund,
    CreditLot,
    Adjustment,
    Customer,
    Partner,
)


@dataclass(frozen=True)
class Happening:
    """One thing that happened: a deed of somebody, or an event of the ledger.

    ``on`` is the business day of an event, which may lie before it was recorded.
    """

    id: str
    when: str
    who: str
    what: str
    on: str
    amount: Amount | None
    reason: str


@dataclass(frozen=True)
class Timeline:
    """One page of what happened, the latest first; ``after`` asks for the one before it."""

    rows: list[Happening]
    after: str


@admin_read()
def timeline(work: Work[AdminActor], thing_id: str, *, after: str = "") -> Timeline:
    """What happened to a document, a payment, some credit, a customer or a partner."""
    shown = setting(work)
    about = _about(work, thing_id, shown.zone)
    rows = happened(work, about, _last(work, about, after) if after else None)
    page, last_one = cut(rows)
    return Timeline(_told(work, about, page, shown), last_one.shown_id if last_one else "")


def _about(work: Work[AdminActor], thing_id: str, zone: str) -> About:
    kind = next((kind for kind in _KINDS if kind.is_named_by(thing_id)), None)
    if kind is None:
        raise NotFound
    thing = work.find(kind, thing_id)
    given = {"id": thing.id}
    own_lots = tuple(work.exec(_LOTS, params=given)) if isinstance(thing, Payment) else ()
    drawn = _drawn_on(work, own_lots)
    return About(
        thing,
        zone,
        acts=(thing.id, *_related_acts(work, thing), *drawn),
        lots=own_lots,
        drawn=drawn,
        requests=tuple(work.exec(_REQUESTS, params=given)) if isinstance(thing, Customer) else (),
    )


def _drawn_on(work: Work[AdminActor], lots: Sequence[UUID]) -> tuple[UUID, ...]:
    """The refunds of credit that drew on these lots."""
    return tuple(work.exec(_DRAWN_ON, params={"ids": lots})) if lots else ()


def _related_acts(work: Work[AdminActor], thing: OrgOwned) -> list[UUID]:
    """The acts that moved a thing and are not the thing itself."""
    asked: list[Any] = []
    if isinstance(thing, Payment):
        asked = [
            select(Refund.id).where(Refund.payment_id == thing.id),
            select(Dispute.id).where(Dispute.payment_id == thing.id),
            select(Allocation.act_id).where(Allocation.payment_id == thing.id),
        ]
    elif isinstance(thing, CreditRequest):
        asked = [select(Allocation.act_id).where(Allocation.credit_request_id == thing.id)]
    elif isinstance(thing, CreditNote):
        asked = [select(Refund.id).where(Refund.credit_note_id == thing.id)]
    return [act for each in asked for act in work.exec(each)]


def _last(work: Work[AdminActor], about: About, after: str) -> Place:
    kinds: tuple[Any, ...] = (AuditEntry, Allocation, AttemptMessage, Entry)
    kind = next((kind for kind in kinds if kind.is_named_by(after)), Entry)
    return about.place(work.find(kind, after))


def _told(
    work: Work[AdminActor], about: About, page: Sequence[Row], shown: Setting
) -> list[Happening]:
    words = _words(work, about, page)
    moved = _moved(work, about, page, shown.locale)
    who = _people(work, {getattr(row, "membership_id", None) for row in page})
    why = _reasons(work, about, page)
    return [
        Happening(
            id=row.shown_id,
            when=at_time(row.recorded_at, shown.zone),
            who=who.get(getattr(row, "membership_id", None), ""),
            what=words[row.id],
            on=_on(row),
            amount=moved.get(row.id),
            reason=why.get(row.id, ""),
        )
        for row in page
    ]


def _on(row: Row) -> str:
    if isinstance(row, AuditEntry | AttemptMessage):
        return ""
    return day(row.effective_on if isinstance(row, Entry) else row.made_on)


def _reasons(work: Work[AdminActor], about: About, page: Sequence[Row]) -> dict[UUID, str]:
    """Why each was done, as far as somebody said so.

    A credit note always has a kind of reason and sometimes words; a voided Credit Request
    keeps its reason itself, because nothing was posted for it.
    """
    entries = [row for row in page if isinstance(row, Entry)]
    noted = (entry.source_id for entry in entries if entry.event == Event.CREDIT_NOTE_ISSUED)
    notes = work.get_all(CreditNote, noted)
    voided = [row for row in page if isinstance(row, AuditEntry) and row.verb == "void_request"]
    requests = _requests(work, about, voided)
    why = {row.id: without_advice(row.why) for row in page if isinstance(row, AttemptMessage)}
    why |= {row.id: requests[row.subject].void_reason for row in voided}
    for entry in entries:
        note = notes.get(entry.source_id)
        kind = note.reason_code.replace("_", " ").capitalize() if note else ""
        why[entry.id] = ": ".join(said for said in (kind, entry.reason) if said)
    return why


def _words(work: Work[AdminActor], about: About, page: Sequence[Row]) -> dict[UUID, str]:
    """What each row says; where it is about a Credit Request, with that one's number."""
    words = words_of(work, [row.id for row in page if isinstance(row, Entry)])
    lots = work.get_all(CreditLot, (row.lot_id for row in page if isinstance(row, Allocation)))
    requests = _requests(work, about, page)
    for row in page:
        if isinstance(row, AuditEntry):
            words[row.id] = _deed(row, about, requests)
        elif isinstance(row, AttemptMessage):
            words[row.id] = "A charge or payment failed"
        elif isinstance(row, Allocation):
            credit = credit_words(lots[row.lot_id])
            counted = "counted towards" if row.reverses_id is None else "no longer counted towards"
            request = requests[show(CreditRequest.prefix, _request_of(row))]
            words[row.id] = f"{credit} {counted} Credit Request {request.number}"
    return words


def _deed(row: AuditEntry, about: About, requests: dict[str, CreditRequest]) -> str:
    deed = DEEDS.get(row.verb, row.verb.replace("_", " ")).capitalize()
    if row.subject == about.thing.shown_id:
        return deed
    return f"{deed} ({requests[row.subject].number})"


def _requests(
    work: Work[AdminActor], about: About, page: Sequence[Row]
) -> dict[str, CreditRequest]:
    """The Credit Requests that the rows are about, by their shown ids."""
    ids = [_request_of(row) for row in page if isinstance(row, Allocation)]
    ids += [
        CreditRequest.read_id(row.subject)
        for row in page
        if isinstance(row, AuditEntry) and CreditRequest.is_named_by(row.subject)
    ]
    return {row.shown_id: row for row in work.get_all(CreditRequest, ids).values()}


def _request_of(row: Allocation) -> UUID:
    assert row.credit_request_id is not None, "what meets an invoice is told by its entry"
    return row.credit_request_id


def _moved(
    work: Work[AdminActor], about: About, page: Sequence[Row], locale: str
) -> dict[UUID, Amount]:
    """How much of each row moved the thing; of an act, all that it moved."""
    sums: dict[UUID, tuple[int, str]] = {}
    entries = {row.id: row for row in page if isinstance(row, Entry)}
    for posting in postings_of(work, entries):
        if _counts(posting, entries[posting.entry_id], about):
            before = sums.get(posting.entry_id, (0, ""))[0]
            sums[posting.entry_id] = before + posting.amount_minor, posting.currency
    met = [row for row in page if isinstance(row, Allocation)]
    lots = work.get_all(CreditLot, (row.lot_id for row in met))
    sums |= {row.id: (row.amount_minor, lots[row.lot_id].currency) for row in met}
    return {each: amount(minor, currency, locale) for each, (minor, currency) in sums.items()}


def _counts(posting: Posting, entry: Entry, about: About) -> bool:
    """Whether a posting is part of what an entry moved of the thing.

    A credit note counts in full against what is owed. What of it leaves there again, to
    credit or to the bank, is not more of it; only the lot that it became counts that.
    """
    if about.is_item and about.thing.id not in (posting.debit_item_id, posting.credit_item_id):
        return False
    if about.is_party and about.thing.id not in (posting.debit_party_id, posting.credit_party_id):
        return False
    if isinstance(about.thing, CreditLot):
        return True
    if entry.event == Event.CREDIT_NOTE_ISSUED:
        return posting.debit_account not in RECEIVABLES
    if entry.source_id in about.drawn:
        return not {posting.debit_item_id, posting.credit_item_id}.isdisjoint(about.lots)
    return True


def _people(work: Work[AdminActor], ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = [each for each in set(ids) if each is not None]
    return dict(work.exec(_NAMES, params={"ids": wanted}).all()) if wanted else {}


_DRAWN_ON = (
    select(Entry.source_id)
    .join(Posting, points_at(Posting, "entry_id", Entry))
    .where(one_of(Posting.debit_item_id), Entry.event == Event.REFUND_FROM_CREDIT)
    .distinct()
)
_LOTS = select(CreditLot.id).where(is_it(CreditLot.payment_id))
_REQUESTS = select(CreditRequest.id).where(is_it(CreditRequest.customer_id))
_NAMES = (
    select(Membership.id, Identity.name)
    .join(Identity, col(Identity.id) == Membership.identity_id)
    .where(one_of(Membership.id))
)
