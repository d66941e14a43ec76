"""What came of earlier tries behind a pay link: transfers that arrived, debits that went back.

Only what was begun by whoever held the link counts: that the customer paid in other ways, or has
other money with us, is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access.actors import PayerActor
from billing_app.access.guard import payer_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.tongue import marked, tell
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.organization import Organization
from billing_app.reads.shown import Amount
from billing_app.reads.times import on_day

Shown = Callable[[int], Amount]
"""How minor units of the document's currency are written."""

_WENT_BACK = {
    "failed": marked(
        "A direct debit of %(amount)s from %(day)s did not go through, so it is asked for again."
    ),
    "reversed": marked(
        "A direct debit of %(amount)s from %(day)s was taken back by your bank, so it is asked for"
        " again."
    ),
}


@dataclass(frozen=True)
class Arrived:
    """What came by bank transfer, and how much of it was meant for the document of the link."""

    came: int
    counted: int

    @property
    def kept(self) -> int:
        """What the document did not need. It was credited to the customer."""
        return self.came - self.counted


@payer_read
def arrived(work: Work[PayerActor], visit: PaymentAttempt | None = None) -> Arrived:
    """What was transferred to the accounts told behind this link; or to that of one visit, since.

    An account goes on to take money after its visit ended and the document asks for nothing.
    """
    wanted = select(PaymentAttempt).where(
        PaymentAttempt.how == "transfer",
        PaymentAttempt.state == "succeeded",
        col(PaymentAttempt.gateway_payer).in_(_payers(work, visit)),
    )
    if visit is not None:
        wanted = wanted.where(col(PaymentAttempt.made_at) >= visit.made_at)
    came = {attempt.id: attempt.amount_minor for attempt in work.exec(wanted)}
    claims = select(AttemptClaim).where(col(AttemptClaim.attempt_id).in_(came))
    return Arrived(sum(came.values()), sum(claim.amount_minor for claim in work.exec(claims)))


@payer_read
def went_back(work: Work[PayerActor], show_: Shown) -> str:
    """That the last debit begun behind this link was refused or taken back; else nothing."""
    debits = select(PaymentAttempt).where(
        PaymentAttempt.begun_by == "payer",
        PaymentAttempt.method == Way.DIRECT_DEBIT,
        col(PaymentAttempt.gateway_payment).is_not(None),
        col(PaymentAttempt.state).in_(("processing", "succeeded", *_WENT_BACK)),
    )
    last = work.exec(debits.order_by(col(PaymentAttempt.id).desc()).limit(1)).one_or_none()
    if last is None or last.state not in _WENT_BACK:
        return ""
    claim = work.exec(select(AttemptClaim).where(AttemptClaim.attempt_id == last.id)).one()
    zone = work.get(Organization, last.organization_id).time_zone
    amount, day = show_(claim.amount_minor).text, on_day(last.made_at, zone)
    return tell(_WENT_BACK[last.state], amount=amount, day=day)


def _payers(work: Work[PayerActor], visit: PaymentAttempt | None) -> list[str]:
    """Whom the gateway made of those who were told an account."""
    chosen = select(PaymentAttempt.gateway_payer).where(
        PaymentAttempt.begun_by == "payer", PaymentAttempt.method == Way.BANK_TRANSFER
    )
    if visit is not None:
        chosen = chosen.where(PaymentAttempt.id == visit.id)
    return [payer for payer in work.exec(chosen) if payer is not None]
