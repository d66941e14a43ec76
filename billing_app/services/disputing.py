"""Disputes: what is disputed is held by the gateway until it is won back or lost.

What the gateway says now is what counts, in whatever order its news come: money that it took is
posted once, and once again when it is decided where that money stays.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import system_command, system_read
from billing_app.access.work import Work
from billing_app.gateways.payments import DisputeTold
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.days import first_open_day
from billing_app.ledger.events import Event
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment
from billing_app.services.failing import follow_taking_back
from billing_app.services.hearing_back import keep_heard, payment_named
from billing_app.services.locking import lock_payer_of
from billing_app.services.settling import Heard
from billing_app.services.taking_back import ask_again

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
def settle_dispute(work: Work[SystemActor], told: DisputeTold, heard: Heard) -> str:
    """Bring a dispute to where the gateway says it stands, with all that follows from it.

    Returns what was made of the news: 'applied', 'known', 'late', 'quarantined', or 'unknown'
    where no payment of ours is disputed.
    """
    payment = payment_named(work, told.payment)
    if payment is None:
        return "unknown"
    lock_payer_of(work, payment)
    wanted = select(Dispute).where(Dispute.gateway_dispute == told.reference)
    dispute = work.exec(wanted).one_or_none()
    if strange := _what_is_strange(payment, dispute, told):
        said = f"dispute {told.reference}"
        of = dispute or payment
        return keep_heard(work, of, heard, said=said, verdict="quarantined", why=strange)
    before = dispute.state if dispute else ""
    if dispute is not None and told.state not in DISPUTE_MOVES[before] | {before}:
        why = f"It is {before} already."
        return keep_heard(work, dispute, heard, said=told.state, verdict="late", why=why)
    dispute = dispute or _kept(work, payment, told)
    if told.state != before:
        dispute.state, dispute.changed_at = told.state, clock.now()
    dispute.due_by = told.due_by
    posted = _post(work, payment, dispute, told)
    reach("dispute.settled")
    verdict = "applied" if posted or told.state != before else "known"
    return keep_heard(work, dispute, heard, said=told.state, verdict=verdict)


@system_read
def named_at_gateway(work: Work[SystemActor], dispute_id: UUID) -> str:
    """What the gateway calls a dispute."""
    return work.get(Dispute, dispute_id).gateway_dispute


def _what_is_strange(payment: Payment, dispute: Dispute | None, told: DisputeTold) -> str:
    """Why this news cannot be of this payment, or of the dispute that is known; empty if it can."""
    if told.amount.currency != payment.currency:
        return f"{told.reference} is of {told.amount}, and the payment is in {payment.currency}."
    paid = Money(payment.amount_minor, payment.currency)
    if not 0 < told.amount.minor <= payment.amount_minor:
        return f"{told.reference} is of {told.amount}, and the payment was {paid}."
    if dispute is not None and dispute.payment_id != payment.id:
        return f"{told.reference} was of another payment before."
    if dispute is not None and told.amount.minor != dispute.amount_minor:
        was = Money(dispute.amount_minor, dispute.currency)
        return f"{told.reference} is of {told.amount}, and was of {was} before."
    return ""


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
        book.post(work, decided, dispute.id, back, on=first_open_day(work), reason=_WON)
    else:
        _lose(work, payment, dispute)
    return True


def _open(work: Work[Clerk], payment: Payment, dispute: Dispute, fee: Money | None) -> None:
    """The gateway took the money. Of a debit that a bank took back only the fee is left to post.

    A fee that is counted in another currency than the payment is a posting of its own there.
    """
    currency = dispute.currency
    dispute.fee_minor = fee.minor if fee is not None and fee.currency == currency else 0
    transfers = recipes.dispute_opened(
        accounts.disputed(payment.id),
        Money(dispute.amount_minor if dispute.held else 0, currency),
        fee=Money(dispute.fee_minor, currency),
    )
    work.flush()
    on = first_open_day(work)
    book.post(work, Event.DISPUTE_OPENED, dispute.id, transfers, on=on, reason=_OPENED)
    if fee is not None and fee.currency != currency:
        kept = recipes.dispute_fee(fee)
        book.post(work, Event.GATEWAY_FEE, dispute.id, kept, on=on, reason=_OPENED)


def _lose(work: Work[Clerk], payment: Payment, dispute: Dispute) -> None:
    """What the payment had paid asks for its money again, as far as it was not refunded."""
    on, amount = first_open_day(work), Money(dispute.amount_minor, dispute.currency)
    parts, lost = ask_again(work, payment, amount, act_id=dispute.id, on=on, reason=_LOST)
    taken = recipes.taken_back(accounts.disputed(payment.id), parts, lost=lost)
    book.post(work, Event.DISPUTE_LOST, dispute.id, taken, on=on, reason=_LOST)
    assert payment.attempt_id is not None, "it came through the gateway"
    shown_id = show(PaymentAttempt.prefix, payment.attempt_id)
    attempt = work.find(PaymentAttempt, shown_id, lock=True)
    attempt.state, attempt.changed_at, attempt.failure = "reversed", clock.now(), _LOST
    work.flush()
    follow_taking_back(work, attempt)
