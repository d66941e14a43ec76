"""That a customer chose to pay by bank transfer: then nothing is charged by itself meanwhile."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, func, or_, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import HOLDING, AttemptClaim, PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.invoice import Invoice
from billing_app.services.claiming import Document


@command_step
def transfer_chosen(work: Work[Clerk], document: Document) -> datetime | None:
    """Since when a transfer is awaited that somebody chose for the document, or lies untaken.

    One that arrived from the customer and was not taken yet may be for any of their documents.
    """
    is_invoice = isinstance(document, Invoice)
    of_this = AttemptClaim.invoice_id if is_invoice else AttemptClaim.credit_request_id
    awaited = (
        select(func.min(PaymentAttempt.made_at))
        .join(AttemptClaim, points_at(AttemptClaim, "attempt_id", PaymentAttempt))
        .where(
            of_this == document.id,
            PaymentAttempt.method == "bank_transfer",
            col(PaymentAttempt.state).in_(HOLDING),
        )
    )
    being_taken = select(PaymentAttempt.id).where(
        PaymentAttempt.id == ArrivedTransfer.attempt_id, col(PaymentAttempt.state).in_(HOLDING)
    )
    arrived = select(func.min(ArrivedTransfer.kept_at)).where(
        ArrivedTransfer.customer_id == document.customer_id,
        ArrivedTransfer.currency == document.currency,
        or_(col(ArrivedTransfer.attempt_id).is_(None), being_taken.exists()),
    )
    found = [work.exec(awaited).one(), work.exec(arrived).one()]
    return min((each for each in found if each is not None), default=None)
