"""What the reference on a bank statement means: the documents, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.references import numbers_in
from billing_app.ledger.numbers import prefixes
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.reads.locales import setting
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import Amount, amount, titled

_ASKING = ("issued", "raised")


@dataclass(frozen=True)
class NamedDocument:
    """A document that a reference names. Only what is payable takes money; else it is credit."""

    id: str
    what: str
    party_id: str
    party: str
    still_to_pay: Amount
    is_payable: bool


@admin_read(Permission.TAKE_PAYMENTS)
def documents_named(work: Work[AdminActor], written: str) -> tuple[NamedDocument, ...]:
    """The documents that a reference names, in its order, to record a payment on them.

    What names nothing that we know is nobody's yet: it is recorded as unidentified.
    """
    numbers = numbers_in(written, prefixes(work))
    found: dict[str, Invoice | CreditRequest] = {}
    kinds: tuple[Any, ...] = (Invoice, CreditRequest)
    for kind in kinds if numbers else ():
        rows = work.exec(select(kind).where(col(kind.number).in_(numbers)))
        found |= {str(row.number): row for row in rows}
    documents = [found[number] for number in numbers if number in found]
    names = party_names(work, [_party(each) for each in documents])
    locale = setting(work).locale
    return tuple(
        NamedDocument(
            each.shown_id,
            titled(each),
            *names.get(_party(each), ("", "")),
            amount(each.still_to_pay_minor, each.currency, locale),
            each.state in _ASKING and each.still_to_pay_minor > 0,
        )
        for each in documents
    )


def _party(document: Invoice | CreditRequest) -> UUID | None:
    if document.customer_id is not None or isinstance(document, CreditRequest):
        return document.customer_id
    return document.partner_id
