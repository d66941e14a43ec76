"""Money that was handed back, and out of which payments it came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.kernel.tongue import marked, tell
from billing_app.ledger.events import Event
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Payment, Refund
from billing_app.reads.locales import Setting, setting
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.undone import undone

CHOICES = {
    "still_owes": "The customer still owes it",
    "no_longer_owes": "It is owed no more",
    "from_credit": "From unused credit",
}

WAYS_BACK = {
    "gateway": marked("Given back the way it was paid"),
    "outside": marked("Handed back outside; no card was credited"),
}


@dataclass(frozen=True)
class RefundRow:
    """Money that was handed back; one recorded by mistake stays, marked as taken back."""

    id: str
    refunded_on: str
    choice: str
    way: str
    """How the money went back, and whether a card was credited."""

    reference: str
    reason: str
    amount: Amount
    taken_back: bool


@dataclass(frozen=True)
class RefundPage:
    """One page of refunds; ``after`` asks for the next one, empty on the last."""

    rows: list[RefundRow]
    after: str


@member_read
def refunded_of(work: Work[Member], payments: Sequence[UUID]) -> dict[UUID | None, int]:
    """What went back of each payment: by its own refunds, and by those of its unused credit."""
    parts = _parts(work, payments)
    mistaken = undone(work, (refund.id for _, refund, _ in parts), Event.REFUND_REVERSED)
    back: dict[UUID | None, int] = defaultdict(int)
    for payment_id, refund, minor in parts:
        back[payment_id] += minor if refund.id not in mistaken else 0
    return back


@member_read
def refunds_of(work: Work[Member], payment: Payment, shown: Setting) -> list[RefundRow]:
    """The refunds of a payment, with what of each came out of it, in the order they were made."""
    parts = [(refund, minor) for _, refund, minor in _parts(work, [payment.id])]
    return _rows(work, sorted(parts, key=lambda part: part[0].id), shown)


@member_read
def refund_page(work: Work[Member], wanted: Any, *, after: str) -> RefundPage:
    """A page of the refunds wanted, the latest recorded first."""
    if after:
        wanted = wanted.where(col(Refund.id) < work.find(Refund, after).id)
    page, last = cut(work.exec(wanted.order_by(col(Refund.id).desc()).limit(ONE_MORE)).all())
    rows = _rows(work, [(refund, refund.amount_minor) for refund in page], setting(work))
    return RefundPage(rows, last.shown_id if last else "")


def _rows(
    work: Work[Member], parts: Sequence[tuple[Refund, int]], shown: Setting
) -> list[RefundRow]:
    """Why money was handed back is for admins."""
    is_admin = isinstance(work.actor, AdminActor)
    mistaken = undone(work, (refund.id for refund, _ in parts), Event.REFUND_REVERSED)
    return [
        RefundRow(
            id=refund.shown_id,
            refunded_on=day(refund.refunded_on),
            choice=CHOICES[refund.choice],
            way=tell(WAYS_BACK[refund.method]),
            reference=refund.reference,
            reason=refund.reason if is_admin else "",
            amount=amount(minor, refund.currency, shown.locale),
            taken_back=refund.id in mistaken,
        )
        for refund, minor in parts
    ]


def _parts(work: Work[Member], payments: Sequence[UUID]) -> list[tuple[UUID | None, Refund, int]]:
    """Of each payment: what was refunded of it, and how much of that refund came out of it.

    A refund of unused credit names no payment. The credit that it drew on does.
    """
    given = {"ids": payments}
    has_refunds, has_lots = work.exec(_GOES_BACK, params=given).one()
    named = work.exec(_NAMED, params=given) if has_refunds else ()
    found = [(refund.payment_id, refund, refund.amount_minor) for refund in named]
    if not has_lots:
        return found
    sums: dict[tuple[UUID | None, UUID], int] = defaultdict(int)
    refunds: dict[UUID, Refund] = {}
    for payment_id, refund, minor in work.exec(_DRAWN, params=given):
        refunds[refund.id] = refund
        sums[payment_id, refund.id] += minor
    return found + [(payment, refunds[each], minor) for (payment, each), minor in sums.items()]


_NAMED = select(Refund).where(one_of(Refund.payment_id))
_GOES_BACK: Any = select(
    _NAMED.exists().label("refunds"),
    select(CreditLot.id).where(one_of(CreditLot.payment_id)).exists().label("lots"),
)
_DRAWN: Any = (
    select(col(CreditLot.payment_id), Refund, Posting.amount_minor)
    .join(Posting, points_at(Posting, "debit_item_id", CreditLot))
    .join(Entry, points_at(Posting, "entry_id", Entry))
    .join(Refund, points_at(Entry, "source_id", Refund))
    .where(one_of(CreditLot.payment_id), col(Refund.payment_id).is_(None))
)
