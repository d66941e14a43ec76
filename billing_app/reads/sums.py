"""The sums of documents, asked for beside their rows: in one statement for a whole page.

They are read from the documents' own rows, which every audience may see of its own; the proof
holds them against the ledger.
"""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func
from sqlmodel import col, select

from billing_app.access.kept import is_there, one_of
from billing_app.models.attempt import AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import CreditNote, Invoice, PlanPart, WriteOff
from billing_app.models.payment import Allocation, Refund
from billing_app.models.planned_charge import PlannedCharge


class Applied(Protocol):
    """What payments and credit paid of a document, in minor units; None where none ever did."""

    @property
    def id(self) -> UUID: ...
    @property
    def paid(self) -> int | None:
        """What they paid, less what was taken back."""

    @property
    def refunded(self) -> int | None:
        """What of it refunds took back, which is owed again."""


class Summed(Applied, Protocol):
    """The same of an invoice, and which of the rarer things there are of it.

    No other has to be asked for. Of disputes it is known only that one is open somewhere.
    """

    @property
    def notes(self) -> bool: ...
    @property
    def write_offs(self) -> bool: ...
    @property
    def parts(self) -> bool: ...
    @property
    def charges(self) -> bool: ...
    @property
    def attempts(self) -> bool: ...
    @property
    def disputes(self) -> bool: ...


RARE: dict[str, Any] = {
    "notes": CreditNote,
    "write_offs": WriteOff,
    "parts": PlanPart,
    "charges": PlannedCharge,
    "attempts": AttemptClaim,
}


def beside(invoice_id: Any) -> list[ColumnElement[Any]]:
    """The columns of ``Summed``, for a statement over invoices whose ids are in this column."""
    return [
        *_applied(Allocation.invoice_id, invoice_id),
        *(
            is_there(kind, col(kind.invoice_id) == invoice_id).label(name)
            for name, kind in RARE.items()
        ),
        is_there(Dispute, col(Dispute.state) == "open").label("disputes"),
    ]


def _applied(document: Any, document_id: Any) -> list[ColumnElement[Any]]:
    of_refund = and_(
        col(Refund.organization_id) == Allocation.organization_id,
        col(Refund.id) == Allocation.act_id,
    )
    minor = col(Allocation.amount_minor)
    paid = case((col(Allocation.reverses_id).is_(None), minor), else_=-minor)
    of_it: Any = select(func.sum(paid)).where(col(document) == document_id)
    back: Any = select(-func.sum(paid)).where(col(document) == document_id).join(Refund, of_refund)
    return [
        of_it.correlate_except(Allocation).scalar_subquery().label("paid"),
        back.correlate_except(Allocation, Refund).scalar_subquery().label("refunded"),
    ]


SUMS_OF_INVOICES: Any = select(Invoice.id, *beside(Invoice.id)).where(one_of(Invoice.id))
SUMS_OF_REQUESTS: Any = select(
    CreditRequest.id, *_applied(Allocation.credit_request_id, CreditRequest.id)
).where(one_of(CreditRequest.id))
