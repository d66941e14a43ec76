"""The book: its one writer, and the balances that are read from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func
from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.kept import is_it
from billing_app.access.scope import organization_of
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.ledger import totals
from billing_app.ledger.accounts import CHART, RECEIVABLES, Account, Code, Side
from billing_app.ledger.events import EFFECTS, Event
from billing_app.ledger.transfers import Transfer, turned
from billing_app.models.books import OrganizationProfile
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import Entry, Posting


class ClosedPeriod(Invalid):
    """The date lies in books that are closed."""

    def __init__(self, closed_until: date) -> None:
        super().__init__(
            f"The books are closed until {closed_until.isoformat()}. Choose a later date;"
            " nothing was recorded.",
            field="on",
        )


class MoreThanOwed(Conflict):
    """A document would be settled beyond what is owed on it."""

    sentence = (
        "That is more than is still to pay by now. Nothing was recorded; look at the invoice again."
    )


def post(
    work: Work[Any],
    event: Event,
    source_id: UUID,
    transfers: Sequence[Transfer],
    *,
    on: date,
    reason: str = "",
    key: str = "",
) -> Entry:
    """Write one business event into the book, once.

    Repeating an act returns the entry already there, because people and networks repeat
    themselves. Repeating it with other amounts is refused. What is kept beside the
    postings, still to pay and the period totals, follows in the same transaction.
    """
    return _write(work, event, source_id, transfers, on=on, reason=reason, key=key)


def reverse(
    work: Work[Any],
    entry: Entry,
    event: Event,
    source_id: UUID,
    *,
    on: date,
    reason: str = "",
    key: str = "",
) -> Entry:
    """Take an entry back by its opposite. Both stay; an entry is taken back once."""
    taken_back = turned(transfers_of(work, entry))
    return _write(
        work, event, source_id, taken_back, on=on, reason=reason, key=key, reverses_id=entry.id
    )


def refuse_closed(work: Work[Any], on: date) -> None:
    """Refuse a day in closed books, and let nobody close them before the end.

    The profile's row is shared until then. What posts nothing, and is dated all the same,
    asks for itself.
    """
    closed_until = work.exec(_CLOSED, params={"id": organization_of(work.actor)}).one()
    if closed_until is not None and on <= closed_until:
        raise ClosedPeriod(closed_until)


def find(work: Work[Any], event: Event, source_id: UUID) -> Entry | None:
    """The entry of an act, if it was posted."""
    return work.exec(_ENTRY, params={"id": source_id, "event": event}).one_or_none()


def transfers_of(work: Work[Any], entry: Entry) -> tuple[Transfer, ...]:
    """What an entry moved, in its order."""
    postings = work.exec(_POSTINGS, params={"id": entry.id})
    return tuple(_transfer(posting) for posting in postings)


def balance(
    work: Work[Any],
    code: Code,
    *,
    party_id: UUID | None = None,
    item_id: UUID | None = None,
    currency: str,
) -> Money:
    """What an account holds, positive on the side where it grows.

    It is summed from the postings, through the index of the item, the party or, where the
    account is nobody's, of the account. A whole receivable is read from end to end.
    """
    chapter = CHART[code]
    sums = {}
    for side in Side:
        where = [_column(side, "account") == code, col(Posting.currency) == currency]
        if party_id is not None:
            where.append(_column(side, "party_id") == party_id)
        elif not (chapter.party or chapter.some_party):
            where.append(_column(side, "party_id").is_(None))
        if item_id is not None:
            where.append(_column(side, "item_id") == item_id)
        moved = work.exec(select(func.sum(Posting.amount_minor)).where(*where)).one()
        sums[side] = int(moved or 0)
    grown = sums[Side.DEBIT] - sums[Side.CREDIT]
    return Money(grown if chapter.grows_on is Side.DEBIT else -grown, currency)


def _write(
    work: Work[Any],
    event: Event,
    source_id: UUID,
    transfers: Sequence[Transfer],
    *,
    on: date,
    reason: str,
    key: str,
    reverses_id: UUID | None = None,
) -> Entry:
    entry = Entry(
        event=event,
        source_id=source_id,
        effective_on=on,
        recorded_at=clock.now(),
        membership_id=work.actor.membership_id if isinstance(work.actor, Member) else None,
        reason=reason,
        command_key=key,
        reverses_id=reverses_id,
    )
    if not work.add_unless_there(entry):
        return _the_same(work, entry, transfers)
    refuse_closed(work, on)
    _keep_still_to_pay(work, event, transfers)
    postings = [_posting(entry, place, transfer) for place, transfer in enumerate(transfers)]
    work.add(*postings)
    reach("book.posted")
    totals.keep(work, postings)
    return entry


def _the_same(work: Work[Any], again: Entry, transfers: Sequence[Transfer]) -> Entry:
    """The entry that stands in the way of ``again``, if it says the same."""
    written = find(work, Event(again.event), again.source_id)
    if written is None:
        raise Conflict("This was already taken back. Nothing was changed now.")
    same = transfers_of(work, written) == tuple(transfers)
    if not same or written.reverses_id != again.reverses_id:
        raise Conflict("This was already recorded with other amounts. Nothing was changed now.")
    return written


def _keep_still_to_pay(work: Work[Any], event: Event, transfers: Sequence[Transfer]) -> None:
    """Move the one kept sum of each invoice by what was posted on its receivable."""
    moved: dict[UUID, int] = defaultdict(int)
    for transfer in transfers:
        for account, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            if account.code in RECEIVABLES and account.item_id is not None:
                moved[account.item_id] += sign * transfer.amount.minor
    if not moved:
        return
    if event not in EFFECTS:
        raise RuntimeError(f"{event} has no effect on invoices; it cannot post on a receivable.")
    locked = work.lock(Invoice, moved)
    if len(locked) != len(moved):
        raise RuntimeError("A receivable names an invoice that is not there.")
    for invoice in locked:
        if invoice.still_to_pay_minor + moved[invoice.id] < 0:
            raise MoreThanOwed
        invoice.still_to_pay_minor += moved[invoice.id]


def _posting(entry: Entry, position: int, transfer: Transfer) -> Posting:
    return Posting(
        entry_id=entry.id,
        position=position,
        debit_account=transfer.debit.code,
        debit_party_id=transfer.debit.party_id,
        debit_item_id=transfer.debit.item_id,
        credit_account=transfer.credit.code,
        credit_party_id=transfer.credit.party_id,
        credit_item_id=transfer.credit.item_id,
        amount_minor=transfer.amount.minor,
        currency=transfer.amount.currency,
        effective_on=entry.effective_on,
    )


def _transfer(posting: Posting) -> Transfer:
    debit = Account(Code(posting.debit_account), posting.debit_party_id, posting.debit_item_id)
    credit = Account(Code(posting.credit_account), posting.credit_party_id, posting.credit_item_id)
    return Transfer(debit, credit, Money(posting.amount_minor, posting.currency))


def _column(side: Side, name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(Posting, f"{side}_{name}")
    return column


_CLOSED = (
    select(col(OrganizationProfile.books_closed_until))
    .where(is_it(OrganizationProfile.organization_id))
    .with_for_update(read=True)
)
_ENTRY = select(Entry).where(is_it(Entry.source_id), col(Entry.event) == bindparam("event"))
_POSTINGS = select(Posting).where(is_it(Posting.entry_id)).order_by(col(Posting.position))
