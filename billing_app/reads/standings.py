"""The sums of documents, from which their statuses follow: a few queries for a whole page.

They are read from the documents' own rows, which every audience may see of its own; the
proof holds them against the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.attempt import AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote, PlanPart, WriteOff
from billing_app.models.payment import Allocation, Refund
from billing_app.models.planned_charge import PlannedCharge
from billing_app.reads.disputes import disputed_invoices
from billing_app.reads.planned_charges import StillToPay, waiting_for_charge
from billing_app.reads.statuses import (
    Due,
    Figures,
    Flag,
    Status,
    as_told_to_customers,
    dues,
    flags,
    invoice_status,
)

_Sums = dict[UUID, dict[str, int]]


class Listed(StillToPay, Protocol):
    """What a list knows of an invoice: its row, or the columns of it that lists show."""

    @property
    def customer_id(self) -> UUID | None: ...
    @property
    def partner_id(self) -> UUID | None: ...
    @property
    def state(self) -> str: ...
    @property
    def number(self) -> str | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def total_minor(self) -> int: ...


@member_read
def there_of(work: Work[Member], ids: Iterable[UUID]) -> frozenset[str]:
    """Which of the rarer things there may be of these invoices: no other has to be asked for."""
    return work.once(_there, tuple(ids))


def _there(work: Work[Any], ids: tuple[UUID, ...]) -> frozenset[str]:
    found = work.exec(_RARER, params={"ids": ids}).one()
    return frozenset(name for name, is_there in zip(_RARE, found, strict=True) if is_there)


@member_read
def figures_of(work: Work[Member], invoices: Sequence[Listed]) -> dict[UUID, Figures]:
    """The sums of each invoice. What was written off is for statuses; no portal shows it."""
    return _figures(work, invoices, there_of(work, (each.id for each in invoices)))


@member_read
def request_figures_of(
    work: Work[Member], requests: Sequence[CreditRequest]
) -> dict[UUID, Figures]:
    """The sums of each Credit Request: what was asked, what was paid, what went back."""
    ids = [request.id for request in requests]
    sums = _applied(work, _TO_REQUESTS, ids)
    return {
        request.id: Figures(
            total=request.total_minor,
            still_to_pay=request.still_to_pay_minor,
            **sums[request.id],
        )
        for request in requests
    }


@member_read
def dues_of(
    work: Work[Member], invoices: Sequence[Listed], figures: dict[UUID, Figures]
) -> dict[UUID, tuple[Due, ...]]:
    """By which days what is due of each invoice, with what is left of it."""
    return _dues(work, invoices, figures, there_of(work, (each.id for each in invoices)))


@dataclass(frozen=True)
class Stand:
    """How an invoice stands: its status, what stands beside it, and the sums they follow from."""

    status: Status
    flags: tuple[Flag, ...]
    figures: Figures
    dues: tuple[Due, ...]
    there: Set[str]
    """What may be there of it, as ``there_of`` says."""


@member_read
def standings_of(work: Work[Member], invoices: Sequence[Listed], today: date) -> dict[UUID, Stand]:
    """How each invoice stands."""
    there = there_of(work, (each.id for each in invoices))
    figures = _figures(work, invoices, there)
    due = _dues(work, invoices, figures, there)
    ids = [invoice.id for invoice in invoices]
    disputed = disputed_invoices(work, ids) if "disputes" in there else set()
    pending = waiting_for_charge(work, invoices) if "charges" in there else set()
    found: dict[UUID, Stand] = {}
    for invoice in invoices:
        own = figures[invoice.id]
        status = invoice_status(invoice.state, own)
        if not isinstance(work.actor, AdminActor):
            status = as_told_to_customers(status)
        borne = flags(invoice.state, own, due[invoice.id], today)
        borne += (Flag.DISPUTED,) if invoice.id in disputed else ()
        borne += (Flag.PENDING,) if invoice.id in pending else ()
        found[invoice.id] = Stand(status, borne, own, due[invoice.id], there)
    return found


def _figures(
    work: Work[Member], invoices: Sequence[Listed], there: Set[str]
) -> dict[UUID, Figures]:
    ids = [invoice.id for invoice in invoices]
    sums = _applied(work, _TO_INVOICES, ids)
    if "notes" in there:
        _add_notes(work, ids, sums)
    if "write_offs" in there:
        _add_write_offs(work, ids, sums)
    return {
        invoice.id: Figures(
            total=invoice.total_minor,
            still_to_pay=invoice.still_to_pay_minor,
            **sums.get(invoice.id, {}),
        )
        for invoice in invoices
    }


def _dues(
    work: Work[Member],
    invoices: Sequence[Listed],
    figures: dict[UUID, Figures],
    there: Set[str],
) -> dict[UUID, tuple[Due, ...]]:
    parts: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    if "parts" in there:
        ids = [invoice.id for invoice in invoices]
        for invoice_id, due_on, minor in work.exec(_PARTS, params={"ids": ids}):
            parts[invoice_id].append((due_on, minor))
    return {
        invoice.id: dues(invoice.due_on, parts[invoice.id], figures[invoice.id])
        for invoice in invoices
    }


def _applied(work: Work[Member], wanted: Any, ids: Sequence[UUID]) -> _Sums:
    """What payments and credit paid, less what was taken back; by refunds, it went back."""
    sums: _Sums = defaultdict(lambda: defaultdict(int))
    for document_id, back, refunded, minor in work.exec(wanted, params={"ids": ids}):
        applied = -int(minor) if back else int(minor)
        sums[document_id]["paid"] += applied
        if refunded:
            sums[document_id]["refunded"] -= applied
            sums[document_id]["still_owed"] -= applied
    return sums


def _add_notes(work: Work[Member], ids: Sequence[UUID], sums: _Sums) -> None:
    """What credit notes lowered, and what of them was handed back."""
    for invoice_id, lowered, refunded, outside in work.exec(_NOTES, params={"ids": ids}):
        sums[invoice_id]["credited"] += int(lowered)
        sums[invoice_id]["refunded"] += int(refunded) + int(outside)


def _add_write_offs(work: Work[Member], ids: Sequence[UUID], sums: _Sums) -> None:
    """What was given up or let go, without what was taken back of that."""
    for invoice_id, kind, minor in work.exec(_WRITE_OFFS, params={"ids": ids}):
        sums[invoice_id]["given_up" if kind == "bad_debt" else "let_go"] += int(minor)


def _applied_to(document: Any) -> Any:
    """The statement for one kind of document."""
    is_back: Any = col(Allocation.reverses_id).is_not(None)
    by_refund: Any = col(Refund.id).is_not(None)
    of_refund = and_(
        col(Refund.organization_id) == Allocation.organization_id,
        col(Refund.id) == Allocation.act_id,
    )
    return (
        select(document, is_back, by_refund, func.sum(Allocation.amount_minor))
        .outerjoin(Refund, of_refund)
        .where(one_of(document))
        .group_by(document, is_back, by_refund)
    )


_TO_INVOICES = _applied_to(col(Allocation.invoice_id))
_TO_REQUESTS = _applied_to(col(Allocation.credit_request_id))
_PARTS: Any = (
    select(col(PlanPart.invoice_id), col(PlanPart.due_on), col(PlanPart.amount_minor))
    .where(one_of(PlanPart.invoice_id))
    .order_by(col(PlanPart.due_on), col(PlanPart.position))
)
_NOTES: Any = (
    select(
        col(CreditNote.invoice_id),
        func.sum(CreditNote.lowered_minor),
        func.sum(CreditNote.refunded_minor),
        func.sum(CreditNote.outside_minor),
    )
    .where(one_of(CreditNote.invoice_id))
    .group_by(col(CreditNote.invoice_id))
)
_WRITE_OFFS: Any = (
    select(col(WriteOff.invoice_id), col(WriteOff.kind), func.sum(WriteOff.amount_minor))
    .where(one_of(WriteOff.invoice_id), stands(WriteOff, Event.WRITE_OFF_REVERSED))
    .group_by(col(WriteOff.invoice_id), col(WriteOff.kind))
)
_RARE: dict[str, Any] = {
    "notes": select(CreditNote.id).where(one_of(CreditNote.invoice_id)),
    "write_offs": select(WriteOff.id).where(one_of(WriteOff.invoice_id)),
    "parts": select(PlanPart.id).where(one_of(PlanPart.invoice_id)),
    "charges": select(PlannedCharge.id).where(one_of(PlannedCharge.invoice_id)),
    "attempts": select(AttemptClaim.id).where(one_of(AttemptClaim.invoice_id)),
    "disputes": select(Dispute.id).where(Dispute.state == "open"),
}
_RARER: Any = select(*(each.exists().label(name) for name, each in _RARE.items()))
