"""Payments in lists and one by one: what came in, what it paid, what went back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.tongue import tell
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment
from billing_app.reads.invoice_view import PaidView, applied_to
from billing_app.reads.locales import Setting, setting
from billing_app.reads.methods import ORIGINS, paid_with
from billing_app.reads.paging import ONE_MORE, behind, cut
from billing_app.reads.payment_search import Sought, is_any, payments_sought
from billing_app.reads.payments_seen import payments_seen
from billing_app.reads.refunds import RefundRow, refunded_of, refunds_of
from billing_app.reads.shown import Amount, amount, day, titled
from billing_app.reads.statuses import Flag, refund_flag
from billing_app.reads.times import at_time
from billing_app.reads.unplaced import unplaced_of


@dataclass(frozen=True)
class PaymentRow:
    """A payment, as a line of a list."""

    id: str
    received_on: str
    party_id: str
    party: str
    method: str
    amount: Amount
    refunded: Amount
    unplaced: Amount
    """What of a partner's payment waits to be placed; for admins alone."""

    flags: list[str]


@dataclass(frozen=True)
class PaymentPage:
    """One page of payments; ``after`` asks for the next one, empty on the last."""

    rows: list[PaymentRow]
    after: str


@dataclass(frozen=True)
class DocumentPaid:
    """A document that a payment was applied to, and how much of it still is."""

    id: str
    name: str
    amount: Amount


@dataclass(frozen=True)
class BecameCredit:
    """What of a payment became the customer's credit."""

    id: str
    why: str
    amount: Amount


@dataclass(frozen=True)
class PaymentView:
    """A payment, as its page and its receipt show it: all it paid, and what became credit."""

    row: PaymentRow
    recorded: str
    documents: list[DocumentPaid]
    credit: list[BecameCredit]
    refunds: list[RefundRow]
    moves: list[PaidView]


@admin_read()
def payments(
    work: Work[AdminActor], *, party_id: str = "", search: str = "", after: str = ""
) -> PaymentPage:
    """A page of payments, the latest received first; those that are found by what is typed."""
    sought = payments_sought(work, party_id=party_id, search=search)
    return sought_page(work, sought, after=after)


@admin_read()
def sought_page(
    work: Work[AdminActor], sought: Sought, narrowed: Sequence[Any] = (), *, after: str
) -> PaymentPage:
    """A page of the payments that are sought, of those that meet all that narrows them."""
    page = payment_page(work, *([*narrowed, *way] for way in sought.ways), after=after)
    if page.rows or sought.otherwise is None or is_any(work, sought.ways):
        return page
    return payment_page(work, [*narrowed, *sought.otherwise], after=after)


@admin_read()
def payment(work: Work[AdminActor], payment_id: str) -> PaymentView:
    """A payment with all that became of it."""
    return payment_view(work, payment_id)


@member_read
def payment_page(work: Work[Member], *ways: Sequence[Any], after: str) -> PaymentPage:
    """A page of the payments that meet any of these conditions, each asked from its own index."""
    placed = _BEHIND if after else _PLACED
    given = {"after": Payment.read_id(after)} if after else {}
    found: dict[UUID, Any] = {}
    for way in ways:
        asked = placed.where(*way) if way else placed
        found.update({row.id: row for row in work.exec(asked, params=given)})
    if after and not found:
        # Behind what nobody may see there is nothing. Say so, as of everything else that is not.
        work.find(Payment, after)
    in_order = sorted(found.values(), key=attrgetter(*_PLACED_BY), reverse=True)
    page, last = cut([row.id for row in in_order])
    rows = payment_rows(work, page, setting(work))
    return PaymentPage(rows, rows[-1].id if last else "")


@member_read
def payment_view(work: Work[Member], payment_id: str) -> PaymentView:
    """A payment that the actor may see."""
    found = work.find(Payment, payment_id)
    shown = setting(work)
    moves = applied_to(work, found, shown)
    return PaymentView(
        row=payment_rows(work, [found.id], shown)[0],
        recorded=at_time(found.recorded_at, shown.zone),
        documents=_documents(work, found, shown),
        credit=_credit(work, found, shown),
        refunds=refunds_of(work, found, shown),
        moves=moves,
    )


@member_read
def payment_rows(work: Work[Member], ids: Sequence[UUID], shown: Setting) -> list[PaymentRow]:
    """Payments as lines of a list, with what follows from what became of them."""
    seen = payments_seen(work, ids)
    page = [seen[each] for each in ids]
    gave_back = any(row.refunds or row.lots for row in page)
    refunded = refunded_of(work, ids) if gave_back else {}
    waiting = unplaced_of(work, [row.id for row in page if row.partner_id is not None])
    rows = []
    for row in page:
        back, waits = refunded.get(row.id, 0), waiting.get(row.id, 0)
        flags = (
            (refund_flag(row.amount_minor, back), back),
            (Flag.TAKEN_BACK, row.undone),
            (Flag.DISPUTED, row.disputed),
            (Flag.UNPLACED, waits),
        )
        party_id = row.customer_id or row.partner_id
        rows.append(
            PaymentRow(
                id=show(Payment.prefix, row.id),
                received_on=day(row.received_on),
                party_id=show((Customer if row.customer_id else Partner).prefix, party_id),
                party=row.party,
                method=paid_with(row.instrument, row),
                amount=amount(row.amount_minor, row.currency, shown.locale),
                refunded=amount(back, row.currency, shown.locale),
                unplaced=amount(waits, row.currency, shown.locale),
                flags=[flag for flag, borne in flags if flag and borne],
            )
        )
    return rows


def _documents(work: Work[Member], payment: Payment, shown: Setting) -> list[DocumentPaid]:
    """The documents a payment still pays, with what of it each keeps."""
    kept: dict[tuple[type, UUID], int] = {}
    wanted = select(Allocation).where(Allocation.payment_id == payment.id)
    for row in work.exec(wanted.order_by(col(Allocation.id))):
        document_id = row.invoice_id or row.credit_request_id
        assert document_id is not None, "an allocation is to one document"
        key = (Invoice if row.invoice_id else CreditRequest, document_id)
        sign = 1 if row.reverses_id is None else -1
        kept[key] = kept.get(key, 0) + sign * row.amount_minor
    kinds: tuple[Any, ...] = (Invoice, CreditRequest)
    numbers = {
        row.id: (row.shown_id, titled(row))
        for kind in kinds
        for row in work.get_all(kind, (id_ for of, id_ in kept if of is kind)).values()
    }
    return [
        DocumentPaid(*numbers[id_], amount(minor, payment.currency, shown.locale))
        for (_, id_), minor in kept.items()
        if minor
    ]


def _credit(work: Work[Member], payment: Payment, shown: Setting) -> list[BecameCredit]:
    """What became credit: of a payment that never came in, nothing did."""
    if payments_seen(work, [payment.id])[payment.id].undone:
        return []
    wanted = select(CreditLot).where(CreditLot.payment_id == payment.id)
    return [
        BecameCredit(
            id=lot.shown_id,
            why=tell(ORIGINS[lot.origin]),
            amount=amount(lot.amount_minor, lot.currency, shown.locale),
        )
        for lot in work.exec(wanted.order_by(col(CreditLot.id)))
    ]


_PLACED_BY = ("received_on", "id")
_KEY: list[Any] = [getattr(Payment, name) for name in _PLACED_BY]
_PLACED: Any = select(*_KEY).order_by(*(each.desc() for each in _KEY)).limit(ONE_MORE)
_BEHIND: Any = _PLACED.where(behind(Payment, _PLACED_BY, falls=True))
