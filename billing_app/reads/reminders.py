"""Who is to be reminded today: found by looking, so that a day that was missed is caught up.

Of the days that an organization chose only the last that has come counts: whoever was away for
a week writes one reminder and not three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.reminder_days import CAUGHT_UP_FOR, latest
from billing_app.ledger.days import today
from billing_app.models.books import AccountingSettings
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.organization import Organization
from billing_app.models.outbox import Letter
from billing_app.reads.coming import on_its_way
from billing_app.reads.statuses import Figures, dues

FIRST_HOUR = 8
"""Nobody is written to before this hour of the organization's day."""

PART_ANNOUNCED = 3
"""So many days before it is due, a part of a plan is asked for, reminders or not."""

_REMINDER, _PART = "reminder", "instalment_due"

Document = Invoice | CreditRequest


@dataclass(frozen=True)
class Reminder:
    """A letter to be written about a document; ``detail`` tells it from its others."""

    document_id: str
    kind: str
    detail: str


@system_read
def reminders(work: Work[SystemActor]) -> list[Reminder]:
    """The reminders whose day has come and that were not written yet."""
    if clock.now().astimezone(_zone(work)).hour < FIRST_HOUR:
        return []
    now, days = today(work), _days(work)
    found = [*_of_parts(work, now, days)]
    if days:
        found += _of_wholes(work, now, days)
    written = _written(work, found)
    return [each for each in found if each not in written]


def _days(work: Work[SystemActor]) -> list[int]:
    said = work.exec(select(AccountingSettings.reminder_days)).one()
    return [int(day) for day in said.split(",") if day]


def _of_wholes(work: Work[SystemActor], now: date, days: Sequence[int]) -> Iterator[Reminder]:
    """Documents that are due at once; those with a plan are reminded of part by part."""
    planned = select(PlanPart.invoice_id).where(PlanPart.invoice_id == Invoice.id)
    unplanned = ~planned.correlate(Invoice).exists()
    kinds: tuple[tuple[Any, list[Any]], ...] = ((Invoice, [unplanned]), (CreditRequest, []))
    for kind, only in kinds:
        wanted = select(kind).where(
            col(kind.still_to_pay_minor) > 0,
            col(kind.due_on) <= now - timedelta(days=min(days)),
            col(kind.due_on) >= now - timedelta(days=max(days)) - CAUGHT_UP_FOR,
            *only,
        )
        for document in work.exec(wanted.order_by(col(kind.due_on), col(kind.id))):
            assert document.due_on is not None, "what was issued is due on a day"
            yield from _reminder(work, document, document.due_on, days)


def _of_parts(work: Work[SystemActor], now: date, days: Sequence[int]) -> Iterator[Reminder]:
    """Parts of plans: each is asked for some days ahead, and reminded of when it is due."""
    after = [day for day in days if day >= 0]
    near = select(PlanPart.invoice_id).where(
        col(PlanPart.due_on) <= now + timedelta(days=PART_ANNOUNCED),
        col(PlanPart.due_on) >= now - timedelta(days=max(after, default=0)) - CAUGHT_UP_FOR,
    )
    wanted = select(Invoice).where(col(Invoice.still_to_pay_minor) > 0, col(Invoice.id).in_(near))
    for invoice in work.exec(wanted.order_by(col(Invoice.id))).all():
        for due_on in _open_parts(work, invoice):
            yield from _announcement(invoice, due_on, now)
            yield from _reminder(work, invoice, due_on, after)


def _announcement(invoice: Invoice, due_on: date, now: date) -> Iterator[Reminder]:
    """A part is asked for unless it is due, or the first letter came as late as this one."""
    announced_on = due_on - timedelta(days=PART_ANNOUNCED)
    if invoice.issued_on is not None and invoice.issued_on < announced_on <= now <= due_on:
        yield Reminder(invoice.shown_id, _PART, due_on.isoformat())


def _reminder(
    work: Work[SystemActor], document: Document, due_on: date, days: Sequence[int]
) -> Iterator[Reminder]:
    """The reminder whose day came last, unless the first letter went out no sooner than that."""
    day = latest(days, due_on, today(work))
    began = document.issued_at if isinstance(document, Invoice) else document.raised_at
    assert began is not None, "what asks for money was issued"
    if day is not None and began.astimezone(_zone(work)).date() < due_on + timedelta(days=day):
        yield Reminder(document.shown_id, _REMINDER, f"{due_on.isoformat()}{day:+d}")


def _zone(work: Work[SystemActor]) -> ZoneInfo:
    return ZoneInfo(work.get(Organization, work.actor.organization_id).time_zone)


def _open_parts(work: Work[SystemActor], invoice: Invoice) -> list[date]:
    """The days on which something is due that is neither covered nor on its way."""
    wanted = select(PlanPart).where(PlanPart.invoice_id == invoice.id)
    ordered = wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))
    parts = [(part.due_on, part.amount_minor) for part in work.exec(ordered)]
    still = max(0, invoice.still_to_pay_minor - on_its_way(work, invoice))
    figures = Figures(total=invoice.total_minor, still_to_pay=still)
    return [due.on for due in dues(invoice.due_on, parts, figures) if due.left]


def _written(work: Work[SystemActor], found: Sequence[Reminder]) -> set[Reminder]:
    subjects = {each.document_id for each in found}
    wanted = select(Letter).where(
        col(Letter.subject).in_(subjects), col(Letter.kind).in_((_REMINDER, _PART)), Letter.once
    )
    return {Reminder(row.subject, row.kind, row.detail) for row in work.exec(wanted)}
