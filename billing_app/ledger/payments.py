"""Payments, refunds and credit against the entries of their acts.

What came in was applied, became credit or waits; what went back never exceeds it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlmodel import col

from billing_app.ledger.accounts import RECEIVABLES, Code
from billing_app.ledger.claims import Claims, credited, debited, moved, posted_as, sum_of
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.base import points_at
from billing_app.models.credit import Adjustment, CreditLot
from billing_app.models.dispute import Dispute
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Allocation, Payment, Refund, UnidentifiedReceipt
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt

_REFUNDED_AS = {
    "still_owes": Event.REFUND_STILL_OWED.value,
    "no_longer_owes": Event.REFUND_NO_LONGER_OWED.value,
    "from_credit": Event.REFUND_FROM_CREDIT.value,
}


_OUT_OF = case(
    (col(Refund.method) == "gateway", Code.GATEWAY_CLEARING.value), else_=Code.BANK.value
)


def _into_lots(wanted: Select[Any]) -> Select[Any]:
    """Joins what made each lot: all that came in, but for what was returned into it."""
    into = and_(
        col(Posting.organization_id) == CreditLot.organization_id,
        col(Posting.credit_item_id) == CreditLot.id,
        credited(Code.CUSTOMER_CREDIT),
    )
    made = and_(
        points_at(Posting, "entry_id", Entry),
        col(Entry.event) != Event.CREDIT_RETURNED,
        col(Entry.reverses_id).is_(None),
    )
    return wanted.outerjoin(Posting, into).outerjoin(Entry, made)


def _used() -> Any:
    """What moved from a lot to invoices, less what came back."""
    out = and_(debited(Code.CUSTOMER_CREDIT), col(Posting.debit_item_id) == CreditLot.id)
    back = and_(credited(Code.CUSTOMER_CREDIT), col(Posting.credit_item_id) == CreditLot.id)
    amount = col(Posting.amount_minor)
    return (
        select(func.sum(case((out, amount), else_=-amount)))
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .where(
            col(Posting.organization_id) == CreditLot.organization_id,
            or_(out, back),
            col(Entry.event).in_((Event.CREDIT_APPLIED, Event.CREDIT_RETURNED)),
        )
        .correlate(CreditLot)
        .scalar_subquery()
    )


def _attempted() -> Any:
    """Joins the attempt that a refund through the gateway came of: both have one id."""
    return and_(
        col(RefundAttempt.organization_id) == Refund.organization_id,
        col(RefundAttempt.id) == Refund.id,
        col(RefundAttempt.state).not_in(UNDECIDED),
    )


CLAIMS = (
    posted_as(
        Payment,
        "payment",
        case(
            (col(Payment.receipt_id).is_(None), Event.PAYMENT_RECEIVED.value),
            else_=Event.PAYMENT_ALLOCATED.value,
        ),
        on=Payment.received_on,
        figures={
            "the amount": (col(Payment.amount_minor), moved()),
            "what it paid": (
                sum_of(
                    Allocation,
                    Payment,
                    col(Allocation.payment_id) == Payment.id,
                    col(Allocation.act_id) == Payment.id,
                    col(Allocation.invoice_id).is_not(None),
                    col(Allocation.reverses_id).is_(None),
                ),
                moved(credited(*RECEIVABLES)),
            ),
            "what became credit": (
                sum_of(CreditLot, Payment, col(CreditLot.payment_id) == Payment.id),
                moved(credited(Code.CUSTOMER_CREDIT)),
            ),
        },
        marks={
            "its payer": func.coalesce(Payment.customer_id, Payment.partner_id)
            != Posting.credit_party_id,
            "its receipt": col(Payment.receipt_id) != Posting.debit_item_id,
            "where it came in": and_(
                col(Payment.receipt_id).is_(None),
                case(
                    (col(Payment.attempt_id).is_(None), Code.BANK.value),
                    else_=Code.GATEWAY_CLEARING.value,
                )
                != Posting.debit_account,
            ),
        },
    ),
    posted_as(
        UnidentifiedReceipt,
        "receipt",
        literal(Event.PAYMENT_UNIDENTIFIED.value),
        on=UnidentifiedReceipt.received_on,
        figures={"the amount": (col(UnidentifiedReceipt.amount_minor), moved())},
    ),
    posted_as(
        Refund,
        "refund",
        case(_REFUNDED_AS, value=Refund.choice),
        on=Refund.refunded_on,
        figures={"the amount": (col(Refund.amount_minor), moved())},
        marks={
            "its customer": col(Refund.customer_id) != Posting.debit_party_id,
            "where it went out": col(Posting.credit_account) != _OUT_OF,
        },
    ),
    posted_as(
        Refund,
        "refund that came back",
        literal(Event.REFUND_REVERSED.value),
        on=Entry.effective_on,
        figures={"the amount": (col(Refund.amount_minor), moved())},
        marks={
            "its customer": col(Refund.customer_id) != Posting.credit_party_id,
            "where it went out": col(Posting.debit_account) != _OUT_OF,
        },
        among=~stands(Refund, Event.REFUND_REVERSED),
    ),
    Claims(
        Refund,
        "refund through the gateway",
        Refund.currency,
        lambda wanted: wanted.outerjoin(RefundAttempt, _attempted()),
        figures={"the amount": (col(Refund.amount_minor), func.sum(RefundAttempt.amount_minor))},
        marks={
            "its payment": col(Refund.payment_id) != RefundAttempt.payment_id,
            "its currency": col(Refund.currency) != RefundAttempt.currency,
        },
        among=col(Refund.method) == "gateway",
        by="its attempt",
    ),
    posted_as(
        Dispute,
        "dispute",
        literal(Event.DISPUTE_OPENED.value),
        on=Entry.effective_on,
        figures={
            "what is held": (
                case((col(Dispute.held), col(Dispute.amount_minor)), else_=0),
                moved(debited(Code.DISPUTES_HELD)),
            ),
            "the fee": (col(Dispute.fee_minor), moved(debited(Code.DISPUTE_FEES))),
        },
        marks={"its payment": col(Dispute.payment_id) != Posting.debit_item_id},
        among=~stands(Dispute, Event.DISPUTE_OPENED),
    ),
    posted_as(
        Dispute,
        "decided dispute",
        case(
            (col(Dispute.state) == "won", Event.DISPUTE_WON.value),
            else_=Event.DISPUTE_LOST.value,
        ),
        on=Entry.effective_on,
        figures={"what was held": (col(Dispute.amount_minor), moved())},
        marks={"its payment": col(Dispute.payment_id) != Posting.credit_item_id},
        among=and_(
            ~stands(Dispute, Event.DISPUTE_OPENED),
            col(Dispute.held),
            col(Dispute.state).in_(("won", "lost")),
        ),
    ),
    posted_as(
        Adjustment,
        "adjustment",
        literal(Event.ADJUSTMENT.value),
        on=Adjustment.adjusted_on,
        figures={"the amount": (col(Adjustment.amount_minor), moved())},
        marks={
            "its direction": case((debited(Code.GOODWILL), "up"), else_="down")
            != Adjustment.direction,
            "its customer": func.coalesce(Posting.credit_party_id, Posting.debit_party_id)
            != Adjustment.customer_id,
            "its lot of credit": col(Adjustment.lot_id) != Posting.credit_item_id,
        },
    ),
    Claims(
        CreditLot,
        "credit lot",
        CreditLot.currency,
        _into_lots,
        figures={
            "the amount": (col(CreditLot.amount_minor), moved(col(Entry.id).is_not(None))),
            "what it paid": (
                sum_of(
                    Allocation,
                    CreditLot,
                    col(Allocation.lot_id) == CreditLot.id,
                    col(Allocation.invoice_id).is_not(None),
                    net=case((col(Allocation.reverses_id).is_(None), 1), else_=-1),
                ),
                _used(),
            ),
        },
        marks={
            "its day": col(Entry.effective_on) != CreditLot.made_on,
            "where it came from": func.coalesce(CreditLot.payment_id, CreditLot.credit_note_id)
            != Entry.source_id,
        },
    ),
)
