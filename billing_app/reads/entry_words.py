"""What entries of the ledger were about, in words, for a whole page of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk, SystemActor
from billing_app.access.guard import admin_read, system_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.ledger.accounts import RECEIVABLES
from billing_app.ledger.events import OF_INVOICES
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Payment, UnidentifiedReceipt
from billing_app.reads.methods import method_words
from billing_app.reads.vocabulary import said


@admin_read()
def words_of(work: Work[AdminActor], entry_ids: Sequence[UUID]) -> dict[UUID, str]:
    """A phrase for each entry, with the numbers of the invoices it is about."""
    return _words(work, entry_ids, to_customer=False)


@system_read
def words_to_customer(work: Work[SystemActor], entry_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The same as the organization tells it to the customer."""
    return _words(work, entry_ids, to_customer=True)


@admin_read()
def postings_of(work: Work[AdminActor], entry_ids: Iterable[UUID]) -> Sequence[Posting]:
    """What these entries posted, each in its order."""
    return _postings_of(work, entry_ids)


def _postings_of(work: Work[Clerk], entry_ids: Iterable[UUID]) -> Sequence[Posting]:
    return work.once(_postings, frozenset(entry_ids))


def _postings(work: Work[Clerk], entry_ids: frozenset[UUID]) -> Sequence[Posting]:
    return work.exec(_POSTINGS, params={"ids": entry_ids}).all()


def _words(work: Work[Clerk], entry_ids: Sequence[UUID], *, to_customer: bool) -> dict[UUID, str]:
    entries = list(work.get_all(Entry, entry_ids).values())
    numbers = _numbers(work, entries)
    acts = {entry.source_id for entry in entries if entry.event not in OF_INVOICES}
    details = _details(work, acts)
    return {
        entry.id: said(
            entry.event,
            numbers[entry.id],
            details.get(entry.source_id, ""),
            to_customer=to_customer,
        )
        for entry in entries
    }


def _numbers(work: Work[Clerk], entries: Sequence[Entry]) -> dict[UUID, list[str]]:
    """The numbers of the invoices on whose receivables each entry posted, in its order.

    An invoice over nothing posts nothing; it is the source of its entry all the same.
    """
    items: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    for posting in _postings_of(work, (entry.id for entry in entries)):
        for account, item in (
            (posting.debit_account, posting.debit_item_id),
            (posting.credit_account, posting.credit_item_id),
        ):
            if account in RECEIVABLES and item is not None:
                items[posting.entry_id][item] = None
    for entry in entries:
        if not items[entry.id]:
            items[entry.id][entry.source_id] = None
    wanted = {item for own in items.values() for item in own}
    invoices = work.get_all(Invoice, wanted)
    named = {item: invoice.number or "" for item, invoice in invoices.items()}
    return {entry: [named[item] for item in own if item in named] for entry, own in items.items()}


def _details(work: Work[Clerk], acts: Set[UUID]) -> dict[UUID, str]:
    """How money came in, and the number of a credit note, by the act."""
    found = {row.id: method_words(row) for row in work.get_all(Payment, acts).values()}
    receipts = work.get_all(UnidentifiedReceipt, acts - found.keys()).values()
    found |= {row.id: method_words(row) for row in receipts}
    notes = work.get_all(CreditNote, acts - found.keys()).values()
    return found | {note.id: note.number for note in notes}


_POSTINGS = (
    select(Posting)
    .where(one_of(Posting.entry_id))
    .order_by(col(Posting.entry_id), col(Posting.position))
)
