"""Attempts to take money, as an admin sees them: under which key, how often, what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import is_it, of_document
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.models.attempt import AttemptClaim, AttemptMessage, PaymentAttempt
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.failures import without_advice
from billing_app.reads.standings import there_of

MOST_MESSAGES = 200


@dataclass(frozen=True)
class HeardView:
    """One thing that was heard of an attempt."""

    at: datetime
    source: str
    about: str
    said: str
    verdict: str
    why: str


@dataclass(frozen=True)
class AttemptView:
    """One attempt: what it was to pay, what came of it, and all that was heard."""

    id: str
    amount: Money
    method: str
    instrument: str
    begun_by: str
    state: str
    failure: str
    key: str
    """What the gateway's idempotency keys are made of: one attempt, one charge."""

    gateway_payment: str
    submitted: int
    tries: int
    """How often the payer's bank was asked and said no, or yes at last."""

    made_at: datetime
    changed_at: datetime
    retry_of_id: str
    payment_id: str
    heard: tuple[HeardView, ...]


@admin_read()
def attempt(work: Work[AdminActor], attempt_id: str) -> AttemptView:
    """One attempt with all that was heard of it, in order."""
    return _view(work, work.find(PaymentAttempt, attempt_id))


@admin_read(Permission.TAKE_PAYMENTS)
def in_question(work: Work[AdminActor], shown_id: str) -> str:
    """The id of an attempt, a refund or a dispute, for whoever may have it asked about."""
    kinds = (PaymentAttempt, RefundAttempt, Dispute)
    kind = next((kind for kind in kinds if kind.is_named_by(shown_id)), PaymentAttempt)
    return work.find(kind, shown_id).shown_id


@admin_read()
def attempts_on(work: Work[AdminActor], document_id: str) -> tuple[AttemptView, ...]:
    """The attempts to pay a document, the latest first."""
    is_request = CreditRequest.is_named_by(document_id)
    document = work.find(CreditRequest if is_request else Invoice, document_id)
    return tuple(_view(work, row) for row in attempts_at(work, document))


@admin_read()
def attempts_at(work: Work[AdminActor], document: OrgOwned) -> Sequence[PaymentAttempt]:
    """The attempts to pay a document, as rows, the latest first."""
    if isinstance(document, Invoice) and "attempts" not in there_of(work, [document.id]):
        return []
    return work.once(_attempts_at, type(document), document.id)


def _attempts_at(work: Work[Any], kind: Any, document_id: UUID) -> Sequence[PaymentAttempt]:
    return work.exec(_LATEST_FIRST[kind], params={"id": document_id}).all()


def _view(work: Work[AdminActor], row: PaymentAttempt) -> AttemptView:
    messages = work.exec(_HEARD, params={"id": row.id}).all()
    payment = work.exec(_BROUGHT, params={"id": row.id}).one_or_none()
    return AttemptView(
        id=row.shown_id,
        amount=Money(row.amount_minor, row.currency),
        method=row.method,
        instrument=row.instrument,
        begun_by=row.begun_by,
        state=row.state,
        failure=without_advice(row.failure),
        key=row.shown_id,
        gateway_payment=row.gateway_payment or "",
        submitted=row.submitted,
        tries=_tries(messages),
        made_at=row.made_at,
        changed_at=row.changed_at,
        retry_of_id=show(PaymentAttempt.prefix, row.retry_of_id) if row.retry_of_id else "",
        payment_id=show(Payment.prefix, payment) if payment else "",
        heard=tuple(
            HeardView(
                at=each.recorded_at,
                source=each.source,
                about=each.about,
                said=each.said,
                verdict=each.verdict,
                why=without_advice(each.why),
            )
            for each in messages
        ),
    )


def _tries(messages: Sequence[AttemptMessage]) -> int:
    """Each decline is news of its own; without news, one that was noticed otherwise is one."""
    declined = [each.source for each in messages if each.verdict == "noted" and each.why]
    settled = any(
        each.verdict == "applied" and each.said in ("processing", "succeeded", "failed")
        for each in messages
    )
    return max(declined.count("webhook"), min(len(declined), 1)) + settled


_LATEST_FIRST = {
    kind: select(PaymentAttempt)
    .where(col(PaymentAttempt.id).in_(select(AttemptClaim.attempt_id).where(claims_it)))
    .order_by(col(PaymentAttempt.made_at).desc(), col(PaymentAttempt.id).desc())
    for kind, claims_it in of_document(AttemptClaim).items()
}
_HEARD = (
    select(AttemptMessage)
    .where(is_it(AttemptMessage.attempt_id))
    .order_by(col(AttemptMessage.id))
    .limit(MOST_MESSAGES)
)
_BROUGHT = select(Payment.id).where(is_it(Payment.attempt_id))
