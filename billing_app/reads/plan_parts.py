"""The due parts of plans, as the databases reckon them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from billing_app.models.invoice import Invoice, PlanPart


def left() -> ColumnElement[int]:
    """What is still to pay of a part of an invoice, where earlier parts are covered first."""
    asked, over = col(PlanPart.amount_minor), _asked_until_then() - _covered()
    return case((over >= asked, asked), (over > 0, over), else_=0)


def still_open() -> ColumnElement[bool]:
    """Whether any of a part of an invoice is still to pay."""
    return _asked_until_then() > _covered()


def _covered() -> ColumnElement[int]:
    return col(Invoice.total_minor) - col(Invoice.still_to_pay_minor)


def _asked_until_then() -> ColumnElement[int]:
    """The sum of the parts of a plan, this one being the last."""
    other = aliased(PlanPart)
    on, position = col(other.due_on), col(other.position)
    before = or_(
        on < PlanPart.due_on, and_(on == PlanPart.due_on, position <= col(PlanPart.position))
    )
    return (
        select(func.sum(other.amount_minor))
        .where(other.invoice_id == PlanPart.invoice_id, before)
        .correlate(PlanPart)
        .scalar_subquery()
    )
