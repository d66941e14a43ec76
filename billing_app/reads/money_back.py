"""Money that goes back through the gateway, as an admin sees it: what was asked, what was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.models.dispute import Dispute
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.attempts import MOST_MESSAGES, HeardView

_Messages = Sequence[MoneyBackMessage]


@dataclass(frozen=True)
class RefundAttemptView:
    """One attempt to give money back: what came of it, and all that was heard."""

    id: str
    payment_id: str
    amount: Money
    choice: str
    reason: str
    state: str
    failure: str
    key: str
    """What the gateway's idempotency key is made of: one attempt, one refund."""

    gateway_refund: str
    submitted: int
    """How often it was sent to the gateway; never, if it was made there."""

    tries: int
    """How often the payer's bank was asked to take it: once, when the gateway took it on."""

    made_at: datetime
    changed_at: datetime
    heard: tuple[HeardView, ...]


@dataclass(frozen=True)
class DisputeView:
    """One dispute: what is at stake, until when it can be answered, and all that was heard."""

    id: str
    gateway_dispute: str
    amount: Money
    fee: Money
    state: str
    reason: str
    held: bool
    opened_at: datetime
    due_by: datetime | None
    heard: tuple[HeardView, ...]


@dataclass(frozen=True)
class MoneyBack:
    """What went back of one payment, or may."""

    refunds: tuple[RefundAttemptView, ...]
    disputes: tuple[DisputeView, ...]
    put_aside: tuple[HeardView, ...]
    """What was heard and could not be matched; it moved nothing here."""


@admin_read()
def money_back_of(work: Work[AdminActor], payment_id: str) -> MoneyBack:
    """What went back of a payment through the gateway, with all that was heard of it, in order."""
    payment = work.find(Payment, payment_id)
    heard = _heard(work, payment)
    refunds = select(RefundAttempt).where(RefundAttempt.payment_id == payment.id)
    disputes = select(Dispute).where(Dispute.payment_id == payment.id)
    return MoneyBack(
        refunds=tuple(
            _refund(row, heard[row.id])
            for row in work.exec(refunds.order_by(col(RefundAttempt.id)))
        ),
        disputes=tuple(
            _dispute(row, heard[row.id]) for row in work.exec(disputes.order_by(col(Dispute.id)))
        ),
        put_aside=_views(heard[payment.id]),
    )


def _heard(work: Work[AdminActor], payment: Payment) -> dict[UUID, list[MoneyBackMessage]]:
    """The messages by what they are of; what could not be matched is the payment's own."""
    wanted = select(MoneyBackMessage).where(MoneyBackMessage.payment_id == payment.id)
    heard: dict[UUID, list[MoneyBackMessage]] = defaultdict(list)
    for row in work.exec(wanted.order_by(col(MoneyBackMessage.id)).limit(MOST_MESSAGES)):
        heard[row.refund_attempt_id or row.dispute_id or row.payment_id].append(row)
    return heard


def _refund(row: RefundAttempt, heard: _Messages) -> RefundAttemptView:
    return RefundAttemptView(
        id=row.shown_id,
        payment_id=show(Payment.prefix, row.payment_id),
        amount=Money(row.amount_minor, row.currency),
        choice=row.choice,
        reason=row.reason,
        state=row.state,
        failure=row.failure,
        key=row.shown_id,
        gateway_refund=row.gateway_refund or "",
        submitted=sum(each.source == "submission" for each in heard),
        tries=int(row.gateway_refund is not None),
        made_at=row.made_at,
        changed_at=row.changed_at,
        heard=_views(heard),
    )


def _dispute(row: Dispute, heard: _Messages) -> DisputeView:
    return DisputeView(
        id=row.shown_id,
        gateway_dispute=row.gateway_dispute,
        amount=Money(row.amount_minor, row.currency),
        fee=Money(row.fee_minor, row.currency),
        state=row.state,
        reason=row.reason,
        held=row.held,
        opened_at=row.opened_at,
        due_by=row.due_by,
        heard=_views(heard),
    )


def _views(heard: _Messages) -> tuple[HeardView, ...]:
    return tuple(
        HeardView(each.recorded_at, each.source, each.about, each.said, each.verdict, each.why)
        for each in heard
    )
