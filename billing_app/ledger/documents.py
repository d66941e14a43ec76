"""Invoices, credit notes and write-offs against the entries of their acts, and their lines.

Postings and documents are written by different code, and whoever changes one of them behind
the back leaves the other as it was. So each amount, party and day is held against the other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, literal, or_
from sqlmodel import col

from billing_app.ledger.accounts import RECEIVABLES, Code
from billing_app.ledger.claims import (
    Claims,
    Figures,
    credited,
    debited,
    moved,
    posted_as,
    sum_of,
)
from billing_app.ledger.events import Event
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine, WriteOff
from billing_app.models.ledger import Posting
from billing_app.models.payment import Refund


def _of_lines(document: Any, line: Any) -> Figures:
    return {
        "the net": (document.net_minor, func.sum(line.net_minor)),
        "the tax": (document.tax_minor, func.sum(line.tax_minor)),
        "the total": (document.total_minor, func.sum(line.gross_minor)),
    }


_ASKED = moved(debited(*RECEIVABLES)) - moved(credited(*RECEIVABLES))
_TAX_ASKED, _TAX_BACK = moved(credited(Code.TAX_PAYABLE)), moved(debited(Code.TAX_PAYABLE))
_TO_CREDIT = moved(credited(Code.CUSTOMER_CREDIT))

CLAIMS = (
    posted_as(
        Invoice,
        "invoice",
        literal(Event.INVOICE_ISSUED.value),
        on=Invoice.issued_on,
        figures={
            "the net": (col(Invoice.net_minor), _ASKED - _TAX_ASKED),
            "the tax": (col(Invoice.tax_minor), _TAX_ASKED),
        },
        among=col(Invoice.state) != "draft",
    ),
    posted_as(
        Invoice,
        "void invoice",
        literal(Event.INVOICE_VOIDED.value),
        on=Invoice.voided_on,
        among=col(Invoice.state) == "void",
    ),
    Claims(
        Invoice,
        "invoice",
        Invoice.currency,
        lambda wanted: wanted.outerjoin(InvoiceLine, points_at(InvoiceLine, "invoice_id", Invoice)),
        figures=_of_lines(Invoice, InvoiceLine),
        by="its lines",
    ),
    posted_as(
        CreditNote,
        "credit note",
        literal(Event.CREDIT_NOTE_ISSUED.value),
        on=CreditNote.effective_on,
        figures={
            "the net": (
                col(CreditNote.net_minor),
                moved(and_(credited(*RECEIVABLES), ~debited(Code.TAX_PAYABLE))),
            ),
            "the tax": (col(CreditNote.tax_minor), _TAX_BACK),
            "what became credit": (col(CreditNote.to_credit_minor), _TO_CREDIT),
            "its lot of credit": (
                sum_of(CreditLot, CreditNote, col(CreditLot.credit_note_id) == CreditNote.id),
                _TO_CREDIT,
            ),
            "what was handed back outside": (
                col(CreditNote.outside_minor),
                moved(credited(Code.BANK, Code.GATEWAY_CLEARING)),
            ),
        },
        marks={
            "its invoice": or_(
                and_(credited(*RECEIVABLES), col(Posting.credit_item_id) != CreditNote.invoice_id),
                and_(debited(*RECEIVABLES), col(Posting.debit_item_id) != CreditNote.invoice_id),
            )
        },
    ),
    Claims(
        CreditNote,
        "credit note",
        CreditNote.currency,
        lambda wanted: wanted.outerjoin(
            CreditNoteLine, points_at(CreditNoteLine, "credit_note_id", CreditNote)
        ).outerjoin(InvoiceLine, points_at(CreditNoteLine, "invoice_line_id", InvoiceLine)),
        figures=_of_lines(CreditNote, CreditNoteLine),
        marks={"its invoice": col(InvoiceLine.invoice_id) != CreditNote.invoice_id},
        by="its lines",
    ),
    Claims(
        CreditNote,
        "credit note",
        CreditNote.currency,
        lambda wanted: wanted.outerjoin(Refund, points_at(Refund, "credit_note_id", CreditNote)),
        figures={
            "what was refunded": (col(CreditNote.refunded_minor), func.sum(Refund.amount_minor))
        },
        by="its refunds",
    ),
    posted_as(
        WriteOff,
        "write-off",
        col(WriteOff.kind),
        on=WriteOff.written_off_on,
        currency=Invoice.currency,
        figures={
            "the amount": (col(WriteOff.amount_minor), moved()),
            "the tax": (col(WriteOff.tax_minor), _TAX_BACK),
        },
        marks={"its invoice": col(WriteOff.invoice_id) != Posting.credit_item_id},
        beside=(Invoice, points_at(WriteOff, "invoice_id", Invoice)),
    ),
)
