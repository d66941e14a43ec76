"""Plans: dividing what a draft asks for into parts, each due on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlmodel import select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import MixedCurrencies, Money
from billing_app.kernel.plans import MOST_PARTS, Part, equal_parts
from billing_app.kernel.refusals import shown
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.services.drafting import lock_draft

_MOST_MONTHS = 12
_MOST_DAYS = 366


class PartsDiffer(Invalid):
    """The parts do not come to the whole."""

    def __init__(self, planned: Money, total: Money) -> None:
        super().__init__(
            f"The parts come to {shown(planned)}, but the invoice asks for {shown(total)}."
            " Nothing was changed.",
            field="parts",
        )


@admin_command(Permission.KEEP_INVOICES)
def plan_in_equal_parts(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    count: int,
    first_due_on: date,
    months_apart: int = 0,
    days_apart: int = 0,
) -> str:
    """Divide a draft into equal parts, so many months or days apart.

    What cannot be divided goes to the first parts: 100.00 in three is 33.34 and twice 33.33.
    """
    gaps = ((months_apart, _MOST_MONTHS), (days_apart, _MOST_DAYS))
    within = all(type(gap) is int and 0 <= gap <= most for gap, most in gaps)
    if not within or (count > 1 and bool(months_apart) == bool(days_apart)):
        raise Invalid(
            f"Choose how far apart the parts are due: 1 to {_MOST_MONTHS} months, or 1 to"
            f" {_MOST_DAYS} days.",
            field="apart",
        )
    invoice = lock_draft(work, invoice_id)
    parts = equal_parts(
        Money(invoice.total_minor, invoice.currency),
        count,
        first_due_on=first_due_on,
        months_apart=months_apart,
        days_apart=days_apart,
    )
    return _plan(work, invoice, parts)


@admin_command(Permission.KEEP_INVOICES)
def plan_in_parts(work: Work[AdminActor], invoice_id: str, parts: Sequence[Part]) -> str:
    """Divide a draft into parts with amounts and days of their own."""
    invoice = lock_draft(work, invoice_id)
    _check(parts, Money(invoice.total_minor, invoice.currency))
    return _plan(work, invoice, parts)


@admin_command(Permission.KEEP_INVOICES)
def drop_plan(work: Work[AdminActor], invoice_id: str) -> str:
    """Ask for a draft in one sum again."""
    return _plan(work, lock_draft(work, invoice_id), ())


def _check(parts: Sequence[Part], total: Money) -> None:
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid(f"A plan has from 1 to {MOST_PARTS} parts.", field="parts")
    if any(part.amount.currency != total.currency for part in parts):
        raise MixedCurrencies(
            f"This invoice is in {total.currency}, so every part has to be in"
            f" {total.currency}. Nothing was changed.",
            field="parts",
        )
    if any(part.amount.minor <= 0 for part in parts):
        raise Invalid("Each part has to be above zero. Nothing was changed.", field="parts")
    if any(later.due_on <= earlier.due_on for earlier, later in pairwise(parts)):
        raise Invalid(
            "Each part has to be due after the one before. Nothing was changed.", field="parts"
        )
    planned = sum((part.amount for part in parts), Money.zero(total.currency))
    if planned != total:
        raise PartsDiffer(planned, total)


def _plan(work: Work[Clerk], invoice: Invoice, parts: Sequence[Part]) -> str:
    for row in work.exec(select(PlanPart).where(PlanPart.invoice_id == invoice.id)).all():
        work.remove(row)
    rows = [
        PlanPart(
            invoice_id=invoice.id,
            position=position,
            due_on=part.due_on,
            amount_minor=part.amount.minor,
        )
        for position, part in enumerate(parts, start=1)
    ]
    work.add(*rows)
    invoice.version += 1
    return invoice.shown_id
