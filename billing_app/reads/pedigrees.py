"""Where a customer's credit came from, and what it paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.payment import Allocation, Payment
from billing_app.reads.credits import LotRow, credit_lots
from billing_app.reads.instruments import methods_of
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount, amount, day, titled

_OTHERWISE = "Refunds and Balance Corrections"


@dataclass(frozen=True)
class Named:
    """A document or payment, by what it is called. ``page_id`` is that of the page it is on."""

    page_id: str
    words: str


@dataclass(frozen=True)
class Use:
    """What some of a lot went to. What was no document has no page."""

    on: Named
    amount: Amount


@dataclass(frozen=True)
class Pedigree:
    """A lot of credit, with what it came from and all that it was used for."""

    lot: LotRow
    sources: list[Named]
    uses: list[Use]


@dataclass(frozen=True)
class PedigreePage:
    """One page of lots; ``after`` asks for the next one, empty on the last."""

    rows: list[Pedigree]
    after: str


@admin_read()
def pedigrees(work: Work[AdminActor], customer_id: str, *, after: str = "") -> PedigreePage:
    """A page of a customer's lots of credit, the newest first."""
    page = credit_lots(work, customer_id, after=after)
    ids = [CreditLot.read_id(row.id) for row in page.rows]
    lots = {lot.shown_id: lot for lot in work.get_all(CreditLot, ids).values()}
    sources = _sources(work, [lots[row.id] for row in page.rows])
    uses = _uses(work, ids)
    locale = setting(work).locale
    rows = []
    for row in page.rows:
        lot = lots[row.id]
        own = [
            Use(named, amount(minor, lot.currency, locale))
            for named, minor in uses[lot.id]
            if minor
        ]
        rest = row.amount.minor - row.left.minor - sum(use.amount.minor for use in own)
        if rest:
            own.append(Use(Named("", _OTHERWISE), amount(rest, lot.currency, locale)))
        rows.append(Pedigree(row, sources[lot.id], own))
    return PedigreePage(rows, page.after)


def _sources(work: Work[AdminActor], lots: Sequence[CreditLot]) -> dict[UUID, list[Named]]:
    """The documents and the payment that each lot came from; an adjustment came from none."""
    notes = work.get_all(CreditNote, (lot.credit_note_id for lot in lots)).values()
    requests = work.get_all(CreditRequest, (lot.credit_request_id for lot in lots)).values()
    payments = work.get_all(Payment, (lot.payment_id for lot in lots)).values()
    methods = methods_of(work, payments)
    # A credit note has no page of its own, but stands on that of its invoice.
    named: dict[UUID | None, Named] = {
        note.id: Named(show(Invoice.prefix, note.invoice_id), f"Credit note {note.number}")
        for note in notes
    }
    named |= {each.id: Named(each.shown_id, titled(each)) for each in requests}
    named |= {
        each.id: Named(each.shown_id, f"{methods[each.id]}, {day(each.received_on)}")
        for each in payments
    }
    return {
        lot.id: [
            named[source]
            for source in (lot.credit_note_id, lot.credit_request_id, lot.payment_id)
            if source in named
        ]
        for lot in lots
    }


def _uses(work: Work[AdminActor], lots: Sequence[UUID]) -> dict[UUID, list[tuple[Named, int]]]:
    """What each lot paid less what came off again, in one grouped query."""
    sign = case((col(Allocation.reverses_id).is_(None), 1), else_=-1)
    on = (col(Allocation.invoice_id), col(Allocation.credit_request_id))
    wanted: Any = (
        select(col(Allocation.lot_id), *on, func.sum(sign * col(Allocation.amount_minor)))
        .where(col(Allocation.lot_id).in_(lots))
        .group_by(col(Allocation.lot_id), *on)
    )
    found = work.exec(wanted).all()
    kinds: tuple[tuple[Any, int], ...] = ((Invoice, 1), (CreditRequest, 2))
    documents = {
        each.id: Named(each.shown_id, titled(each))
        for kind, place in kinds
        for each in work.get_all(kind, (row[place] for row in found)).values()
    }
    uses: dict[UUID, list[tuple[Named, int]]] = defaultdict(list)
    for lot_id, invoice_id, request_id, minor in found:
        uses[lot_id].append((documents[invoice_id or request_id], int(minor)))
    return uses
