"""Money that is meant for a document and has not cleared yet."""

from __future__ import annotations

from sqlmodel import func, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.models.attempt import AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice


@system_read
def on_its_way(work: Work[SystemActor], document: Invoice | CreditRequest) -> int:
    """How much of a document is on its way, in minor units."""
    is_invoice = isinstance(document, Invoice)
    column = AttemptClaim.invoice_id if is_invoice else AttemptClaim.credit_request_id
    wanted = select(func.sum(AttemptClaim.amount_minor)).where(
        column == document.id, AttemptClaim.attempt_state == "processing"
    )
    return int(work.exec(wanted).one() or 0)
