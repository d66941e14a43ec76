"""What a timeline is made of: deeds of people, events of the ledger, credit that met requests.

Of each, the latest before a place are found, one more than a page holds. The first of all of
them together are among the first of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import is_it, of_document, one_of
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger.accounts import Side
from billing_app.models.attempt import AttemptClaim, AttemptMessage
from billing_app.models.audit import AuditEntry
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import Entry, PeriodTotal, Posting
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, UnidentifiedReceipt
from billing_app.reads.attempts import attempts_at
from billing_app.reads.paging import ONE_MORE

Row = AuditEntry | Entry | Allocation | AttemptMessage
Place = tuple[date, UUID]

# These acts always leave an entry on the very thing they are about, which says more.
_TOLD_BY_THE_LEDGER = frozenset(
    {
        "issue_invoice",
        "void_invoice",
        "pay_from_credit",
        "record_payment",
        "record_unidentified",
        "identify_receipt",
        "place_overpayment",
        "reverse_payment",
        "reverse_receipt",
        "refund_still_owed",
        "refund_no_longer_owed",
        "refund_credit",
        "reverse_refund",
        "issue_credit_note",
        "write_off_bad_debt",
        "write_off_small_balance",
        "reverse_write_off",
    }
)

# A Credit Request moves nothing, so these are how its customer's timeline knows of it.
_ABOUT_REQUESTS = ("raise_request", "void_request", "pay_request_from_credit")


@dataclass(frozen=True)
class About:
    """A thing, by what its rows are found: the acts that moved it, and what else is its own.

    Refunds of credit are ``drawn`` on the ``lots`` that a payment became, and perhaps on
    others too. ``requests`` are a customer's Credit Requests.
    """

    thing: OrgOwned
    zone: str
    acts: tuple[UUID, ...] = ()
    lots: tuple[UUID, ...] = ()
    drawn: tuple[UUID, ...] = ()
    requests: tuple[UUID, ...] = ()

    @property
    def is_item(self) -> bool:
        """Whether it is what an account is divided by."""
        return isinstance(self.thing, Invoice | CreditLot | UnidentifiedReceipt)

    @property
    def is_party(self) -> bool:
        """Whether it is told by business days, as its statement is."""
        return isinstance(self.thing, Customer | Partner)

    def place(self, row: Row) -> Place:
        """Where a row stands: ids run with time, so a document needs no day."""
        if not self.is_party:
            return date.min, row.id
        if isinstance(row, Entry):
            return row.effective_on, row.id
        if isinstance(row, Allocation):
            return row.made_on, row.id
        return row.recorded_at.astimezone(ZoneInfo(self.zone)).date(), row.id


@admin_read()
def happened(work: Work[AdminActor], about: About, last: Place | None) -> list[Row]:
    """What happened to a thing before a place, the latest first."""
    rows: list[Row] = [*_deeds(work, about, last), *_entries(work, about, last)]
    rows += [*_meetings(work, about, last), *_failures(work, about, last)]
    return sorted(rows, key=about.place, reverse=True)


def _deeds(work: Work[AdminActor], about: About, last: Place | None) -> Sequence[AuditEntry]:
    subjects = [show(CreditRequest.prefix, each) for each in about.requests]
    wanted = _DEEDS_WITH_REQUESTS if subjects else _DEEDS
    if last and about.is_party:
        morning, next_morning = (
            datetime.combine(on, time(), ZoneInfo(about.zone)) for on in (last[0], _next(last[0]))
        )
        recorded, id_ = col(AuditEntry.recorded_at), col(AuditEntry.id)
        wanted = wanted.where(or_(recorded < morning, and_(recorded < next_morning, id_ < last[1])))
    elif last:
        wanted = wanted.where(col(AuditEntry.id) < last[1])
    given = {"id": about.thing.shown_id, "ids": subjects, "told": _TOLD_BY_THE_LEDGER}
    return work.exec(wanted, params=given).all()


def _meetings(work: Work[AdminActor], about: About, last: Place | None) -> Sequence[Allocation]:
    """Credit that met requests, or meets them no longer. It stays credit, so nothing is posted."""
    if isinstance(about.thing, CreditLot):
        mine = col(Allocation.lot_id) == about.thing.id
    elif about.requests or isinstance(about.thing, CreditRequest):
        mine = col(Allocation.credit_request_id).in_(about.requests or (about.thing.id,))
    else:
        return []
    on, id_ = col(Allocation.made_on), col(Allocation.id)
    wanted = select(Allocation).where(
        mine,
        col(Allocation.lot_id).is_not(None),
        col(Allocation.credit_request_id).is_not(None),
    )
    key = (on, id_) if about.is_party else (id_,)
    if last:
        wanted = wanted.where(tuple_(*key) < last[-len(key) :])
    ordered = wanted.order_by(*(column.desc() for column in key))
    return work.exec(ordered.limit(ONE_MORE)).all()


def _failures(work: Work[AdminActor], about: About, last: Place | None) -> Sequence[AttemptMessage]:
    """The attempts to pay a document that failed: nothing was posted, so no entry tells of it."""
    if not isinstance(about.thing, Invoice | CreditRequest):
        return []
    if not attempts_at(work, about.thing):
        return []
    wanted = _FAILURES[type(about.thing)]
    if last:
        wanted = wanted.where(col(AttemptMessage.id) < last[1])
    return list(work.exec(wanted, params={"id": about.thing.id}))


def _entries(work: Work[AdminActor], about: About, last: Place | None) -> Sequence[Entry]:
    if about.is_party:
        ids = _of_party(work, about.thing.id, last) | _over_nothing(work, about.thing, last)
    else:
        ids = _of_item(work, about.thing.id, last) if about.is_item else set()
        if not _is_told_by_what_it_moved(about):
            ids |= _of_acts(work, about.acts, last)
    return list(work.get_all(Entry, ids).values())


def _is_told_by_what_it_moved(about: About) -> bool:
    """Whether each entry of a thing's own posts on the thing: an invoice over nothing does not."""
    return isinstance(about.thing, Invoice) and bool(about.thing.total_minor)


def _of_acts(work: Work[AdminActor], acts: Sequence[UUID], last: Place | None) -> set[UUID]:
    wanted = _ENTRIES.where(col(Entry.id) < last[1]) if last else _ENTRIES
    return set(work.exec(wanted, params={"ids": acts}))


def _of_item(work: Work[AdminActor], item_id: UUID, last: Place | None) -> set[UUID]:
    wanted = _MOVED_ITEM.where(col(Posting.entry_id) < last[1]) if last else _MOVED_ITEM
    return set(work.exec(wanted, params={"id": item_id}))


def _of_party(work: Work[AdminActor], party_id: UUID, last: Place | None) -> set[UUID]:
    """The latest entries of each currency and side, each walked backwards along its index."""
    place = (col(Posting.effective_on), col(Posting.entry_id))
    moved = select(PeriodTotal.currency).where(PeriodTotal.party_id == party_id).distinct()
    found: set[UUID] = set()
    for currency in work.exec(moved):
        for side in Side:
            wanted: Any = select(*place).where(
                getattr(Posting, f"{side}_party_id") == party_id, Posting.currency == currency
            )
            if last:
                wanted = wanted.where(place[0] <= last[0], tuple_(*place) < last)
            wanted = wanted.group_by(*place).order_by(*(column.desc() for column in place))
            found.update(entry_id for _, entry_id in work.exec(wanted.limit(ONE_MORE)))
    return found


def _over_nothing(work: Work[AdminActor], party: OrgOwned, last: Place | None) -> set[UUID]:
    """The entries of a party's invoices over nothing: no posting names the party."""
    column = Invoice.customer_id if isinstance(party, Customer) else Invoice.partner_id
    invoices = select(Invoice.id).where(
        col(column) == party.id, Invoice.total_minor == 0, Invoice.state != "draft"
    )
    acts = work.exec(invoices).all()
    if not acts:
        return set()
    place = (col(Entry.effective_on), col(Entry.id))
    wanted = select(Entry.id).where(col(Entry.source_id).in_(acts))
    if last:
        wanted = wanted.where(tuple_(*place) < last)
    ordered = wanted.order_by(*(each.desc() for each in place))
    return set(work.exec(ordered.limit(ONE_MORE)))


def _next(on: date) -> date:
    return date.max if on == date.max else on + timedelta(days=1)


_OWN = and_(is_it(AuditEntry.subject), ~one_of(AuditEntry.verb, "told"))
_OF_REQUESTS = and_(one_of(AuditEntry.subject), col(AuditEntry.verb).in_(_ABOUT_REQUESTS))
_DEEDS, _DEEDS_WITH_REQUESTS = (
    select(AuditEntry).where(which).order_by(col(AuditEntry.id).desc()).limit(ONE_MORE)
    for which in (_OWN, or_(_OWN, _OF_REQUESTS))
)
_ENTRIES = (
    select(Entry.id).where(one_of(Entry.source_id)).order_by(col(Entry.id).desc()).limit(ONE_MORE)
)
_MOVED_ITEM = (
    select(Posting.entry_id)
    .where(or_(is_it(Posting.debit_item_id), is_it(Posting.credit_item_id)))
    .distinct()
    .order_by(col(Posting.entry_id).desc())
    .limit(ONE_MORE)
)
_FAILURES: dict[type[Invoice | CreditRequest], Any] = {
    kind: select(AttemptMessage)
    .where(
        col(AttemptMessage.attempt_id).in_(select(AttemptClaim.attempt_id).where(claims_it)),
        AttemptMessage.said == "failed",
        AttemptMessage.verdict == "applied",
    )
    .order_by(col(AttemptMessage.id).desc())
    .limit(ONE_MORE)
    for kind, claims_it in of_document(AttemptClaim).items()
}
