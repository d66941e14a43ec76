"""Which acts still count: one that was taken back stays on record, and so does its undoing."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import select

from billing_app.ledger.events import Event
from billing_app.models.base import OrgOwned
from billing_app.models.ledger import Entry


def stands(act: type[OrgOwned], taken_back_by: Event) -> ColumnElement[bool]:
    """The condition that no entry takes an act back: a payment, a refund or a write-off."""
    taken_back = select(Entry.id).where(
        Entry.organization_id == act.organization_id,
        Entry.source_id == act.id,
        Entry.event == taken_back_by,
    )
    return ~taken_back.correlate(act).exists()
