"""How paying behind a pay link went, from our own books and never from an address."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from billing_app.access.actors import PayerActor
from billing_app.access.guard import payer_read
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.tongue import tell
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.reads.payer import coming, document_behind, shown_as
from billing_app.reads.payer_money import arrived
from billing_app.reads.shown import Amount, titled


class Ending(StrEnum):
    """How a visit to the gateway's page ended, as far as we know.

    Of a transfer it ended when the account was told. What arrived there is what counts since.
    """

    PAID = "paid"
    PROCESSING = "processing"
    AWAITED = "awaited"
    ARRIVED = "arrived"
    FAILED = "failed"
    TAKEN_BACK = "taken back"
    UNFINISHED = "unfinished"
    WAITING = "waiting"
    CHECKING = "checking"

    @classmethod
    def of(cls, visit: PaymentAttempt, *, has_arrived: bool) -> Ending:
        """How a visit stands; who sent the page for a transfer was told where to transfer to."""
        if has_arrived:
            return cls.ARRIVED
        chose = visit.method == "bank_transfer" and visit.gateway_payment is not None
        if chose and visit.state == "requires_action":
            return cls.AWAITED
        return _ENDINGS[visit.state]


@dataclass(frozen=True)
class Outcome:
    """How paying went, from our own books and never from an address."""

    ending: Ending
    what: str
    asked_by: str
    amount: str
    why: str
    still_to_pay: Amount
    left: Amount
    """What can be paid now: what is still to pay without what is on its way."""

    on_its_way: Amount
    came: Amount
    """What arrived by bank transfer since that visit chose it."""

    kept: Amount
    """What arrived and was not needed: it was credited to the customer."""

    customer: str


@payer_read
def outcome(work: Work[PayerActor], visit: str = "") -> Outcome:
    """How that visit to the gateway's page ended, and what is still to pay.

    A visit that was none for this document, or is not named, is the last one.
    """
    document, show_ = document_behind(work), shown_as(work)
    seen = _visit(work, visit)
    claimed = work.exec(select(AttemptClaim).where(AttemptClaim.attempt_id == seen.id)).one()
    came, on_its_way = arrived(work, seen), coming(work)
    ending = Ending.of(seen, has_arrived=came.came > 0)
    said = json.loads(document.snapshot)
    return Outcome(
        ending=ending,
        what=titled(document),
        asked_by=said["from"]["legal_name"],
        amount=show_(claimed.amount_minor).text,
        why=tell(seen.failure) if seen.state == "failed" else "",
        still_to_pay=show_(document.still_to_pay_minor),
        left=show_(document.still_to_pay_minor - on_its_way),
        on_its_way=show_(on_its_way),
        came=show_(came.came),
        kept=show_((came if ending is Ending.ARRIVED else arrived(work)).kept),
        customer=said["to"]["legal_name"],
    )


@payer_read
def visit_at(work: Work[PayerActor], page: str) -> str:
    """The visit that opened this page of the gateway's; NotFound unless for this document."""
    wanted = select(PaymentAttempt).where(PaymentAttempt.gateway_session == page)
    found = work.exec(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found.shown_id


def _visit(work: Work[PayerActor], visit: str) -> PaymentAttempt:
    visits = select(PaymentAttempt).where(PaymentAttempt.begun_by == "payer")
    newest = visits.order_by(col(PaymentAttempt.id).desc()).limit(1)
    with suppress(NotFound):
        named = visits.where(PaymentAttempt.id == PaymentAttempt.read_id(visit))
        if (found := work.exec(named).one_or_none()) is not None:
            return found
    last = work.exec(newest).one_or_none()
    if last is None:
        raise NotFound
    return last


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
