"""Acts that were recorded by mistake: they stay, and an entry takes them back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditLot
from billing_app.models.ledger import Entry
from billing_app.models.payment import Refund


@member_read
def undone(work: Work[Member], acts: Iterable[UUID], by: Event) -> set[UUID]:
    """Those of the acts that an entry of this event took back."""
    return work.once(_undone, frozenset(acts), by)


@member_read
def undone_payments(work: Work[Member], payments: Iterable[UUID]) -> set[UUID]:
    """Those of the payments that were taken back."""
    ids = frozenset(payments)
    is_any = "undone" in came_after(work, ids)
    return undone(work, ids, Event.PAYMENT_REVERSED) if is_any else set()


@member_read
def came_after(work: Work[Member], payments: Iterable[UUID]) -> frozenset[str]:
    """Which of what takes from payments there is of any of these: no other has to be asked for."""
    return work.once(_came_after, frozenset(payments))


def _came_after(work: Work[Any], payments: frozenset[UUID]) -> frozenset[str]:
    if not payments:
        return frozenset()
    found = work.exec(_THERE, params={"ids": [*payments]}).one()
    return frozenset(name for name, is_there in zip(_LATER, found, strict=True) if is_there)


def _undone(work: Work[Any], acts: frozenset[UUID], by: Event) -> set[UUID]:
    return set(work.exec(_UNDONE, params={"ids": [*acts], "event": by})) if acts else set()


_UNDONE = select(Entry.source_id).where(
    one_of(Entry.source_id), col(Entry.event) == bindparam("event")
)
_LATER: dict[str, Any] = {
    "undone": select(Entry.id).where(
        one_of(Entry.source_id), col(Entry.event) == Event.PAYMENT_REVERSED
    ),
    "refunds": select(Refund.id).where(one_of(Refund.payment_id)),
    "lots": select(CreditLot.id).where(one_of(CreditLot.payment_id)),
}
_THERE: Any = select(*(each.exists().label(name) for name, each in _LATER.items()))
