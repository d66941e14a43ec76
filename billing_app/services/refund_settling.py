"""Settling a refund: what the gateway says of it becomes what the books say.

A refund is posted when the gateway has taken it on, and taken back when it fails later. The
same news twice changes nothing, and what does not fit the attempt posts nothing.
"""

from __future__ import annotations

from contextlib import suppress

from sqlmodel import select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import command_step, system_command, system_read
from billing_app.access.work import Work
from billing_app.gateways.payments import RefundTold
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.arriving import BY_GATEWAY
from billing_app.services.coming_back import bring_back
from billing_app.services.handing_back import not_given_back
from billing_app.services.hearing_back import keep_heard
from billing_app.services.noting import write_note
from billing_app.services.refund_asking import (
    RefundAsked,
    asked_for,
    excess_of,
    going_of,
    note_of,
    terms_of,
)
from billing_app.services.refund_attempting import lock_refund_attempt, try_out
from billing_app.services.returning import give_back_credit, give_back_gone, give_back_owed
from billing_app.services.settling import Heard

_ENDED = frozenset({"failed", "canceled"})
_TAKEN_ON = frozenset({"pending", "succeeded"})

# What a refund attempt may become. One that was given up may still have reached the gateway;
# one that came back stays so.
REFUND_MOVES: dict[str, frozenset[str]] = {
    "created": _TAKEN_ON | _ENDED,
    "unknown": _TAKEN_ON | _ENDED,
    "pending": frozenset({"succeeded"}) | _ENDED,
    "succeeded": _ENDED,
    "failed": _TAKEN_ON,
    "canceled": _TAKEN_ON,
}
_CAME_BACK = "The bank did not take this refund; the money came back."
_OWED_AGAIN = (
    "The money went back, but by then it could not be recorded as asked for: {why} It is recorded"
    " as still owed instead."
)
_LOST = (
    "The money went back, and the payer's bank took {lost} of it as well. No document asks for"
    " that part, so it is recorded as a loss; ask the payer for it."
)


@system_read
def refund_attempt_of(work: Work[SystemActor], told: RefundTold) -> str:
    """The attempt that the gateway speaks of; empty if there is none."""
    with suppress(NotFound):
        return work.find(RefundAttempt, told.refund).shown_id
    known = select(RefundAttempt).where(RefundAttempt.gateway_refund == told.reference)
    found = work.exec(known).one_or_none()
    return found.shown_id if found else ""


@system_command
def settle_refund(work: Work[SystemActor], attempt_id: str, told: RefundTold, heard: Heard) -> str:
    """Bring a refund attempt to where the gateway says it stands, with all that follows.

    Returns what was made of the news: 'applied', 'known', 'late' or 'quarantined'.
    """
    return settle_locked(work, lock_refund_attempt(work, attempt_id), told, heard)


@command_step
def settle_locked(work: Work[Clerk], attempt: RefundAttempt, told: RefundTold, heard: Heard) -> str:
    """The same for an attempt that is locked, its customer first."""
    verdict, why = _judge(work, attempt, told)
    if verdict == "applied":
        _apply(work, attempt, told)
        why = attempt.failure
        reach("refund.settled")
    said = f"refund {told.reference}" if verdict == "quarantined" else told.state
    return keep_heard(work, attempt, heard, said=said, verdict=verdict, why=why)


def _judge(work: Work[Clerk], attempt: RefundAttempt, told: RefundTold) -> tuple[str, str]:
    """What is to be made of the news, and why."""
    if strange := _what_is_strange(work, attempt, told):
        return "quarantined", strange
    if told.state == attempt.state:
        return "known", ""
    came_back = attempt.state in _ENDED and _posted(work, attempt) is not None
    if told.state not in REFUND_MOVES[attempt.state] or came_back:
        return "late", f"It is {attempt.state} already."
    return "applied", ""


def _apply(work: Work[Clerk], attempt: RefundAttempt, told: RefundTold) -> None:
    posted = _posted(work, attempt)
    attempt.state, attempt.changed_at = told.state, clock.now()
    attempt.gateway_refund = told.reference
    attempt.failure = told.failure[:LONGEST_REASON]
    work.flush()
    if told.state in _TAKEN_ON and posted is None:
        _post(work, attempt)
    elif told.state in _ENDED and posted is not None:
        customer = work.get(Customer, attempt.customer_id)
        bring_back(work, customer, posted, told.failure or _CAME_BACK)


def _posted(work: Work[Clerk], attempt: RefundAttempt) -> Refund | None:
    """What the attempt became in the books: both have one id."""
    return work.exec(select(Refund).where(Refund.id == attempt.id)).one_or_none()


def _what_is_strange(work: Work[Clerk], attempt: RefundAttempt, told: RefundTold) -> str:
    """Why this news cannot be of this attempt; empty if it can."""
    payment = work.get(Payment, attempt.payment_id)
    assert payment.attempt_id is not None, "it came through the gateway"
    its_payment = work.get(PaymentAttempt, payment.attempt_id).gateway_payment
    asked = Money(attempt.amount_minor, attempt.currency)
    if told.amount != asked:
        return f"It is of {told.amount}, and {asked} was asked for."
    if RefundAttempt.is_named_by(told.refund) and told.refund != attempt.shown_id:
        return f"It names another refund, {told.refund}."
    if told.payment and told.payment != its_payment:
        return f"It is of another payment, {told.payment}."
    if attempt.gateway_refund not in (None, told.reference):
        return f"It is {told.reference}, and this refund became {attempt.gateway_refund}."
    return _too_much(work, attempt, payment, told)


def _too_much(work: Work[Clerk], attempt: RefundAttempt, payment: Payment, told: RefundTold) -> str:
    """That what was thought to have come to nothing was given back in another way since."""
    late = attempt.state in _ENDED and told.state in _TAKEN_ON and _posted(work, attempt) is None
    most = not_given_back(work, payment)
    if late and told.amount > most:
        return f"{told.amount} went back after all, and by now only {most} did not go back yet."
    return ""


def _post(work: Work[Clerk], attempt: RefundAttempt) -> None:
    """Post what was asked for. If that is not possible any more, it is owed again instead, or lost.

    The money is gone by now, and so it is told in one way or the other. Which way is found out
    before anything is written: a refusal halfway ends all of it, and nothing of it stays.
    """
    payment = work.get(Payment, attempt.payment_id)
    asked = asked_for(attempt, payment.shown_id)
    try:
        try_out(work, payment, attempt.customer_id, asked)
    except BillingError as refusal:
        lost = give_back_gone(work, payment, asked.amount, going_of(asked))
        said = _LOST.format(lost=shown(lost)) if lost else _OWED_AGAIN.format(why=refusal)
        attempt.failure = said[:LONGEST_REASON]
    else:
        _post_as_asked(work, work.get(Customer, attempt.customer_id), payment, asked)


def _post_as_asked(
    work: Work[Clerk], customer: Customer, payment: Payment, asked: RefundAsked
) -> None:
    if asked.choice == "still_owes":
        give_back_owed(work, payment, asked.amount, asked.parts, going_of(asked))
    elif asked.choice == "from_credit":
        give_back_credit(work, customer, payment, asked.amount, going_of(asked))
    else:
        note = note_of(asked)
        write_note(
            work,
            customer,
            work.find(Invoice, note.invoice_id, lock=True),
            terms_of(asked, note),
            amount=note.lines or asked.amount,
            excess=excess_of(asked),
            lowers=False,
            method=BY_GATEWAY,
        )
