"""Money that waits on account 2010: from nobody known, or more than a partner owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.models.ledger import Posting
from billing_app.models.payment import Payment, UnidentifiedReceipt
from billing_app.reads.locales import setting
from billing_app.reads.methods import method_words
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.waiting import waiting


@dataclass(frozen=True)
class UnplacedRow:
    """A receipt or a partner's payment of which money waits. A receipt has no party."""

    id: str
    received_on: str
    party_id: str
    party: str
    method: str
    amount: Amount
    unplaced: Amount


@dataclass(frozen=True)
class UnplacedPage:
    """One page of what waits; ``after`` asks for the next one, empty on the last."""

    rows: list[UnplacedRow]
    after: str


@admin_read()
def unplaced(work: Work[AdminActor], *, after: str = "") -> UnplacedPage:
    """A page of the money that waits to be placed, what waits longest first."""
    wanted, place = waiting(), col(Posting.credit_item_id)
    if after:
        wanted = wanted.where(place > _read_id(after))
    page, last = cut(work.exec(wanted.order_by(place).limit(ONE_MORE)).all())
    rows = _rows(work, {item: int(left) for item, left in page})
    return UnplacedPage(rows, rows[-1].id if last else "")


@member_read
def unplaced_of(work: Work[Member], partners: Sequence[UUID]) -> dict[UUID, int]:
    """What of each payment of a partner waits to be placed, for admins."""
    if not partners or not isinstance(work.actor, AdminActor):
        return {}
    found = work.exec(waiting().where(one_of_these(Posting.credit_item_id, partners)))
    return {item: int(left) for item, left in found}


def _rows(work: Work[AdminActor], left: dict[UUID, int]) -> list[UnplacedRow]:
    shown = setting(work)
    found: dict[UUID, Payment | UnidentifiedReceipt] = {}
    kinds: tuple[Any, ...] = (Payment, UnidentifiedReceipt)
    for kind in kinds:
        found |= work.get_all(kind, left)
    partners = {row.id: row.partner_id for row in found.values() if isinstance(row, Payment)}
    names = party_names(work, partners.values())
    rows = []
    for item, minor in left.items():
        row = found[item]
        party_id, party = names.get(partners.get(item), ("", ""))
        rows.append(
            UnplacedRow(
                id=row.shown_id,
                received_on=day(row.received_on),
                party_id=party_id,
                party=party,
                method=method_words(row),
                amount=amount(row.amount_minor, row.currency, shown.locale),
                unplaced=amount(minor, row.currency, shown.locale),
            )
        )
    return rows


def _read_id(shown_id: str) -> UUID:
    for kind in (Payment, UnidentifiedReceipt):
        if kind.is_named_by(shown_id):
            return kind.read_id(shown_id)
    raise NotFound
