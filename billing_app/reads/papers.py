"""Papers: who may have which, the prints that were kept, and all that one says.

Asking goes in two steps. First whoever asks looks the document up as themselves, so that
what is not theirs does not exist; then the organization itself reads what the paper says, so
that it says the same to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Member, PartnerActor, PayerActor, SystemActor
from billing_app.access.guard import member_read, payer_read, system_read
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict, NotFound
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.paper import IssuedPrint
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.reads.paper import Kind, Paper
from billing_app.reads.paper_charges import charge_of_invoice, charge_of_note, charge_of_request
from billing_app.reads.paper_receipts import receipt_of
from billing_app.reads.paper_statements import statement_of
from billing_app.reads.payer import document_behind

_KINDS: dict[type[OrgOwned], Kind] = {
    Invoice: Kind.INVOICE,
    CreditRequest: Kind.CREDIT_REQUEST,
    CreditNote: Kind.CREDIT_NOTE,
    Payment: Kind.RECEIPT,
    Customer: Kind.STATEMENT,
}


class NotIssued(Conflict):
    """A draft is no paper."""

    sentence = "This is still a draft, so there is nothing to print. Issue it first."


class NotKeptYet(Conflict):
    """The print as issued is made right after issuing, and this is even sooner."""

    sentence = "The print as issued is being made. Please try again in a moment."


@dataclass(frozen=True)
class KeptPrint:
    """A print as it was issued."""

    kind: Kind
    number: str
    content: bytes = field(repr=False)
    content_hash: str


@member_read
def printable(work: Work[Member], document_id: str) -> str:
    """The id of a document that the actor may have as a paper. What partners get is their own.

    A customer is asked for by their own id: the paper is their statement.
    """
    if isinstance(work.actor, PartnerActor):
        raise NotFound
    row = work.find(_kind_of(document_id), document_id)
    if getattr(row, "state", "") == "draft":
        raise NotIssued
    return row.shown_id


@payer_read
def printable_behind(work: Work[PayerActor]) -> str:
    """The id of the one document behind a pay link."""
    return document_behind(work).shown_id


@member_read
def print_as_issued(work: Work[Member], document_id: str) -> KeptPrint:
    """The very bytes that were kept when the document was issued."""
    kept = _kept(work, printable(work, document_id))
    if kept is None:
        raise NotKeptYet
    return kept


@system_read
def kept_print(work: Work[SystemActor], document_id: str) -> KeptPrint | None:
    """The same for a letter that leaves; None as long as it is not made."""
    return _kept(work, document_id)


@system_read
def is_kept(work: Work[SystemActor], document_id: str) -> bool:
    """Whether the print as issued is there."""
    kind = _kind_of(document_id)
    wanted = select(IssuedPrint.id).where(_prints_of(kind) == kind.read_id(document_id))
    return work.exec(wanted).first() is not None


@system_read
def is_partners(work: Work[SystemActor], document_id: str) -> bool:
    """Whether a document is between us and a partner, who has what is theirs from elsewhere."""
    found: Any = work.find(_kind_of(document_id), document_id)
    if isinstance(found, CreditNote):
        found = work.get(Invoice, found.invoice_id)
    return getattr(found, "partner_id", None) is not None


@system_read
def paper(
    work: Work[SystemActor], document_id: str, *, public_url: str = "", as_issued: bool = False
) -> Paper:
    """What the paper of a document says: as it was issued, or as things stand now.

    With a ``public_url`` it leads to the pay page, if a pay link is good at the moment.
    """
    kind = _kind_of(document_id)
    if kind is Invoice:
        return charge_of_invoice(work, document_id, public_url=public_url, as_issued=as_issued)
    if kind is CreditRequest:
        return charge_of_request(work, document_id, public_url=public_url, as_issued=as_issued)
    if kind is CreditNote:
        return charge_of_note(work, document_id, as_issued=as_issued)
    if kind is Payment:
        return receipt_of(work, document_id, as_issued=as_issued)
    raise NotFound


@system_read
def statement_paper(
    work: Work[SystemActor],
    customer_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    currency: str = "",
) -> Paper:
    """A customer's statement over some days: of the last twelve months unless told otherwise."""
    return statement_of(work, customer_id, since=since, until=until, currency=currency)


def _kept(work: Work[Any], document_id: str) -> KeptPrint | None:
    kind = _kind_of(document_id)
    found = work.find(kind, document_id)
    kept = work.exec(select(IssuedPrint).where(_prints_of(kind) == found.id)).one_or_none()
    if kept is None:
        return None
    number = getattr(found, "number", None) or found.shown_id
    return KeptPrint(_KINDS[kind], number, kept.content, kept.content_hash)


def _kind_of(document_id: str) -> type[OrgOwned]:
    found = next((kind for kind in _KINDS if kind.is_named_by(document_id)), None)
    if found is None:
        raise NotFound
    return found


def _prints_of(kind: type[OrgOwned]) -> Any:
    """The column of a print that names a document of this kind."""
    columns: dict[type[OrgOwned], UUID | None] = {
        Invoice: IssuedPrint.invoice_id,
        CreditRequest: IssuedPrint.credit_request_id,
        CreditNote: IssuedPrint.credit_note_id,
        Payment: IssuedPrint.payment_id,
    }
    if kind not in columns:
        raise NotFound
    return col(columns[kind])
