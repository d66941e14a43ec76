"""Acts and what tells of them: each entry has its document, each allocation its act.

What several documents did to one thing together is bounded here too: no payment is refunded
beyond its amount, no line credited twice, no more tax taken back than was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Code
from billing_app.ledger.claims import rows
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.base import points_at
from billing_app.models.credit import Adjustment
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine, WriteOff
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Allocation, Payment, Refund, UnidentifiedReceipt

_ACTS: dict[str, tuple[tuple[Event, ...], tuple[Any, ...]]] = {
    "an invoice": ((Event.INVOICE_ISSUED,), (Invoice.id,)),
    "a payment": ((Event.PAYMENT_RECEIVED, Event.PAYMENT_REVERSED), (Payment.id,)),
    "what the gateway did": ((Event.GATEWAY_FEE,), (Payment.id, Dispute.id)),
    "a receipt": ((Event.PAYMENT_UNIDENTIFIED,), (UnidentifiedReceipt.id,)),
    "a payment that was placed": ((Event.PAYMENT_ALLOCATED,), (Payment.id, Allocation.act_id)),
    "credit that was used": (
        (Event.CREDIT_APPLIED, Event.CREDIT_RETURNED),
        (Allocation.act_id,),
    ),
    "a credit note": ((Event.CREDIT_NOTE_ISSUED,), (CreditNote.id,)),
    "a refund": (
        (
            Event.REFUND_STILL_OWED,
            Event.REFUND_NO_LONGER_OWED,
            Event.REFUND_FROM_CREDIT,
            Event.REFUND_REVERSED,
        ),
        (Refund.id,),
    ),
    "a dispute": (
        (Event.DISPUTE_OPENED, Event.DISPUTE_WON, Event.DISPUTE_LOST),
        (Dispute.id,),
    ),
    "a write-off": ((Event.BAD_DEBT, Event.SMALL_BALANCE), (WriteOff.id,)),
    "an adjustment": ((Event.ADJUSTMENT,), (Adjustment.id,)),
}
"""Which events tell of what, and the columns of which one names the act of such an entry."""


def _actless(work: Work[Any]) -> Iterator[str]:
    """Each entry but one that takes another back tells of something that is there."""
    for what in _ACTS:
        for (found,) in rows(work, _without_act(what)):
            yield f"entry {show(Entry.prefix, found)} tells of {what} that is not there"


@cache
def _without_act(what: str) -> Any:
    events, columns = _ACTS[what]
    there = [
        exists().where(
            column == Entry.source_id, column.class_.organization_id == Entry.organization_id
        )
        for column in columns
    ]
    return select(col(Entry.id)).where(
        col(Entry.event).in_(events), col(Entry.reverses_id).is_(None), ~or_(*there)
    )


def _allocations(work: Work[Any]) -> Iterator[str]:
    """Each allocation is of its act's payment, and of a day on which that act was posted."""
    for (found,) in rows(work, _wrong_allocations()):
        yield f"allocation {show(Allocation.prefix, found)} is not what its act applied"


@cache
def _wrong_allocations() -> Any:
    of_act = and_(
        col(Entry.organization_id) == Allocation.organization_id,
        col(Entry.source_id) == Allocation.act_id,
    )
    own_day = exists().where(of_act, col(Entry.effective_on) == Allocation.made_on)
    other_payment = [
        exists().where(
            col(kind.organization_id) == Allocation.organization_id,
            col(kind.id) == Allocation.act_id,
            payment_id != Allocation.payment_id,
        )
        for kind, payment_id in ((Payment, col(Payment.id)), (Refund, col(Refund.payment_id)))
    ]
    return select(col(Allocation.id)).where(
        or_(and_(exists().where(of_act), ~own_day), *other_payment)
    )


def _taken_back(work: Work[Any]) -> Iterator[str]:
    """What takes an allocation back is of the same money and document, and no more than it."""
    for (found,) in rows(work, _wrongly_taken_back()):
        yield f"allocation {show(Allocation.prefix, found)} is not what was taken back of it"


@cache
def _wrongly_taken_back() -> Any:
    back: Any = aliased(Allocation)
    same = [
        getattr(back, name).is_not_distinct_from(getattr(Allocation, name))
        for name in ("payment_id", "lot_id", "invoice_id", "credit_request_id")
    ]
    return (
        select(col(Allocation.id))
        .join(
            back,
            and_(
                back.organization_id == Allocation.organization_id,
                back.reverses_id == Allocation.id,
            ),
        )
        .group_by(col(Allocation.organization_id), col(Allocation.id))
        .having(
            or_(
                func.sum(back.amount_minor) > Allocation.amount_minor,
                func.sum(case((and_(*same), 0), else_=1)) > 0,
            )
        )
    )


def _refunded(work: Work[Any]) -> Iterator[str]:
    """A payment is refunded up to its amount."""
    for payment_id, currency, amount, refunded in rows(work, _refunded_beyond()):
        yield (
            f"payment {show(Payment.prefix, payment_id)} was {Money(amount, currency)},"
            f" and {Money(int(refunded), currency)} of it is refunded"
        )


@cache
def _refunded_beyond() -> Any:
    return (
        select(
            col(Payment.id),
            col(Payment.currency),
            col(Payment.amount_minor),
            func.sum(Refund.amount_minor),
        )
        .join(Refund, points_at(Refund, "payment_id", Payment))
        .where(stands(Refund, Event.REFUND_REVERSED))
        .group_by(col(Payment.organization_id), col(Payment.id))
        .having(func.sum(Refund.amount_minor) > Payment.amount_minor)
    )


def _taxes(work: Work[Any]) -> Iterator[str]:
    """Credit notes and relief take no more tax back than the invoice had."""
    for invoice_id, currency, tax, back in rows(work, _taxes_beyond()):
        yield (
            f"invoice {show(Invoice.prefix, invoice_id)} had {Money(tax, currency)} of tax, and"
            f" {Money(int(back), currency)} of it is taken back"
        )


@cache
def _taxes_beyond() -> Any:
    noted: Any = select(
        col(CreditNote.organization_id).label("organization_id"),
        col(CreditNote.invoice_id).label("invoice_id"),
        col(CreditNote.tax_minor).label("tax"),
    )
    relieved = select(
        col(WriteOff.organization_id), col(WriteOff.invoice_id), col(WriteOff.tax_minor)
    )
    both = union_all(noted, relieved.where(stands(WriteOff, Event.WRITE_OFF_REVERSED))).subquery()
    return (
        select(col(Invoice.id), col(Invoice.currency), col(Invoice.tax_minor), func.sum(both.c.tax))
        .join(
            both,
            and_(
                both.c.organization_id == Invoice.organization_id, both.c.invoice_id == Invoice.id
            ),
        )
        .group_by(col(Invoice.organization_id), col(Invoice.id))
        .having(func.sum(both.c.tax) > Invoice.tax_minor)
    )


def _credited_lines(work: Work[Any]) -> Iterator[str]:
    """No line is credited beyond what it came to."""
    for (found,) in rows(work, _lines_beyond()):
        yield f"invoice line {show(InvoiceLine.prefix, found)} is credited beyond what it came to"


@cache
def _lines_beyond() -> Any:
    return (
        select(col(InvoiceLine.id))
        .join(CreditNoteLine, points_at(CreditNoteLine, "invoice_line_id", InvoiceLine))
        .group_by(col(InvoiceLine.organization_id), col(InvoiceLine.id))
        .having(func.sum(CreditNoteLine.gross_minor) > InvoiceLine.gross_minor)
    )


def _nobodys(work: Work[Any]) -> Iterator[str]:
    """No more becomes somebody's than came in unidentified."""
    for (found,) in rows(work, _more_than_came_in()):
        name = show(UnidentifiedReceipt.prefix, found) if found else "no receipt"
        yield f"more became somebody's of {name} than came in"


@cache
def _more_than_came_in() -> Any:
    sides: list[Any] = [
        select(
            col(Posting.organization_id).label("organization_id"),
            col(getattr(Posting, f"{side}_item_id")).label("item_id"),
            (col(Posting.amount_minor) * sign).label("moved"),
        ).where(col(getattr(Posting, f"{side}_account")) == Code.UNIDENTIFIED_RECEIPTS)
        for side, sign in (("debit", -1), ("credit", 1))
    ]
    moved = union_all(*sides).subquery()
    return (
        select(moved.c.item_id)
        .group_by(moved.c.organization_id, moved.c.item_id)
        .having(func.sum(moved.c.moved) < 0)
    )


CHECKS = (_actless, _allocations, _taken_back, _refunded, _taxes, _credited_lines, _nobodys)
