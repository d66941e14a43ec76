"""Charges that are planned: those of a document, and which documents wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, or_, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.kept import of_document, one_of
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger.days import today
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.planned_charge import PlannedCharge
from billing_app.reads.shown import day


@dataclass(frozen=True)
class PlannedChargeView:
    """One planned charge: for which day, and what has become of it so far."""

    id: str
    charge_on: date
    retry_of_id: str
    called_off: bool
    attempt_id: str
    """The attempt that it became, once it has begun."""


@admin_read()
def planned_charges(work: Work[AdminActor], document_id: str) -> tuple[PlannedChargeView, ...]:
    """What was ever planned to be charged for a document by itself, in order."""
    kind = CreditRequest if CreditRequest.is_named_by(document_id) else Invoice
    document = work.find(kind, document_id)
    rows = work.exec(_OF_DOCUMENT[kind], params={"id": document.id}).all()
    begun = work.get_all(PaymentAttempt, (row.id for row in rows))
    attempt = PaymentAttempt.prefix
    return tuple(
        PlannedChargeView(
            id=row.shown_id,
            charge_on=row.charge_on,
            retry_of_id=show(attempt, row.retry_of_id) if row.retry_of_id else "",
            called_off=row.called_off_at is not None,
            attempt_id=show(attempt, row.id) if row.id in begun else "",
        )
        for row in rows
    )


@admin_read()
def planned_on(work: Work[AdminActor], document_id: str) -> str:
    """The day of the first charge that is still ahead, if there is one."""
    ahead = (
        each.charge_on
        for each in planned_charges(work, document_id)
        if not each.called_off and not each.attempt_id and each.charge_on >= today(work)
    )
    return day(next(ahead, None))


class StillToPay(Protocol):
    """A document, or the columns of it that say what it still asks for."""

    @property
    def id(self) -> UUID: ...
    @property
    def still_to_pay_minor(self) -> int: ...


@member_read
def waiting_for_charge(work: Work[Member], documents: Sequence[StillToPay]) -> set[UUID]:
    """Those with something still to pay that is planned to be charged and was not begun yet."""
    open_ones = [each.id for each in documents if each.still_to_pay_minor]
    if not open_ones:
        return set()
    given = {"ids": open_ones, "today": today(work)}
    pairs = work.exec(_WAITING, params=given)
    return {each for pair in pairs for each in pair if each is not None}


_BEGUN = select(PaymentAttempt.id).where(PaymentAttempt.id == PlannedCharge.id).exists()
_WAITING = select(PlannedCharge.invoice_id, PlannedCharge.credit_request_id).where(
    or_(one_of(PlannedCharge.invoice_id), one_of(PlannedCharge.credit_request_id)),
    col(PlannedCharge.called_off_at).is_(None),
    col(PlannedCharge.charge_on) >= bindparam("today"),
    ~_BEGUN,
)
_OF_DOCUMENT = {
    kind: select(PlannedCharge)
    .where(charges_it)
    .order_by(col(PlannedCharge.charge_on), col(PlannedCharge.id))
    for kind, charges_it in of_document(PlannedCharge).items()
}
