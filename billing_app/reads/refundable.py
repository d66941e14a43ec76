"""What can go back of a payment, which way, and what became of giving it back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.events import Event
from billing_app.ledger.given_back import being_given_back, disputed, refunded_with_notes
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.ledger import Entry
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.invoice_view import allocations_of
from billing_app.reads.locales import setting
from billing_app.reads.payments import PaymentRow, payment_rows
from billing_app.reads.payments_seen import SeenPayment, payments_seen
from billing_app.reads.shown import Amount, amount
from billing_app.reads.standings import there_of
from billing_app.reads.statuses import Flag


@dataclass(frozen=True)
class Refundable:
    """A payment, and what of it can go back now. The command decides what really can.

    ``instrument`` is what it was paid with through the gateway; empty if it came in outside.
    ``failed`` says that the provider could not give some of it back, so that it may be handed
    back in another way; ``came_as_credit``, that what came back became the customer's credit.
    """

    payment_id: str
    party: str
    what: str
    instrument: str
    received_on: str
    left: Amount
    failed: bool
    came_as_credit: bool


@dataclass(frozen=True)
class RefundableOn:
    """A payment that pays an invoice, and what of it can go back with a credit note on that."""

    payment_id: str
    what: str
    received_on: str
    most: Amount


@dataclass(frozen=True)
class RefundTried:
    """What came of giving money back the way it was paid."""

    state: str
    amount: Money
    why: str


@admin_read()
def refundable(work: Work[AdminActor], payment_id: str) -> Refundable:
    """What is to be known of a payment before some of it goes back."""
    found = work.find(Payment, payment_id)
    [row] = payment_rows(work, [found.id], setting(work))
    attempt = work.get(PaymentAttempt, found.attempt_id) if found.attempt_id else None
    if attempt is not None and attempt.method == "bank_transfer":
        # The provider does not know the payer's account well enough to put it back there.
        attempt = None
    return Refundable(
        payment_id=row.id,
        party=row.party,
        what=row.method,
        instrument=(attempt.instrument or "the provider") if attempt else "",
        received_on=row.received_on,
        left=left_of(work, found, row),
        failed=_is_any(work, _failed(found)),
        came_as_credit=_is_any(work, _came_as_credit(found)),
    )


@admin_read()
def left_of(work: Work[AdminActor], found: Payment | SeenPayment, row: PaymentRow) -> Amount:
    """What of a payment can go back: less what is going or its bank took, none while it is open."""
    left = 0 if Flag.TAKEN_BACK in row.flags else row.amount.minor - row.refunded.minor
    if left and found.attempt_id is not None:
        left -= disputed(work, found.id, "lost") + being_given_back(work, found.id)
        left = 0 if disputed(work, found.id, "open") else max(left, 0)
    return amount(left, found.currency, setting(work).locale)


@admin_read()
def refundable_on(work: Work[AdminActor], invoice_id: str) -> list[RefundableOn]:
    """What of the payments of an invoice can go back, by themselves or by credit they brought.

    Those with nothing to give are left out, and so is all that a partner paid.
    """
    invoice = work.find(Invoice, invoice_id)
    if invoice.customer_id is None:
        return []
    (pays, kept), shown = _pays(work, invoice), setting(work)
    has_notes = "notes" in there_of(work, [invoice.id])
    seen = payments_seen(work, pays).values()
    found = sorted(seen, key=lambda each: (each.received_on, each.id))
    rows = []
    for each, row in zip(
        found, payment_rows(work, [each.id for each in found], shown), strict=True
    ):
        with_notes = refunded_with_notes(work, each.id, invoice.id) if has_notes else 0
        on_it = min(kept, pays[each.id] - with_notes)
        most = min(on_it, left_of(work, each, row).minor) if on_it > 0 else 0
        if most > 0:
            can = amount(most, each.currency, shown.locale)
            rows.append(RefundableOn(row.id, row.method, row.received_on, can))
    return rows


@admin_read()
def refund_tried(work: Work[AdminActor], attempt_id: str) -> RefundTried:
    """How a refund through the gateway stands."""
    found = work.find(RefundAttempt, attempt_id)
    return RefundTried(found.state, Money(found.amount_minor, found.currency), found.failure)


def _pays(work: Work[AdminActor], invoice: Invoice) -> tuple[dict[UUID, int], int]:
    """What each payment pays of an invoice, and what of all that no credit note gave back."""
    rows = allocations_of(work, invoice)
    lots = work.get_all(CreditLot, {row.lot_id for row in rows})
    pays: dict[UUID, int] = defaultdict(int)
    kept = 0
    for row in rows:
        minor = row.amount_minor if row.reverses_id is None else -row.amount_minor
        lot = lots.get(row.lot_id)
        came_with = lot.payment_id if lot else row.payment_id
        kept += minor
        if came_with is not None:
            pays[came_with] += minor
    if "notes" in there_of(work, [invoice.id]):
        kept -= int(work.exec(_HANDED_BACK, params={"id": invoice.id}).one() or 0)
    return pays, kept


def _failed(found: Payment) -> Any:
    return select(RefundAttempt.id).where(
        RefundAttempt.payment_id == found.id, col(RefundAttempt.state).in_(("failed", "canceled"))
    )


def _came_as_credit(found: Payment) -> Any:
    """What came back and took no entry back has become credit."""
    return (
        select(Entry.id)
        .join(Refund, points_at(Entry, "source_id", Refund))
        .where(
            Refund.payment_id == found.id,
            Entry.event == Event.REFUND_REVERSED,
            col(Entry.reverses_id).is_(None),
        )
    )


def _is_any(work: Work[AdminActor], wanted: Any) -> bool:
    return work.exec(wanted.limit(1)).first() is not None


_HANDED_BACK = select(func.sum(col(CreditNote.total_minor) - col(CreditNote.lowered_minor))).where(
    is_it(CreditNote.invoice_id)
)
