"""What a document asks for by which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.services.claiming import Document


@command_step
def due_by(work: Work[Clerk], document: Document, on: date) -> int:
    """The minor units still to pay that are due by a day; without a plan, all of it is."""
    later = sum(part.amount_minor for part in _parts(work, document) if part.due_on > on)
    return max(0, document.still_to_pay_minor - later)


@command_step
def dues(work: Work[Clerk], document: Document, first: date) -> list[tuple[date, Money]]:
    """The days from ``first`` on when something more is due, and how much more."""
    on_days = [part.due_on for part in _parts(work, document)] or [first]
    found: list[tuple[date, Money]] = []
    so_far = 0
    for on in sorted({max(each, first) for each in on_days}):
        if (minor := due_by(work, document, on)) > so_far:
            found.append((on, Money(minor - so_far, document.currency)))
            so_far = minor
    return found


def _parts(work: Work[Clerk], document: Document) -> Sequence[PlanPart]:
    if not isinstance(document, Invoice):
        return ()
    return work.exec(select(PlanPart).where(PlanPart.invoice_id == document.id)).all()
