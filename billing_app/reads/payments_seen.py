"""Payments with all that stands beside them on a screen: one statement for a whole page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.kept import is_there, one_of
from billing_app.access.work import Work
from billing_app.ledger.events import Event
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditLot
from billing_app.models.dispute import Dispute
from billing_app.models.ledger import Entry
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Payment, Refund
from billing_app.reads.disputes import TELLING
from billing_app.reads.methods import CameIn


class SeenPayment(CameIn, Protocol):
    """A payment, who made it and with what, and which of what can follow from it there is."""

    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID | None: ...
    @property
    def partner_id(self) -> UUID | None: ...
    @property
    def party(self) -> str: ...
    @property
    def received_on(self) -> date: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def attempt_id(self) -> UUID | None: ...
    @property
    def instrument(self) -> str | None:
        """What it was paid with, as the gateway calls it, where it came through that."""

    @property
    def undone(self) -> bool: ...
    @property
    def refunds(self) -> bool: ...
    @property
    def lots(self) -> bool: ...
    @property
    def disputed(self) -> bool:
        """Whether its money is held for a dispute, or was lost in one."""


@member_read
def payments_seen(work: Work[Member], ids: Iterable[UUID]) -> dict[UUID, SeenPayment]:
    """These payments, by their ids."""
    return work.once(_seen, frozenset(ids))


def _seen(work: Work[Any], ids: frozenset[UUID]) -> dict[UUID, Any]:
    return {row.id: row for row in work.exec(_SEEN, params={"ids": ids})} if ids else {}


_COLUMNS: list[Any] = [
    Payment.id,
    Payment.customer_id,
    Payment.partner_id,
    func.coalesce(col(Customer.name), col(Partner.name)).label("party"),
    Payment.received_on,
    Payment.amount_minor,
    Payment.currency,
    Payment.external_kind,
    Payment.reference,
    Payment.attempt_id,
    PaymentAttempt.instrument,
    is_there(
        Entry, col(Entry.source_id) == Payment.id, col(Entry.event) == Event.PAYMENT_REVERSED
    ).label("undone"),
    is_there(Refund, col(Refund.payment_id) == Payment.id).label("refunds"),
    is_there(CreditLot, col(CreditLot.payment_id) == Payment.id).label("lots"),
    is_there(Dispute, col(Dispute.payment_id) == Payment.id, col(Dispute.state).in_(TELLING)).label(
        "disputed"
    ),
]
_SEEN: Any = (
    select(*_COLUMNS)
    .select_from(Payment)
    .outerjoin(Customer, col(Customer.id) == Payment.customer_id)
    .outerjoin(Partner, col(Partner.id) == Payment.partner_id)
    .outerjoin(PaymentAttempt, col(PaymentAttempt.id) == Payment.attempt_id)
    .where(one_of(Payment.id))
)
