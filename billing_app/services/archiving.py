"""Keeping documents as they were issued."""

from __future__ import annotations

import hashlib

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_command
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.paper import IssuedPrint
from billing_app.models.payment import Payment

_COLUMNS: dict[type[OrgOwned], str] = {
    Invoice: "invoice_id",
    CreditRequest: "credit_request_id",
    CreditNote: "credit_note_id",
    Payment: "payment_id",
}


@system_command
def keep_print(
    work: Work[SystemActor], document_id: str, content: bytes, *, made_with: str
) -> None:
    """Keep the print of a document as issued. The first one stays; another changes nothing."""
    kind = next((kind for kind in _COLUMNS if kind.is_named_by(document_id)), None)
    if kind is None:
        raise NotFound
    work.add_unless_there(
        IssuedPrint(
            content=content,
            content_hash=hashlib.sha256(content).hexdigest(),
            made_at=clock.now(),
            made_with=made_with,
            **{_COLUMNS[kind]: work.find(kind, document_id).id},
        )
    )
