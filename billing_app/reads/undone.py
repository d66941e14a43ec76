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
from billing_app.models.ledger import Entry


@member_read
def undone(work: Work[Member], acts: Iterable[UUID], by: Event) -> set[UUID]:
    """Those of the acts that an entry of this event took back."""
    return work.once(_undone, frozenset(acts), by)


def _undone(work: Work[Any], acts: frozenset[UUID], by: Event) -> set[UUID]:
    return set(work.exec(_UNDONE, params={"ids": [*acts], "event": by})) if acts else set()


_UNDONE = select(Entry.source_id).where(
    one_of(Entry.source_id), col(Entry.event) == bindparam("event")
)
