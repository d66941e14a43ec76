"""Drafts of invoices: written, changed, deleted, or copied from an invoice there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_line, read_paragraphs
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.models.books import TaxRate
from billing_app.models.invoice import (
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    Invoice,
    InvoiceLine,
    PlanPart,
)
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.services.itemizing import itemize, lines_of
from billing_app.services.organizing import settings_of
from billing_app.services.repeating import keep_new, once


class NotADraft(Conflict):
    """The invoice was issued or voided; what it says stands."""

    def __init__(self, invoice: Invoice) -> None:
        became = "is void" if invoice.state == "void" else "was already issued"
        super().__init__(f"Invoice {invoice.number} {became}. Nothing was changed.")


class DraftChanged(Conflict):
    """Somebody else changed the draft after it was opened."""

    sentence = (
        "Somebody changed this draft after you opened it. Nothing of yours was saved;"
        " open it again."
    )


class PartyArchived(Conflict):
    """Nothing new is billed to a party that was put away."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is archived, so nothing new can be billed to them. Restore them first;"
            " nothing was changed."
        )


@admin_command(Permission.KEEP_INVOICES)
def draft_invoice(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    party_id: str,
    lines: Sequence[DraftLine] = (),
    currency: str = "",
    prices_include_tax: bool | None = None,
    reference: str = "",
    note: str = "",
    due_on: date | None = None,
) -> str:
    """Write a draft for a customer or a partner. It has no number and asks for nothing yet.

    What is not said comes from the party and from 'General Accounting Settings'. The id is
    drawn when the form opens, so sending the form again is harmless, whatever became of the
    draft since; one that was deleted stays deleted.
    """
    said = [party_id, [*lines], currency, prices_include_tax, reference, note, due_on]
    if once(work, "", "draft_invoice", said, makes=invoice_id) is not None:
        return work.find(Invoice, invoice_id).shown_id
    party = _party(work, party_id)
    settings = settings_of(work)
    inclusive = settings.prices_include_tax if prices_include_tax is None else prices_include_tax
    invoice = Invoice(
        id=Invoice.read_id(invoice_id),
        customer_id=party.id if isinstance(party, Customer) else None,
        partner_id=party.id if isinstance(party, Partner) else None,
        currency=read_currency(currency or _usual_currency(work, party)),
        prices_include_tax=inclusive,
        tax_rounding=settings.tax_rounding,
        drafted_at=clock.now(),
        due_on=due_on,
    )
    _take_words(invoice, reference=reference, note=note)
    if party.archived_at is not None:
        raise PartyArchived(party.name)
    return _keep(work, invoice, itemize(work, invoice, lines))


@admin_command(Permission.KEEP_INVOICES)
def change_draft(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    version: int,
    lines: Sequence[DraftLine],
    currency: str,
    prices_include_tax: bool,
    reference: str = "",
    note: str = "",
    due_on: date | None = None,
) -> str:
    """Write a draft anew, unless somebody else did since ``version`` was shown."""
    invoice = lock_draft(work, invoice_id)
    if invoice.version != version:
        raise DraftChanged
    invoice.currency = read_currency(currency)
    invoice.prices_include_tax = prices_include_tax
    invoice.tax_rounding = settings_of(work).tax_rounding
    invoice.due_on = due_on
    _take_words(invoice, reference=reference, note=note)
    rows = itemize(work, invoice, lines)
    invoice.version += 1
    _remove_all(work, InvoiceLine, invoice)
    work.add(*rows)
    return invoice.shown_id


@admin_command(Permission.KEEP_INVOICES)
def delete_draft(work: Work[AdminActor], invoice_id: str) -> str:
    """Throw a draft away. It never had a number, so none is missing afterwards."""
    invoice = lock_draft(work, invoice_id)
    _remove_all(work, PlanPart, invoice)
    _remove_all(work, InvoiceLine, invoice)
    work.remove(invoice)
    return invoice_id


@admin_command(Permission.KEEP_INVOICES)
def duplicate_invoice(work: Work[AdminActor], new_id: str, invoice_id: str) -> str:
    """Begin a draft that says what another invoice says; its dates and plan are not copied.

    The prices are copied, the tax is worked out anew.
    """
    if once(work, "", "duplicate_invoice", invoice_id, makes=new_id) is not None:
        return work.find(Invoice, new_id).shown_id
    original = work.find(Invoice, invoice_id)
    copied = [
        DraftLine(
            description=line.description,
            unit_price=Money(line.unit_price_minor, original.currency),
            quantity_milli=line.quantity_milli,
            discount_bp=line.discount_bp,
            tax_rate_id=show(TaxRate.prefix, line.tax_rate_id) if line.tax_rate_id else "",
        )
        for line in lines_of(work, original)
    ]
    invoice = Invoice(
        id=Invoice.read_id(new_id),
        customer_id=original.customer_id,
        partner_id=original.partner_id,
        currency=original.currency,
        prices_include_tax=original.prices_include_tax,
        tax_rounding=settings_of(work).tax_rounding,
        reference=original.reference,
        note=original.note,
        drafted_at=clock.now(),
        duplicate_of_id=None if original.state == "draft" else original.id,
    )
    return _keep(work, invoice, itemize(work, invoice, copied, archived_too=True))


@command_step
def lock_draft(work: Work[Clerk], invoice_id: str) -> Invoice:
    """The invoice, locked, if it is still a draft."""
    invoice = work.find(Invoice, invoice_id, lock=True)
    if invoice.state != "draft":
        raise NotADraft(invoice)
    return invoice


def _party(work: Work[Clerk], party_id: str) -> Customer | Partner:
    if Partner.is_named_by(party_id):
        return work.find(Partner, party_id)
    return work.find(Customer, party_id)


def _usual_currency(work: Work[Clerk], party: Customer | Partner) -> str:
    own = party.currency if isinstance(party, Customer) else ""
    return own or work.exec(select(Organization.currency)).one()


def _take_words(invoice: Invoice, *, reference: str, note: str) -> None:
    invoice.reference = read_line(
        reference, longest=LONGEST_REFERENCE, what="reference", field="reference", required=False
    )
    invoice.note = read_paragraphs(note, longest=LONGEST_NOTE, what="note", field="note")


def _keep(work: Work[Clerk], invoice: Invoice, rows: list[InvoiceLine]) -> str:
    keep_new(work, invoice)
    work.add(*rows)
    return invoice.shown_id


def _remove_all(
    work: Work[Clerk], kind: type[InvoiceLine] | type[PlanPart], invoice: Invoice
) -> None:
    for row in work.exec(select(kind).where(kind.invoice_id == invoice.id)).all():
        work.remove(row)
