"""Broken seals: the first row of an organization that is not as it was sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, func, select

from billing_app.access.actors import OperatorActor
from billing_app.access.guard import operator_read
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import show
from billing_app.ledger.seals import KINDS, START, Lasting, hash_of, is_sealed, root_of
from billing_app.models.audit import AuditEntry
from billing_app.models.ledger import Entry, Seal, SealedRow
from billing_app.models.organization import Organization

SOON = timedelta(hours=1)
"""Rows that are older than this and under no seal are worth a word."""


@operator_read
def differences(work: Work[OperatorActor]) -> list[str]:
    """What is not as it was sealed, in sentences: for each organization the first row."""
    every = work.exec(select(Organization.id).order_by(col(Organization.id)))
    return [line for one in every.all() for line in differences_in(work, one)]


@operator_read
def differences_in(work: Work[OperatorActor], organization_id: UUID) -> list[str]:
    """The first row of one organization that is not as it was sealed, and what is unsealed."""
    return _first_difference(work, organization_id) + _left_unsealed(work, organization_id)


def _first_difference(work: Work[Any], organization_id: UUID) -> list[str]:
    """Walk the seals from the first; the first thing that is not as it was, if any."""
    previous, expected = START, 1
    seals = select(Seal).where(Seal.organization_id == organization_id)
    for seal in work.exec(seals.order_by(col(Seal.number))):
        if seal.number != expected:
            return [f"seal {expected} is missing before seal {seal.number} ({seal.shown_id})"]
        wrong = _wrong_under(work, seal)
        if wrong:
            return [wrong]
        if seal.previous_root != previous:
            return [f"seal {seal.number} ({seal.shown_id}) does not follow from the one before"]
        previous, expected = seal.root, expected + 1
    return []


def _wrong_under(work: Work[Any], seal: Seal) -> str:
    """The first row under the seal that differs, or what is wrong with the seal itself."""
    under = sorted(
        (pair for kind in KINDS.values() for pair in _under(work, seal, kind)),
        key=lambda pair: pair[0].position,
    )
    for sealed, row in under:
        name = f"{sealed.kind.replace('_', ' ')} {show(KINDS[sealed.kind].prefix, sealed.row_id)}"
        if row is None:
            return f"{name} under seal {seal.number} is gone"
        if hash_of(row) != sealed.hash:
            return f"{name} is not as seal {seal.number} has it"
    if seal.root != root_of(seal, [sealed.hash for sealed, _ in under]):
        return f"seal {seal.number} ({seal.shown_id}) is not as it was made"
    return ""


def _under(
    work: Work[Any], seal: Seal, kind: type[Lasting]
) -> list[tuple[SealedRow, Lasting | None]]:
    """The rows of a kind under a seal, each beside what is there of it now."""
    row: Any = kind
    there = and_(
        row.organization_id == col(SealedRow.organization_id), row.id == col(SealedRow.row_id)
    )
    found = work.exec(
        select(SealedRow, row)
        .outerjoin(row, there)
        .where(
            SealedRow.organization_id == seal.organization_id,
            SealedRow.seal_id == seal.id,
            SealedRow.kind == str(kind.__tablename__),
        )
    )
    return [(sealed, now) for sealed, now in found]


def _left_unsealed(work: Work[Any], organization_id: UUID) -> list[str]:
    """How many rows are under no seal, if some have been for long.

    A posting bears no moment of its own; it comes with its entry, or long after it.
    """
    count = sum(_unsealed(work, organization_id, func.count(), kind) for kind in KINDS.values())
    moments = [
        moment
        for kind in (Entry, AuditEntry)
        if (moment := _unsealed(work, organization_id, func.min(kind.recorded_at), kind))
    ]
    age = clock.now() - min(moments) if moments else SOON
    if not count or age < SOON:
        return []
    hours = age // timedelta(hours=1)
    return [
        f"rows under no seal: {count}, the oldest for {hours} h; a worker seals them within a day"
    ]


def _unsealed(work: Work[Any], organization_id: UUID, what: Any, kind: type[Lasting]) -> Any:
    """A figure about an organization's rows of a kind that no seal covers."""
    rows = select(what).where(kind.organization_id == organization_id, ~is_sealed(kind))
    return work.exec(rows.select_from(kind)).one()
