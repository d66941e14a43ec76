"""Payments in lists and one by one: what came in, what it paid, what went back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import tell
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation, Payment
from billing_app.reads.disputes import disputed_of
from billing_app.reads.instruments import methods_of
from billing_app.reads.invoice_view import PaidView, applied_to
from billing_app.reads.locales import Setting, setting
from billing_app.reads.methods import ORIGINS
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.payment_search import payment_ways
from billing_app.reads.refunds import RefundRow, refunded_of, refunds_of
from billing_app.reads.shown import Amount, amount, day, titled
from billing_app.reads.statuses import Flag, refund_flag
from billing_app.reads.times import at_time
from billing_app.reads.undone import undone_payments
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
    ways = payment_ways(work, party_id=party_id, search=search)
    return payment_page(work, *(select(Payment).where(*way) for way in ways), after=after)


@admin_read()
def payment(work: Work[AdminActor], payment_id: str) -> PaymentView:
    """A payment with all that became of it."""
    return payment_view(work, payment_id)


@member_read
def payment_page(work: Work[Member], *ways: Any, after: str) -> PaymentPage:
    """A page of the payments that are found in these ways, each asked from its own index."""
    key = tuple_(col(Payment.received_on), col(Payment.id))
    last = work.find(Payment, after) if after else None
    found: dict[UUID, Payment] = {}
    for wanted in ways:
        asked = wanted.where(key < (last.received_on, last.id)) if last else wanted
        ordered = asked.order_by(col(Payment.received_on).desc(), col(Payment.id).desc())
        found |= {payment.id: payment for payment in work.exec(ordered.limit(ONE_MORE))}
    page, last_one = cut(sorted(found.values(), key=_place, reverse=True))
    rows = payment_rows(work, page, setting(work))
    return PaymentPage(rows, last_one.shown_id if last_one else "")


@member_read
def payment_view(work: Work[Member], payment_id: str) -> PaymentView:
    """A payment that the actor may see."""
    found = work.find(Payment, payment_id)
    shown = setting(work)
    moves = applied_to(work, found, shown)
    return PaymentView(
        row=payment_rows(work, [found], shown)[0],
        recorded=at_time(found.recorded_at, shown.zone),
        documents=_documents(work, found, shown),
        credit=_credit(work, found, shown),
        refunds=refunds_of(work, found, shown),
        moves=moves,
    )


def _place(payment: Payment) -> tuple[date, UUID]:
    return payment.received_on, payment.id


@member_read
def payment_rows(work: Work[Member], page: Sequence[Payment], shown: Setting) -> list[PaymentRow]:
    """Payments as lines of a list, with what follows from what became of them."""
    names = party_names(work, (payment.customer_id or payment.partner_id for payment in page))
    refunded = refunded_of(work, page)
    taken_back = undone_payments(work, (payment.id for payment in page))
    disputed = disputed_of(work, page)
    waiting, methods = unplaced_of(work, page), methods_of(work, page)
    rows = []
    for payment in page:
        party_id, party = names[payment.customer_id or payment.partner_id]
        back, waits = refunded.get(payment.id, 0), waiting.get(payment.id, 0)
        flags = {
            refund_flag(payment.amount_minor, back): back,
            Flag.TAKEN_BACK: payment.id in taken_back,
            Flag.DISPUTED: payment.id in disputed,
            Flag.UNPLACED: waits,
        }
        rows.append(
            PaymentRow(
                id=payment.shown_id,
                received_on=day(payment.received_on),
                party_id=party_id,
                party=party,
                method=methods[payment.id],
                amount=amount(payment.amount_minor, payment.currency, shown.locale),
                refunded=amount(back, payment.currency, shown.locale),
                unplaced=amount(waits, payment.currency, shown.locale),
                flags=[flag for flag, borne in flags.items() if flag and borne],
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
    if undone_payments(work, [payment.id]):
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
