"""Disputes: what is disputed is held by the gateway until it is won back or lost.

What the gateway says now is what counts, in whatever order its news come: money that it took is
posted once, and once again when it is decided where that money stays.
"""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import system_command
from billing_app.access.work import Work
from billing_app.gateways.payments import DisputeTold
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.days import today
from billing_app.ledger.events import Event
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment
from billing_app.services.drawing import as_far_as_it_reaches
from billing_app.services.locking import lock_payer_of
from billing_app.services.returning import take_off

DISPUTE_MOVES: dict[str, frozenset[str]] = {
    "warning": frozenset({"open", "won", "lost"}),
    "open": frozenset({"won", "lost"}),
    "won": frozenset(),
    "lost": frozenset(),
}
_LOST = "The payer's bank decided the dispute for the payer."
_OPENED = "The payer's bank disputes this payment."
_WON = "The dispute was decided for us."


@system_command
def settle_dispute(work: Work[SystemActor], told: DisputeTold) -> str:
    """Bring a dispute to where the gateway says it stands, with all that follows from it.

    Returns what was made of the news: 'applied', 'known', 'late', 'quarantined', or 'unknown'
    where no payment of ours is disputed.
    """
    payment = _payment(work, told.payment)
    if payment is None:
        return "unknown"
    lock_payer_of(work, payment)
    same = told.amount.currency == payment.currency
    if not same or not 0 < told.amount.minor <= payment.amount_minor:
        return "quarantined"
    wanted = select(Dispute).where(Dispute.gateway_dispute == told.reference)
    dispute = work.exec(wanted).one_or_none()
    before = dispute.state if dispute else ""
    if dispute is None:
        dispute = _kept(work, payment, told)
    elif told.amount.minor != dispute.amount_minor or dispute.payment_id != payment.id:
        return "quarantined"
    elif told.state != before and told.state not in DISPUTE_MOVES[before]:
        return "late"
    dispute.state, dispute.changed_at, dispute.due_by = told.state, clock.now(), told.due_by
    posted = _post(work, payment, dispute, told)
    reach("dispute.settled")
    return "applied" if posted or told.state != before else "known"


def _payment(work: Work[Clerk], reference: str) -> Payment | None:
    wanted = (
        select(Payment)
        .join(PaymentAttempt, points_at(Payment, "attempt_id", PaymentAttempt))
        .where(PaymentAttempt.gateway_payment == reference)
    )
    return work.exec(wanted).one_or_none()


def _kept(work: Work[Clerk], payment: Payment, told: DisputeTold) -> Dispute:
    dispute = Dispute(
        payment_id=payment.id,
        gateway_dispute=told.reference,
        amount_minor=told.amount.minor,
        currency=told.amount.currency,
        held=told.held,
        state=told.state,
        reason=told.reason[:60],
        opened_at=told.opened_at,
        changed_at=clock.now(),
    )
    work.add(dispute)
    return dispute


def _post(work: Work[Clerk], payment: Payment, dispute: Dispute, told: DisputeTold) -> bool:
    """Post what follows from its state and is not posted yet; whether anything was."""
    opened = book.find(work, Event.DISPUTE_OPENED, dispute.id) is not None
    opens = not opened and (told.withdrawn or told.state == "lost")
    if opens:
        _open(work, payment, dispute, told.fee)
    decides = dispute.held and (opened or opens) and told.state in ("won", "lost")
    decided = Event.DISPUTE_WON if told.state == "won" else Event.DISPUTE_LOST
    if not decides or book.find(work, decided, dispute.id) is not None:
        return opens
    if decided is Event.DISPUTE_WON:
        back = recipes.dispute_won(accounts.disputed(payment.id), told.amount)
        book.post(work, decided, dispute.id, back, on=today(work), reason=_WON)
    else:
        _lose(work, payment, dispute)
    return True


def _open(work: Work[Clerk], payment: Payment, dispute: Dispute, fee: Money | None) -> None:
    """The gateway took the money. Of a debit that a bank took back only the fee is left to post."""
    currency = dispute.currency
    dispute.fee_minor = fee.minor if fee is not None and fee.currency == currency else 0
    transfers = recipes.dispute_opened(
        accounts.disputed(payment.id),
        Money(dispute.amount_minor if dispute.held else 0, currency),
        fee=Money(dispute.fee_minor, currency),
    )
    work.flush()
    book.post(work, Event.DISPUTE_OPENED, dispute.id, transfers, on=today(work), reason=_OPENED)


def _lose(work: Work[Clerk], payment: Payment, dispute: Dispute) -> None:
    """What the payment had paid asks for its money again, as far as it was not refunded."""
    on, amount = today(work), Money(dispute.amount_minor, dispute.currency)
    taken = as_far_as_it_reaches(work, payment, amount)
    take_off(work, taken, act_id=dispute.id, on=on, reason=_LOST)
    parts = [(piece.account, piece.amount) for piece in taken]
    asked = sum((part for _, part in parts), Money.zero(dispute.currency))
    book.post(
        work,
        Event.DISPUTE_LOST,
        dispute.id,
        recipes.dispute_lost(accounts.disputed(payment.id), parts, lost=amount - asked),
        on=on,
        reason=_LOST,
    )
    assert payment.attempt_id is not None, "it came through the gateway"
    shown_id = show(PaymentAttempt.prefix, payment.attempt_id)
    attempt = work.find(PaymentAttempt, shown_id, lock=True)
    attempt.state, attempt.changed_at, attempt.failure = "reversed", clock.now(), _LOST
    work.flush()
