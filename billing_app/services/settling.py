"""Settling an attempt: what the gateway says of it becomes what the books say.

Whoever brings the news, the answer to our own call, the payer coming back, a webhook or the
reconciler, brings it here. The same news twice changes nothing, older news than what is known
changes nothing, and what does not fit the attempt is put aside and posts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import col, select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import command_step, system_command, system_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Stage, Told
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.models.attempt import HOLDING, AttemptMessage, PaymentAttempt
from billing_app.models.gateway import GatewayCustomer
from billing_app.models.party import Customer
from billing_app.services.clearing import (
    post_fee,
    receive_attempted,
    save_method,
    take_back_attempted,
    taken_so_far,
)
from billing_app.services.failing import follow_failure, follow_taking_back
from billing_app.services.keeping_heard import keep_message

# What an attempt may become from where it stands. Money that came is never turned away: it
# may come late, after the attempt had failed or was given up.
MOVES: dict[str, frozenset[str]] = {
    "created": frozenset(
        {"requires_action", "processing", "unknown", "succeeded", "failed", "canceled"}
    ),
    "requires_action": frozenset({"processing", "unknown", "succeeded", "failed", "canceled"}),
    "unknown": frozenset({"requires_action", "processing", "succeeded", "failed", "canceled"}),
    "processing": frozenset({"unknown", "succeeded", "failed", "canceled"}),
    "failed": frozenset({"processing", "succeeded"}),
    "canceled": frozenset({"processing", "succeeded"}),
    "succeeded": frozenset({"reversed"}),
    "reversed": frozenset(),
}

_PAID_TWICE = (
    "The payer's bank took the money back, and {lost} of it had gone back to the payer before. No"
    " document asks for that part, so it is recorded as a loss; ask the payer for it."
)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Where news of an attempt came from, and what the gateway calls it."""

    source: str
    about: str = ""
    live: bool = False
    """Whether our own key moves real money: news of the other kind is not ours."""


@dataclass(frozen=True)
class _Verdict:
    verdict: str
    why: str = ""


@system_read
def attempt_of(work: Work[SystemActor], *, session: str = "", payment: str = "") -> str:
    """The attempt that the gateway knows by one of these names; empty if there is none."""
    names = [col(PaymentAttempt.gateway_session) == session] if session else []
    names += [col(PaymentAttempt.gateway_payment) == payment] if payment else []
    if not names:
        return ""
    found = work.exec(select(PaymentAttempt).where(or_(*names)).limit(1)).one_or_none()
    return found.shown_id if found else ""


@system_command
def settle(work: Work[SystemActor], attempt_id: str, told: Told, heard: Heard) -> str:
    """Bring an attempt to where the gateway says it stands, with all that follows from it.

    Returns what was made of the news: a word of ``AttemptMessage``.
    """
    attempt = lock_attempt(work, attempt_id)
    stage = _stage(attempt, told)
    verdict = _judge(work, attempt, told, stage, heard)
    if verdict.verdict == "applied":
        verdict = _apply(work, attempt, told, stage)
    if verdict.verdict in ("applied", "known", "noted"):
        _learn(work, attempt, told)
    if verdict.verdict == "known" and heard.source == "reconciler":
        return verdict.verdict
    return _note(work, attempt, heard, stage, verdict)


@system_command
def note_sent(
    work: Work[SystemActor], attempt_id: str, about: str, *, session: str = "", payment: str = ""
) -> bool:
    """Note that an attempt was sent to the gateway, and what the gateway calls it since.

    Returns whether it may be gone on with: not if somebody gave it up meanwhile, because then
    somebody else may be paying the same documents already.
    """
    attempt = lock_attempt(work, attempt_id)
    attempt.submitted += 1
    attempt.changed_at = clock.now()
    attempt.gateway_session = attempt.gateway_session or session or None
    attempt.gateway_payment = attempt.gateway_payment or payment or None
    work.flush()
    _note(work, attempt, Heard(source="submission", about=about), "sent", _Verdict("noted"))
    return attempt.state in HOLDING


@system_command
def note_trouble(
    work: Work[SystemActor],
    attempt_id: str,
    about: str,
    *,
    state: str,
    code: str,
    sentence: str,
    known: str = "",
) -> None:
    """Note that a call to the gateway was refused, or that nobody knows what became of it.

    ``known`` is what the gateway calls the payment or page, as far as whoever has the trouble
    knows. If others know more by now, they are further on with it, and the trouble ends nothing.
    """
    attempt = lock_attempt(work, attempt_id)
    names = {attempt.gateway_payment, attempt.gateway_session} - {None}
    moves = state in MOVES[attempt.state] and (not names or known in names)
    if moves:
        _move(work, attempt, state)
        attempt.failure_code, attempt.failure = code[:60], sentence[:300]
        follow_failure(work, attempt, soft=False, needs_payer=False)
    verdict = _Verdict("applied" if moves else "late", sentence)
    _note(work, attempt, Heard(source="submission", about=about), state, verdict)


@command_step
def lock_attempt(work: Work[Clerk], attempt_id: str) -> PaymentAttempt:
    """An attempt, locked; its customer first, as everywhere."""
    attempt = work.find(PaymentAttempt, attempt_id)
    work.find(Customer, show(Customer.prefix, attempt.customer_id), lock=True)
    return work.find(PaymentAttempt, attempt_id, lock=True)


def _stage(attempt: PaymentAttempt, told: Told) -> str:
    """Which state the news means for this attempt."""
    if told.taken_back is not None:
        return "reversed"
    # On a page the payer may try another card; a saved one that was declined is declined.
    declined = told.stage is Stage.REQUIRES_ACTION and bool(told.failure_code)
    return "failed" if declined and attempt.how == "saved" else told.stage.value


def _judge(
    work: Work[Clerk], attempt: PaymentAttempt, told: Told, stage: str, heard: Heard
) -> _Verdict:
    if strange := _what_is_strange(work, attempt, told, heard):
        return _Verdict("quarantined", strange)
    if stage == attempt.state:
        tried = stage == "requires_action" and told.failure
        return _Verdict("noted", told.failure) if tried else _Verdict("known")
    # What was taken back had come, whether or not anybody looked in between.
    first = "succeeded" if stage == "reversed" and attempt.state != "succeeded" else stage
    if first not in MOVES[attempt.state]:
        return _Verdict("late", f"It is {attempt.state} already.")
    return _Verdict("applied", told.failure)


def _what_is_strange(
    work: Work[Clerk], attempt: PaymentAttempt, told: Told, heard: Heard
) -> str | None:
    """Why this news cannot be of this attempt; None if it fits."""
    if told.live != heard.live:
        return "It is of another mode: test money and real money never meet."
    if told.attempt and told.attempt != attempt.shown_id:
        return f"It names another attempt, {told.attempt}."
    asked = Money(attempt.amount_minor, attempt.currency)
    if told.amount is not None and told.amount != asked:
        return f"It is of {told.amount}, and {asked} was asked for."
    back = told.taken_back
    if back is not None and (back.currency != asked.currency or back > asked):
        return f"The bank took back {back}, and {asked} had come."
    posted = taken_so_far(work, attempt) if attempt.state == "reversed" else None
    if back is not None and posted is not None and back != posted:
        return f"The bank took back {back} by now, and {posted} of it is posted."
    for known, said in (
        (attempt.gateway_payment, told.payment),
        (attempt.gateway_session, told.session),
    ):
        if known and said and known != said:
            return f"It is of {said}, and the attempt became {known}."
    return _anothers(work, attempt, told) or _strange_payer(work, attempt, told)


def _anothers(work: Work[Clerk], attempt: PaymentAttempt, told: Told) -> str | None:
    """That another attempt became what the news speaks of."""
    if attempt.gateway_payment or not told.payment:
        return None
    whose = select(PaymentAttempt.id).where(PaymentAttempt.gateway_payment == told.payment)
    return "It is of another attempt." if work.exec(whose).first() else None


def _strange_payer(work: Work[Clerk], attempt: PaymentAttempt, told: Told) -> str | None:
    if not told.payer:
        return None
    if attempt.how == "transfer":
        # It is taken from whomever the gateway holds it for, whose it is being our word.
        return None if told.payer == attempt.gateway_payer else "It is of another customer."
    whose = select(GatewayCustomer.customer_id).where(GatewayCustomer.reference == told.payer)
    known = work.exec(whose).one_or_none()
    if known is None and attempt.begun_by == "payer":
        # The gateway may make a customer of whoever paid by a link; that is nobody of ours.
        return None
    return None if known == attempt.customer_id else "It is of another customer."


def _apply(work: Work[Clerk], attempt: PaymentAttempt, told: Told, stage: str) -> _Verdict:
    if stage in ("succeeded", "reversed") and attempt.state != "succeeded":
        _move(work, attempt, "succeeded")
        receive_attempted(work, attempt)
    why = told.failure
    if stage == "reversed" and told.taken_back is not None:
        lost = take_back_attempted(work, attempt, told.taken_back, told.failure)
        why = _PAID_TWICE.format(lost=shown(lost)) if lost else why
    _move(work, attempt, stage)
    attempt.failure_code = told.failure_code[:60] if stage in ("failed", "reversed") else ""
    attempt.failure = told.failure[:300] if stage in ("failed", "reversed") else ""
    follow_failure(work, attempt, soft=told.may_be_retried, needs_payer=told.needs_payer)
    if stage == "reversed":
        follow_taking_back(work, attempt)
    reach("settle.applied")
    return _Verdict("applied", why)


def _move(work: Work[Clerk], attempt: PaymentAttempt, state: str) -> None:
    attempt.state = state
    attempt.changed_at = clock.now()
    work.flush()


def _learn(work: Work[Clerk], attempt: PaymentAttempt, told: Told) -> None:
    """Keep what the news tells beside the state: names, what was paid with, the fee."""
    attempt.gateway_payment = attempt.gateway_payment or told.payment or None
    attempt.gateway_session = attempt.gateway_session or told.session or None
    attempt.gateway_payer = attempt.gateway_payer or told.payer or None
    attempt.instrument = attempt.instrument or told.instrument[:60]
    work.flush()
    if told.saved is not None and attempt.saves_method:
        save_method(work, attempt, told.saved)
    if told.fee:
        post_fee(work, attempt, told.fee)


def _note(
    work: Work[Clerk], attempt: PaymentAttempt, heard: Heard, said: str, verdict: _Verdict
) -> str:
    message = AttemptMessage(
        attempt_id=attempt.id,
        source=heard.source,
        about=heard.about[:120],
        said=said,
        verdict=verdict.verdict,
        why=verdict.why[:300],
        recorded_at=clock.now(),
    )
    return keep_message(work, message)
