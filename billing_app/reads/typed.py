"""What is meant by the words that somebody types into a search: parties, or an amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.entries import sort_form
from billing_app.kernel.errors import Invalid
from billing_app.models.party import Customer, Partner
from billing_app.reads.beginnings import between, lies_between
from billing_app.reads.locales import setting

MOST = 200
"""So many that begin alike are looked into; who means others types on."""


@admin_read()
def parties_typed(work: Work[AdminActor], kind: Any, typed: str) -> Sequence[UUID]:
    """Those whose names begin so, or whose whole e-mail address this is."""
    first, behind = between(sort_form(typed))
    found = [*work.exec(_NAMED[kind], params={"first": first, "behind": behind})]
    if "@" in typed:
        found += work.exec(_WITH_EMAIL[kind], params={"email": typed.lower()})
    return found


@admin_read()
def minor_typed(work: Work[AdminActor], typed: str, currency: str = "") -> int | None:
    """The amount in minor units, of the organization's currency unless another is meant."""
    shown = setting(work)
    try:
        return read_amount(typed, currency or shown.currency, shown.locale).money.minor
    except Invalid:
        return None


_NAMED = {
    kind: select(kind.id)
    .where(lies_between(kind.sort_name, bindparam("first"), bindparam("behind")))
    .order_by(col(kind.sort_name))
    .limit(MOST)
    for kind in (Customer, Partner)
}
_WITH_EMAIL = {
    kind: select(kind.id).where(col(kind.email) == bindparam("email")).limit(MOST)
    for kind in (Customer, Partner)
}
