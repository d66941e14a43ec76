"""What letters tell of money that moved: receipts, refunds, credit, credit notes, statements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.kernel.ids import read, show
from billing_app.kernel.money import Money
from billing_app.ledger import sheets
from billing_app.ledger.events import Event
from billing_app.ledger.sheets import Place, Sheet
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.ledger import Entry
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.reads.paper_receipts import lost_to_the_bank, was_mistaken
from billing_app.reads.told import (
    AppliedTold,
    NoteTold,
    PaidTold,
    ReceiptTold,
    RefundTold,
    StatementTold,
    named,
)
from billing_app.reads.told_asking import document_of

_ACT = "act"
_AT_ONCE = 500

Party = Customer | Partner


@system_read
def receipt(work: Work[SystemActor], payment_id: str) -> tuple[ReceiptTold, Party, bool]:
    """A payment, as it was received; and whether any of the money is still here."""
    payment = work.find(Payment, payment_id)
    paid = _paid(work, col(Allocation.act_id) == payment.id, payment.currency)
    rest = payment.amount_minor - sum(each.amount.minor for each in paid)
    is_partners = payment.partner_id is not None
    told = ReceiptTold(
        number=payment.number or "",
        amount=Money(payment.amount_minor, payment.currency),
        received_on=payment.received_on,
        method=_method(work, payment),
        reference=payment.reference,
        paid=paid,
        became_credit=Money(0 if is_partners else rest, payment.currency),
        unplaced=Money(rest if is_partners else 0, payment.currency),
    )
    return (
        told,
        _party(work, payment.customer_id, payment.partner_id),
        not was_mistaken(work, payment) and lost_to_the_bank(work, payment) < payment.amount_minor,
    )


@system_read
def refund(work: Work[SystemActor], refund_id: str) -> tuple[RefundTold, Party, bool]:
    """Money that goes back; and whether it did not come back since."""
    found = work.find(Refund, refund_id)
    told = RefundTold(
        amount=Money(found.amount_minor, found.currency),
        refunded_on=found.refunded_on,
        by_gateway=found.method == "gateway",
        choice=found.choice,
        reference=found.reference,
    )
    stands = not _undone(work, found.id, Event.REFUND_REVERSED)
    return told, _party(work, found.customer_id, None), stands


@system_read
def applied(work: Work[SystemActor], invoice_id: str, act: str) -> tuple[AppliedTold, Party, bool]:
    """Credit that one act used for an invoice; and whether any of it still is."""
    invoice = work.find(Invoice, invoice_id)
    of_act = col(Allocation.act_id) == read(_ACT, act)
    rows = work.exec(select(Allocation).where(of_act).order_by(col(Allocation.id))).all()
    (paid,) = _paid(work, of_act, invoice.currency)
    taken_back = select(func.sum(Allocation.amount_minor)).where(
        col(Allocation.reverses_id).in_([row.id for row in rows])
    )
    stands = int(work.exec(taken_back).one() or 0) < paid.amount.minor
    told = AppliedTold(paid, rows[0].made_on)
    return told, _party(work, invoice.customer_id, None), stands


@system_read
def note(work: Work[SystemActor], note_id: str) -> tuple[NoteTold, Party]:
    """A credit note, and what became of its amount."""
    found = work.find(CreditNote, note_id)
    invoice = work.find(Invoice, show(Invoice.prefix, found.invoice_id))

    def money(minor: int) -> Money:
        return Money(minor, found.currency)

    told = NoteTold(
        number=found.number,
        invoice=named(invoice),
        amount=money(found.total_minor),
        lowered=money(found.lowered_minor),
        to_credit=money(found.to_credit_minor),
        refunded=money(found.refunded_minor),
        outside=money(found.outside_minor),
        still_to_pay=money(invoice.still_to_pay_minor),
    )
    return told, _party(work, invoice.customer_id, invoice.partner_id)


@system_read
def statement(
    work: Work[SystemActor], customer_id: str, detail: str
) -> tuple[StatementTold, Party]:
    """A customer's balance over some days. What moved is summed apart from the two balances.

    They agree, or nothing is told: a statement that does not close is our own mistake.
    """
    customer = work.find(Customer, customer_id)
    since_, until_, currency = detail.split()
    sheet = Sheet(customer.id, currency, date.fromisoformat(since_), date.fromisoformat(until_))
    opening, closing = sheets.opening(work, sheet), sheets.closing(work, sheet)
    charged, in_favour = _moved(work, sheet)
    if opening - charged + in_favour != closing:
        raise RuntimeError(f"A statement of {customer.shown_id} does not close.")

    def money(minor: int) -> Money:
        return Money(minor, currency)

    told = StatementTold(
        since=sheet.since,
        until=sheet.until,
        opening=money(opening),
        charged=money(charged),
        in_favour=money(in_favour),
        closing=money(closing),
    )
    return told, customer


def _moved(work: Work[SystemActor], sheet: Sheet) -> tuple[int, int]:
    """What was charged and what came in favour; what only moves within is neither."""
    charged = in_favour = 0
    last: Place | None = None
    while page := sheets.moves(work, sheet, last, at_most=_AT_ONCE):
        charged -= sum(min(each.balance, 0) for each in page)
        in_favour += sum(max(each.balance, 0) for each in page)
        last = (page[-1].on, page[-1].entry_id)
    return charged, in_favour


def _paid(work: Work[SystemActor], which: Any, currency: str) -> tuple[PaidTold, ...]:
    """What was applied to each document, in the order in which it was."""
    sums: dict[str, int] = {}
    wanted = select(Allocation).where(which, col(Allocation.reverses_id).is_(None))
    for row in work.exec(wanted.order_by(col(Allocation.id))).all():
        kind, id_ = (
            (Invoice.prefix, row.invoice_id)
            if row.invoice_id
            else (CreditRequest.prefix, row.credit_request_id)
        )
        assert id_ is not None, "an allocation is to one document"
        sums[show(kind, id_)] = sums.get(show(kind, id_), 0) + row.amount_minor
    documents = {shown_id: document_of(work, shown_id) for shown_id in sums}
    return tuple(
        PaidTold(
            named(documents[shown_id]),
            Money(minor, currency),
            Money(documents[shown_id].still_to_pay_minor, currency),
        )
        for shown_id, minor in sums.items()
    )


def _method(work: Work[SystemActor], payment: Payment) -> str:
    if payment.attempt_id is None:
        return payment.external_kind or "other"
    return work.get(PaymentAttempt, payment.attempt_id).method


def _party(work: Work[SystemActor], customer_id: UUID | None, partner_id: UUID | None) -> Party:
    if customer_id is not None:
        return work.get(Customer, customer_id)
    assert partner_id is not None, "everything is a customer's or a partner's"
    return work.get(Partner, partner_id)


def _undone(work: Work[SystemActor], act_id: UUID, by: Event) -> bool:
    taken_back = select(Entry.id).where(Entry.source_id == act_id, Entry.event == by)
    return work.exec(taken_back).first() is not None
