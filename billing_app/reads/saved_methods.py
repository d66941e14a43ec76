"""Saved ways of paying, as an admin sees them, and the customer's own contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, CustomerActor, Member
from billing_app.access.guard import admin_read, customer_read
from billing_app.access.kept import is_it
from billing_app.access.work import Work
from billing_app.models.gateway import PaymentMethod
from billing_app.models.party import Customer
from billing_app.reads.locales import setting


@dataclass(frozen=True)
class SavedMethodView:
    """One way of paying that can be charged, and until when."""

    id: str
    kind: str
    words: str
    is_usual: bool
    expires_on: date | None
    has_expired: bool


@admin_read()
def saved_methods(work: Work[AdminActor], customer_id: str) -> tuple[SavedMethodView, ...]:
    """What a customer saved and has not removed, the usual one first."""
    return _of(work, work.find(Customer, customer_id))


@customer_read
def my_saved_methods(work: Work[CustomerActor]) -> tuple[SavedMethodView, ...]:
    """What the customer saved and has not removed, the usual one first."""
    return _of(work, work.exec(select(Customer)).one())


def _of(work: Work[Member], customer: Customer) -> tuple[SavedMethodView, ...]:
    day = setting(work).today
    return tuple(
        SavedMethodView(
            id=row.shown_id,
            kind=row.kind,
            words=row.words,
            is_usual=row.is_default,
            expires_on=row.expires_on,
            has_expired=row.expires_on is not None and row.expires_on < day,
        )
        for row in work.exec(_USUAL_FIRST, params={"id": customer.id})
    )


_USUAL_FIRST = (
    select(PaymentMethod)
    .where(is_it(PaymentMethod.customer_id), col(PaymentMethod.detached_at).is_(None))
    .order_by(col(PaymentMethod.is_default).desc(), col(PaymentMethod.id))
)
