"""How paying behind a pay link went, from our own books and never from an address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from billing_app.access.actors import PayerActor
from billing_app.access.guard import payer_read
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.reads.payer import document_behind, locale_behind
from billing_app.reads.shown import Amount, amount, titled


class Ending(StrEnum):
    """How the last visit to the gateway's page ended, as far as we know."""

    PAID = "paid"
    PROCESSING = "processing"
    AWAITED = "awaited"
    FAILED = "failed"
    TAKEN_BACK = "taken back"
    UNFINISHED = "unfinished"
    WAITING = "waiting"
    CHECKING = "checking"


@dataclass(frozen=True)
class Outcome:
    """How paying went, from our own books and never from an address."""

    ending: Ending
    what: str
    asked_by: str
    amount: str
    why: str
    still_to_pay: Amount


@payer_read
def outcome(work: Work[PayerActor]) -> Outcome:
    """How the last visit to the gateway's page ended, and what is still to pay."""
    document, locale = document_behind(work), locale_behind(work)
    visits = select(PaymentAttempt).where(PaymentAttempt.begun_by == "payer")
    last = work.exec(visits.order_by(col(PaymentAttempt.id).desc()).limit(1)).one_or_none()
    if last is None:
        raise NotFound
    claimed = work.exec(select(AttemptClaim).where(AttemptClaim.attempt_id == last.id)).one()
    return Outcome(
        ending=_ending(last),
        what=titled(document),
        asked_by=json.loads(document.snapshot)["from"]["legal_name"],
        amount=amount(claimed.amount_minor, document.currency, locale).text,
        why=last.failure if last.state == "failed" else "",
        still_to_pay=amount(document.still_to_pay_minor, document.currency, locale),
    )


@payer_read
def opened(work: Work[PayerActor], page: str) -> bool:
    """Whether this page of the gateway's was opened for this document."""
    wanted = select(PaymentAttempt.id).where(PaymentAttempt.gateway_session == page)
    return work.exec(wanted).one_or_none() is not None


def _ending(last: PaymentAttempt) -> Ending:
    """How it stands; who sent the page for a transfer has been told where to transfer to."""
    chose = last.method == "bank_transfer" and last.gateway_payment is not None
    if chose and last.state == "requires_action":
        return Ending.AWAITED
    return _ENDINGS[last.state]


_ENDINGS = {
    "created": Ending.WAITING,
    "requires_action": Ending.WAITING,
    "processing": Ending.PROCESSING,
    "unknown": Ending.CHECKING,
    "succeeded": Ending.PAID,
    "failed": Ending.FAILED,
    "canceled": Ending.UNFINISHED,
    "reversed": Ending.TAKEN_BACK,
}
