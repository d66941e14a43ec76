"""What stands in the columns of each list that is exported. Why money went back is for admins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.events import Event
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.reads.locales import setting
from billing_app.reads.methods import EXTERNAL
from billing_app.reads.party_names import party_names
from billing_app.reads.refunds import CHOICES, WAYS_BACK, refunded_of
from billing_app.reads.standings import request_figures_of, standings_of
from billing_app.reads.statuses import request_status
from billing_app.reads.undone import undone

Cell = str | int | date | Money | None
Line = tuple[Cell, ...]

INVOICES = (
    *("id", "number", "party id", "party", "issued on", "due on", "status", "flags"),
    *("reference", "currency", "net", "tax", "total", "still to pay"),
)
REQUESTS = (
    *("id", "number", "party id", "party", "raised on", "due on", "status", "description"),
    *("currency", "total", "still to pay"),
)
PAYMENTS = (
    *("id", "number", "received on", "party id", "party", "method", "reference", "taken back"),
    *("currency", "amount", "refunded"),
)
REFUNDS = (
    *("id", "refunded on", "party id", "party", "payment id", "way", "choice", "reference"),
    *("reason", "taken back", "currency", "amount"),
)
NOTES = (
    *("id", "number", "effective on", "invoice id", "invoice", "party id", "party", "reason"),
    *("currency", "net", "tax", "total", "taken off", "to credit", "refunded", "outside"),
)
CUSTOMERS = (
    *("id", "name", "legal name", "email", "tax id", "address", "language", "currency"),
    *("due days", "added on", "archived on"),
)


@member_read
def invoices(work: Work[Member], page: Sequence[Invoice]) -> list[Line]:
    """A row for each invoice; a draft has no number and no days yet."""
    names = party_names(work, (row.customer_id or row.partner_id for row in page))
    standings = standings_of(work, page, setting(work).today)
    return [
        (
            row.shown_id,
            row.number,
            *names[row.customer_id or row.partner_id],
            row.issued_on,
            row.due_on,
            str(standings[row.id].status),
            ", ".join(standings[row.id].flags),
            row.reference,
            *_amounts(
                row.currency, row.net_minor, row.tax_minor, row.total_minor, row.still_to_pay_minor
            ),
        )
        for row in page
    ]


@member_read
def requests(work: Work[Member], page: Sequence[CreditRequest]) -> list[Line]:
    """A row for each Credit Request."""
    names = party_names(work, (row.customer_id for row in page))
    figures = request_figures_of(work, page)
    return [
        (
            row.shown_id,
            row.number,
            *names[row.customer_id],
            row.raised_on,
            row.due_on,
            str(request_status(row.state, figures[row.id])),
            row.description,
            *_amounts(row.currency, row.total_minor, row.still_to_pay_minor),
        )
        for row in page
    ]


@member_read
def payments(work: Work[Member], page: Sequence[Payment]) -> list[Line]:
    """A row for each payment, whatever became of it."""
    names = party_names(work, (row.customer_id or row.partner_id for row in page))
    ids = [row.id for row in page]
    refunded, mistaken = refunded_of(work, ids), undone(work, ids, Event.PAYMENT_REVERSED)
    return [
        (
            row.shown_id,
            row.number,
            row.received_on,
            *names[row.customer_id or row.partner_id],
            EXTERNAL.get(row.external_kind or "", "Gateway"),
            row.reference,
            _yes(row.id in mistaken),
            *_amounts(row.currency, row.amount_minor, refunded.get(row.id, 0)),
        )
        for row in page
    ]


@member_read
def refunds(work: Work[Member], page: Sequence[Refund]) -> list[Line]:
    """A row for each refund."""
    names = party_names(work, (row.customer_id for row in page))
    mistaken = undone(work, (row.id for row in page), Event.REFUND_REVERSED)
    is_admin = isinstance(work.actor, AdminActor)
    paid = _shown_ids(work, Payment, (row.payment_id for row in page))
    return [
        (
            row.shown_id,
            row.refunded_on,
            *names[row.customer_id],
            paid.get(row.payment_id),
            WAYS_BACK[row.method],
            CHOICES[row.choice],
            row.reference,
            row.reason if is_admin else "",
            _yes(row.id in mistaken),
            *_amounts(row.currency, row.amount_minor),
        )
        for row in page
    ]


@member_read
def notes(work: Work[Member], page: Sequence[CreditNote]) -> list[Line]:
    """A row for each credit note."""
    about = {
        row.id: row
        for row in work.exec(
            select(Invoice).where(col(Invoice.id).in_([note.invoice_id for note in page]))
        )
    }
    names = party_names(work, (row.customer_id or row.partner_id for row in about.values()))
    return [
        (
            row.shown_id,
            row.number,
            row.effective_on,
            about[row.invoice_id].shown_id,
            about[row.invoice_id].number,
            *names[about[row.invoice_id].customer_id or about[row.invoice_id].partner_id],
            row.reason_code.replace("_", " "),
            *_amounts(
                row.currency,
                row.net_minor,
                row.tax_minor,
                row.total_minor,
                row.lowered_minor,
                row.to_credit_minor,
                row.refunded_minor,
                row.outside_minor,
            ),
        )
        for row in page
    ]


@member_read
def customers(work: Work[Member], page: Sequence[Customer]) -> list[Line]:
    """A row for each customer, archived ones too; the days are the organization's own."""
    zone = ZoneInfo(setting(work).zone)
    return [
        (
            row.shown_id,
            row.name,
            row.legal_name,
            row.email,
            row.tax_id,
            row.address.replace("\n", ", "),
            row.locale,
            row.currency,
            row.due_days,
            row.created_at.astimezone(zone).date(),
            row.archived_at.astimezone(zone).date() if row.archived_at else None,
        )
        for row in page
    ]


def _amounts(currency: str, *minors: int) -> Line:
    """The currency in a column of its own, and the amounts behind it."""
    return (currency, *(Money(minor, currency) for minor in minors))


def _yes(is_so: bool) -> str:
    return "yes" if is_so else ""


def _shown_ids(work: Work[Member], kind: Any, ids: Iterable[UUID | None]) -> dict[Any, str]:
    return {row_id: row.shown_id for row_id, row in work.get_all(kind, ids).items()}
