"""Documents against postings: each document's figures, reckoned from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Subquery, and_, case, func, or_, select, union_all
from sqlmodel import col

from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import RECEIVABLES, Code
from billing_app.ledger.claims import rows
from billing_app.ledger.events import Effect, Event, events_with
from billing_app.ledger.standing import stands
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Allocation

# What is kept of each invoice, in the order in which it is compared.
_HELD = (
    "still to pay",
    "the total",
    "what was paid",
    "what was credited",
    "what was written off",
)


def _on_receivables() -> Subquery:
    """What was posted on each invoice's receivable: a row for each side, with its effect."""
    sides: list[Any] = [
        select(
            col(Posting.organization_id).label("organization_id"),
            col(getattr(Posting, f"{side}_item_id")).label("item_id"),
            col(getattr(Posting, f"{side}_party_id")).label("party_id"),
            col(Posting.currency).label("currency"),
            col(Entry.event).label("event"),
            (col(Posting.amount_minor) * sign).label("moved"),
        )
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .where(col(getattr(Posting, f"{side}_account")).in_(RECEIVABLES))
        for side, sign in (("debit", 1), ("credit", -1))
    ]
    return union_all(*sides).subquery()


def _invoices(work: Work[Any]) -> Iterator[str]:
    """Still to pay, total, paid, credited and written off: postings against documents."""
    for invoice_id, currency, *amounts in rows(work, _wrong_invoices()):
        name = f"invoice {show(Invoice.prefix, invoice_id)}"
        for what, kept, reckoned in zip(_HELD, amounts[::2], amounts[1::2], strict=True):
            yield from _compare(name, what, currency, kept=int(kept), reckoned=int(reckoned))


@cache
def _wrong_invoices() -> Any:
    figures, applied, lowered, given_up = _figures(), _applied(), _lowered(), _given_up()
    asked = case((col(Invoice.state) == "issued", col(Invoice.total_minor)), else_=0)
    held = (
        (col(Invoice.still_to_pay_minor), figures.c.still),
        (asked, figures.c[Effect.TOTAL.name]),
        (applied.c.amount, -figures.c[Effect.PAID.name]),
        (lowered.c.amount, -figures.c[Effect.CREDITED.name]),
        (given_up.c.amount, -figures.c[Effect.WRITTEN_OFF.name]),
    )
    pairs = [tuple(func.coalesce(amount, 0) for amount in pair) for pair in held]
    wanted: Any = select(
        col(Invoice.id), col(Invoice.currency), *(amount for pair in pairs for amount in pair)
    )
    for sums in (figures, applied, lowered, given_up):
        wanted = wanted.outerjoin(sums, _about(sums, Invoice))
    return wanted.where(or_(*(kept != reckoned for kept, reckoned in pairs)))


def _figures() -> Subquery:
    """What each invoice's receivable holds, and by which effect it came to that."""
    moved = _on_receivables()
    return (
        select(
            moved.c.organization_id,
            moved.c.item_id.label("document_id"),
            func.sum(moved.c.moved).label("still"),
            *(
                func.sum(
                    case((moved.c.event.in_(events_with(effect)), moved.c.moved), else_=0)
                ).label(effect.name)
                for effect in Effect
            ),
        )
        .group_by(moved.c.organization_id, moved.c.item_id)
        .subquery()
    )


def _applied(to: str = "invoice_id") -> Subquery:
    """What is applied to each document by allocations, less what was taken back."""
    amount = col(Allocation.amount_minor)
    net = case((col(Allocation.reverses_id).is_(None), amount), else_=-amount)
    return _by_document(Allocation, net, to=to)


def _lowered() -> Subquery:
    """What credit notes took off what was still to pay on each invoice."""
    return _by_document(CreditNote, col(CreditNote.lowered_minor))


def _given_up() -> Subquery:
    """What was written off on each invoice and not taken back."""
    still_given_up = stands(WriteOff, Event.WRITE_OFF_REVERSED)
    return _by_document(WriteOff, col(WriteOff.amount_minor), still_given_up)


def _by_document(kind: Any, amount: Any, *where: Any, to: str = "invoice_id") -> Subquery:
    document = col(getattr(kind, to))
    return (
        select(
            col(kind.organization_id).label("organization_id"),
            document.label("document_id"),
            func.sum(amount).label("amount"),
        )
        .where(document.is_not(None), *where)
        .group_by(col(kind.organization_id), document)
        .subquery()
    )


def _about(sums: Subquery, document: type[Invoice] | type[CreditRequest]) -> Any:
    return and_(
        sums.c.organization_id == document.organization_id, sums.c.document_id == document.id
    )


def _homeless(work: Work[Any]) -> Iterator[str]:
    """Each posting on a receivable is about an invoice of that party, in its currency."""
    for (found,) in rows(work, _without_invoice()):
        name = show(Invoice.prefix, found) if found else "no invoice"
        yield f"a receivable names {name}, which is not that party's in that currency"


@cache
def _without_invoice() -> Any:
    moved = _on_receivables()
    home = (
        select(col(Invoice.id))
        .where(
            col(Invoice.organization_id) == moved.c.organization_id,
            col(Invoice.id) == moved.c.item_id,
            col(Invoice.currency) == moved.c.currency,
            func.coalesce(Invoice.customer_id, Invoice.partner_id) == moved.c.party_id,
        )
        .correlate(moved)
        .exists()
    )
    return select(moved.c.item_id).where(~home).distinct()


def _requests(work: Work[Any]) -> Iterator[str]:
    """A credit request still asks for what was not applied to it."""
    for request_id, currency, still, reckoned in rows(work, _wrong_requests()):
        name = f"credit request {show(CreditRequest.prefix, request_id)}"
        yield from _compare(name, "still to pay", currency, kept=still, reckoned=int(reckoned))


@cache
def _wrong_requests() -> Any:
    applied = _applied("credit_request_id")
    rest = col(CreditRequest.total_minor) - func.coalesce(applied.c.amount, 0)
    asked = case((col(CreditRequest.state) == "raised", rest), else_=0)
    kept = col(CreditRequest.still_to_pay_minor)
    return (
        select(col(CreditRequest.id), col(CreditRequest.currency), kept, asked)
        .outerjoin(applied, _about(applied, CreditRequest))
        .where(kept != asked)
    )


def _lots(work: Work[Any]) -> Iterator[str]:
    """What is left of a lot is never less than nothing, nor more than it began with."""
    for lot_id, currency, whole, rest in rows(work, _wrong_lots()):
        name = f"credit lot {show(CreditLot.prefix, lot_id)}"
        yield f"{name} has {Money(int(rest), currency)} left of {Money(whole, currency)}"
    for (found,) in rows(work, _without_lot()):
        name = show(CreditLot.prefix, found) if found else "no lot"
        yield f"credit names {name}, which is not that customer's in that currency"


@cache
def _wrong_lots() -> Any:
    left = _left_of_lots()
    began_with = col(CreditLot.amount_minor)
    return (
        select(col(CreditLot.id), col(CreditLot.currency), began_with, left.c.amount)
        .join(left, _of_lot(left))
        .where(or_(left.c.amount < 0, left.c.amount > began_with))
    )


@cache
def _without_lot() -> Any:
    left = _left_of_lots()
    known = select(col(CreditLot.id)).where(_of_lot(left)).correlate(left).exists()
    return select(left.c.item_id).where(~known).distinct()


def _of_lot(left: Subquery) -> Any:
    return and_(
        left.c.organization_id == CreditLot.organization_id,
        left.c.item_id == CreditLot.id,
        left.c.party_id == CreditLot.customer_id,
        left.c.currency == CreditLot.currency,
    )


def _left_of_lots() -> Subquery:
    """What each lot holds by the postings."""
    sides: list[Any] = [
        select(
            col(Posting.organization_id).label("organization_id"),
            col(getattr(Posting, f"{side}_item_id")).label("item_id"),
            col(getattr(Posting, f"{side}_party_id")).label("party_id"),
            col(Posting.currency).label("currency"),
            (col(Posting.amount_minor) * sign).label("moved"),
        ).where(col(getattr(Posting, f"{side}_account")) == Code.CUSTOMER_CREDIT)
        for side, sign in (("debit", -1), ("credit", 1))
    ]
    moved = union_all(*sides).subquery()
    key = (moved.c.organization_id, moved.c.item_id, moved.c.party_id, moved.c.currency)
    return select(*key, func.sum(moved.c.moved).label("amount")).group_by(*key).subquery()


def _compare(name: str, what: str, currency: str, *, kept: int, reckoned: int) -> Iterator[str]:
    if kept != reckoned:
        yield (
            f"{name}: {what} is {Money(kept, currency)} where it is kept,"
            f" {Money(reckoned, currency)} by the postings"
        )


CHECKS = (_invoices, _homeless, _requests, _lots)
