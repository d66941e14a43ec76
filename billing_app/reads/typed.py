"""What is meant by the words that somebody types into a search: parties, or an amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.entries import sort_form
from billing_app.kernel.errors import Invalid
from billing_app.reads.locales import setting
from billing_app.reads.shown import begins

MOST = 200
"""So many that begin alike are looked into; who means others types on."""


@admin_read()
def parties_typed(work: Work[AdminActor], kind: Any, typed: str) -> Sequence[UUID]:
    """Those whose names begin so, or whose whole e-mail address this is."""
    named = select(kind.id).where(begins(kind.sort_name, sort_form(typed)))
    found = [*work.exec(named.order_by(col(kind.sort_name)).limit(MOST))]
    if "@" in typed:
        found += work.exec(select(kind.id).where(kind.email == typed.lower()).limit(MOST))
    return found


@admin_read()
def minor_typed(work: Work[AdminActor], typed: str, currency: str = "") -> int | None:
    """The amount in minor units, of the organization's currency unless another is meant."""
    shown = setting(work)
    try:
        return read_amount(typed, currency or shown.currency, shown.locale).money.minor
    except Invalid:
        return None
