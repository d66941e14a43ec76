"""What a receipt says: how much came in, when, how, and what it was for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.ledger import book
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.reads.paper import Applied, Head, Kind, Receipt, read_sides
from billing_app.reads.paper_heads import head_of, sides_now

_ARRIVALS = (Event.PAYMENT_RECEIVED, Event.PAYMENT_ALLOCATED)

Document = Invoice | CreditRequest


@system_read
def receipt_of(work: Work[SystemActor], payment_id: str, *, as_issued: bool) -> Receipt:
    """The receipt of a payment. What became of the money later is told on a current copy only."""
    payment = work.find(Payment, payment_id)
    applied = _applied(work, payment, as_issued=as_issued)
    documents = [document for document, _ in applied]
    back = select(func.sum(Refund.amount_minor)).where(
        Refund.payment_id == payment.id, stands(Refund, Event.REFUND_REVERSED)
    )
    mistaken, lost = was_mistaken(work, payment), lost_to_the_bank(work, payment)
    is_gone = mistaken or lost >= payment.amount_minor
    return Receipt(
        head=_head(work, payment, documents, as_issued=as_issued),
        amount=payment.amount_minor,
        booked_amount=_posted(work, payment),
        method=_method(work, payment),
        reference=payment.reference,
        applied=tuple(
            Applied(
                Kind.INVOICE if isinstance(document, Invoice) else Kind.CREDIT_REQUEST,
                document.number or "",
                minor,
            )
            for document, minor in applied
        ),
        credit=0 if is_gone and not as_issued else _credit(work, payment),
        refunded=0 if as_issued else int(work.exec(back).one() or 0),
        lost=0 if as_issued else lost,
        is_taken_back=mistaken and not as_issued,
    )


@system_read
def lost_to_the_bank(work: Work[SystemActor], payment: Payment) -> int:
    """How much of a payment its payer's bank has taken back: by a dispute, or a debit as such."""
    wanted = select(func.sum(Dispute.amount_minor)).where(
        Dispute.payment_id == payment.id, Dispute.state == "lost", col(Dispute.held)
    )
    disputed = int(work.exec(wanted).one() or 0)
    return disputed if payment.attempt_id is None else disputed + _reversed(work, payment)


@system_read
def was_mistaken(work: Work[SystemActor], payment: Payment) -> bool:
    """Whether it was recorded by mistake. What a gateway told of did come in."""
    return payment.attempt_id is None and _reversed(work, payment) > 0


def _head(
    work: Work[SystemActor], payment: Payment, documents: Sequence[Document], *, as_issued: bool
) -> Head:
    """Both sides as on the first document that was paid, or as they are called today."""
    if documents:
        said = read_sides(documents[0].snapshot)
    else:
        said = sides_now(work, _payer(work, payment))
    return head_of(
        work,
        said,
        document_id=payment.shown_id,
        kind=Kind.RECEIPT,
        number=payment.number or payment.shown_id,
        currency=payment.currency,
        dated_on=payment.received_on,
        as_issued=as_issued,
    )


def _payer(work: Work[SystemActor], payment: Payment) -> Customer | Partner:
    if payment.customer_id is not None:
        return work.get(Customer, payment.customer_id)
    assert payment.partner_id is not None, "a payment is a customer's or a partner's"
    return work.get(Partner, payment.partner_id)


def _applied(
    work: Work[SystemActor], payment: Payment, *, as_issued: bool
) -> list[tuple[Document, int]]:
    """The documents that the payment still pays, in the order in which it came to them.

    As issued they are those that it paid when it came.
    """
    kept: dict[tuple[Any, UUID], int] = {}
    wanted = select(Allocation).where(Allocation.payment_id == payment.id)
    if as_issued:
        wanted = wanted.where(
            Allocation.act_id == payment.id, col(Allocation.reverses_id).is_(None)
        )
    for row in work.exec(wanted.order_by(col(Allocation.id))):
        document_id = row.invoice_id or row.credit_request_id
        assert document_id is not None, "an allocation is to one document"
        key = (Invoice if row.invoice_id else CreditRequest, document_id)
        kept[key] = kept.get(key, 0) + (-row.amount_minor if row.reverses_id else row.amount_minor)
    return [(work.get(kind, id_), minor) for (kind, id_), minor in kept.items() if minor]


def _credit(work: Work[SystemActor], payment: Payment) -> int:
    """What became credit because it was over. That of a Credit Request is told with it."""
    wanted = select(func.sum(CreditLot.amount_minor)).where(
        CreditLot.payment_id == payment.id, CreditLot.origin == "overpayment"
    )
    return int(work.exec(wanted).one() or 0)


def _method(work: Work[SystemActor], payment: Payment) -> str:
    """How it came: by which way of the gateway, or how it was handed over."""
    if payment.attempt_id is not None:
        return work.get(PaymentAttempt, payment.attempt_id).method
    return payment.external_kind or "other"


def _reversed(work: Work[SystemActor], payment: Payment) -> int:
    entry = book.find(work, Event.PAYMENT_REVERSED, payment.id)
    moved = book.transfers_of(work, entry) if entry else ()
    return sum(transfer.amount.minor for transfer in moved)


def _posted(work: Work[SystemActor], payment: Payment) -> int:
    """What the ledger says came in by the payment."""
    entries = (book.find(work, event, payment.id) for event in _ARRIVALS)
    return sum(
        transfer.amount.minor
        for entry in entries
        if entry is not None
        for transfer in book.transfers_of(work, entry)
    )
