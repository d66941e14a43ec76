"""How invoices stand, derived from their sums: their status, their flags, what is due when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, PlanPart, WriteOff
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
from billing_app.reads.sums import RARE, SUMS_OF_INVOICES, SUMS_OF_REQUESTS, Applied, Summed


class Totalled(StillToPay, Protocol):
    """A document, or its columns that say what it asked for and what it still asks for."""

    @property
    def total_minor(self) -> int: ...


class Listed(Totalled, Protocol):
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


@dataclass(frozen=True)
class Stand:
    """How an invoice stands: its status, what stands beside it, and the sums they follow from."""

    status: Status
    flags: tuple[Flag, ...]
    figures: Figures
    dues: tuple[Due, ...]
    """By which days what is due of it, with what is left of that."""

    there: Set[str]
    """What may be there of it, as ``there_of`` says."""


@member_read
def there_of(work: Work[Member], ids: Iterable[UUID]) -> frozenset[str]:
    """Which of the rarer things there may be of these invoices: no other has to be asked for."""
    return _there(_sums(work, ids).values())


@member_read
def request_figures_of(
    work: Work[Member], requests: Sequence[CreditRequest]
) -> dict[UUID, Figures]:
    """The sums of each Credit Request: what was asked, what was paid, what went back."""
    sums = work.once(_asked, SUMS_OF_REQUESTS, tuple(request.id for request in requests))
    return {request.id: _figures(request, sums[request.id], {}) for request in requests}


@member_read
def standings_of(work: Work[Member], invoices: Sequence[Listed], today: date) -> dict[UUID, Stand]:
    """How each invoice stands. What was written off is for statuses; no portal shows it."""
    ids = [invoice.id for invoice in invoices]
    sums = _sums(work, ids)
    stands = standings_with(work, invoices, [sums[each] for each in ids], today)
    return dict(zip(ids, stands, strict=True))


@member_read
def standings_with(
    work: Work[Member], invoices: Sequence[Listed], sums: Sequence[Summed], today: date
) -> list[Stand]:
    """The same of invoices whose sums are known, in their order."""
    there, is_admin = _there(sums), isinstance(work.actor, AdminActor)
    ids = [invoice.id for invoice in invoices]
    lowered = _lowered(work, ids, there)
    parts = _parts(work, ids) if "parts" in there else {}
    disputed = disputed_invoices(work, ids) if "disputes" in there else ()
    pending = waiting_for_charge(work, invoices) if "charges" in there else ()
    found = []
    for invoice, id_, applied in zip(invoices, ids, sums, strict=True):
        own = _figures(invoice, applied, lowered)
        due = dues(invoice.due_on, parts.get(id_, ()) if parts else (), own)
        status = invoice_status(invoice.state, own)
        borne = flags(invoice.state, own, due, today)
        borne += (Flag.DISPUTED,) if disputed and id_ in disputed else ()
        borne += (Flag.PENDING,) if pending and id_ in pending else ()
        told = status if is_admin else as_told_to_customers(status)
        found.append(Stand(told, borne, own, due, there))
    return found


_Lowered = Mapping[UUID, Mapping[str, int]]


def _sums(work: Work[Member], invoices: Iterable[UUID]) -> dict[UUID, Summed]:
    return work.once(_asked, SUMS_OF_INVOICES, tuple(invoices))


def _asked(work: Work[Any], sums: Any, ids: tuple[UUID, ...]) -> dict[UUID, Any]:
    return {row.id: row for row in work.exec(sums, params={"ids": ids})}


def _there(sums: Collection[Summed]) -> frozenset[str]:
    known = (*RARE, "disputes")
    return frozenset(name for name in known if any(map(attrgetter(name), sums)))


def _figures(document: Totalled, applied: Applied, lowered: _Lowered) -> Figures:
    back, less = int(applied.refunded or 0), lowered.get(document.id, {}) if lowered else {}
    return Figures(
        total=document.total_minor,
        still_to_pay=document.still_to_pay_minor,
        paid=int(applied.paid or 0),
        credited=less.get("credited", 0),
        given_up=less.get("given_up", 0),
        let_go=less.get("let_go", 0),
        refunded=back + less.get("refunded", 0),
        still_owed=back,
    )


def _lowered(work: Work[Member], ids: Sequence[UUID], there: Set[str]) -> _Lowered:
    """What is asked no longer. What was taken back of a write-off does not count.

    Credit notes lower, and may hand back; bad debts are given up, small rests are let go.
    """
    sums: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    if "notes" in there:
        for invoice_id, minor, refunded, outside in work.exec(_NOTES, params={"ids": ids}):
            sums[invoice_id]["credited"] += int(minor)
            sums[invoice_id]["refunded"] += int(refunded) + int(outside)
    if "write_offs" in there:
        for invoice_id, kind, minor in work.exec(_WRITE_OFFS, params={"ids": ids}):
            sums[invoice_id]["given_up" if kind == "bad_debt" else "let_go"] += int(minor)
    return sums


def _parts(work: Work[Member], ids: Sequence[UUID]) -> dict[UUID, list[tuple[date, int]]]:
    parts: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for invoice_id, due_on, minor in work.exec(_PARTS, params={"ids": ids}):
        parts[invoice_id].append((due_on, minor))
    return parts


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
