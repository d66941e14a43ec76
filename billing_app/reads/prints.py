"""Prints of several invoices at once, as they were kept when each was issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.ids import show
from billing_app.models.invoice import Invoice
from billing_app.models.paper import IssuedPrint
from billing_app.reads.paging import PAGE
from billing_app.reads.papers import KeptPrint, print_as_issued

MOST_AT_ONCE = 2 * PAGE
"""So many documents go into one file: two pages of the list."""


@dataclass(frozen=True)
class Bundle:
    """What is there of the prints that were asked for; ``missing`` says why the others are not."""

    prints: list[KeptPrint]
    missing: list[str]


@admin_read()
def bundle(work: Work[AdminActor], invoice_ids: Sequence[str]) -> Bundle:
    """The prints of these invoices. One that is unknown is NotFound, and so is all of it."""
    _refuse_too_many(invoice_ids)
    prints, missing = [], []
    for invoice_id in dict.fromkeys(invoice_ids):
        number = work.find(Invoice, invoice_id).number or "Draft"
        try:
            prints.append(print_as_issued(work, invoice_id))
        except Conflict as refusal:
            missing.append(f"{number}: {refusal}")
    return Bundle(prints, missing)


@admin_read()
def kept_of(work: Work[AdminActor], invoice_ids: Sequence[str]) -> frozenset[str]:
    """Those of these invoices whose print is kept."""
    _refuse_too_many(invoice_ids)
    ids = [Invoice.read_id(each) for each in invoice_ids]
    kept = work.exec(select(IssuedPrint.invoice_id).where(col(IssuedPrint.invoice_id).in_(ids)))
    return frozenset(show(Invoice.prefix, each) for each in kept if each is not None)


def _refuse_too_many(invoice_ids: Sequence[str]) -> None:
    """Refuse what would be too much for one file, and nothing at all."""
    if not invoice_ids:
        raise Invalid("Choose at least one invoice.", field="of")
    if len(invoice_ids) > MOST_AT_ONCE:
        raise Invalid(
            f"At most {MOST_AT_ONCE} invoices go into one file. Choose fewer.", field="of"
        )
