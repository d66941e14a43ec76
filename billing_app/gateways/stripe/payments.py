"""Payments, which Stripe calls payment intents: charging a saved method, and how one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import stripe

from billing_app.gateways.payments import Asked, Saved, Stage, Told
from billing_app.gateways.refusals import Declined, GatewayRefusal
from billing_app.gateways.stripe.failures import LONGEST_CODE, failure_of, taken_back_words
from billing_app.gateways.stripe.instruments import saved_of, words_of
from billing_app.gateways.stripe.line import Line, label, reference, was_replayed
from billing_app.gateways.stripe.money import from_stripe, to_stripe
from billing_app.kernel.entries import fit_to_keep
from billing_app.kernel.money import Money

OPENED = ["latest_charge.balance_transaction", "payment_method"]
SAVES = "saves"
"""The label of a payment whose page offered to keep the method."""

_MOST = 100
_LONGEST_WORDS = 250
_LONGEST_LABEL = 500
_CLOCKS_DIFFER = timedelta(hours=1)

_STAGES = {
    "canceled": Stage.CANCELED,
    "processing": Stage.PROCESSING,
    "succeeded": Stage.SUCCEEDED,
}
_CANNOT = "payment_intent_unexpected_state"


def labels(asked: Asked) -> dict[str, str]:
    """Our own ids, which a payment and its page carry there."""
    documents = ""
    for document in asked.documents:
        longer = f"{documents} {document}".strip()
        documents = longer if len(longer) <= _LONGEST_LABEL else documents
    ours = {
        "attempt": asked.attempt,
        "organization": asked.organization,
        "customer": asked.customer,
    }
    return ours | ({"documents": documents} if documents else {})


def words(asked: Asked) -> str:
    """What it is for, as long as Stripe takes it."""
    return asked.what[:_LONGEST_WORDS]


def begin_charge(line: Line, asked: Asked, *, method: str) -> str:
    """Prepare a payment with a saved method. Nothing of it comes from the clock."""
    params: stripe.params.PaymentIntentCreateParams = {
        "amount": to_stripe(asked.amount),
        "currency": asked.amount.currency.lower(),
        "customer": asked.payer,
        "payment_method": method,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "description": words(asked),
        "metadata": labels(asked),
    }
    if asked.email:
        params["receipt_email"] = asked.email
    key = f"pi:{asked.attempt}"
    made = line.ask(lambda: line.v1.payment_intents.create(params, {"idempotency_key": key}))
    return made.id


def confirm_charge(line: Line, attempt: str, payment: str, *, payer_is_there: bool = False) -> Told:
    """Charge it now. Whatever the bank, or an earlier call, made of it is looked up."""
    key = f"pic:{attempt}:1"
    params: stripe.params.PaymentIntentConfirmParams = {
        "off_session": not payer_is_there,
        "expand": OPENED,
    }
    try:
        intent = line.ask(
            lambda: line.v1.payment_intents.confirm(payment, params, {"idempotency_key": key})
        )
    except Declined:
        return look_at_payment(line, payment)
    except GatewayRefusal as refusal:
        if refusal.code != _CANNOT:
            raise
        return look_at_payment(line, payment)
    return look_at_payment(line, payment) if was_replayed(intent) else told(line, intent)


def look_at_payment(line: Line, payment: str) -> Told:
    """How a payment stands now."""
    intent = line.ask(lambda: line.v1.payment_intents.retrieve(payment, {"expand": OPENED}))
    return in_its_page(line, intent)


def cancel_payment(line: Line, payment: str) -> Told:
    """Give it up if that is possible. What a page is still at, the page has to give up."""
    try:
        # No key: a refusal kept under one would hide that it can be given up by now.
        line.ask(lambda: line.v1.payment_intents.cancel(payment))
    except GatewayRefusal as refusal:
        if refusal.code != _CANNOT:
            raise
    return look_at_payment(line, payment)


def find_payment(line: Line, attempt: str, *, payer: str, since: datetime) -> Told | None:
    """The payment that carries our id, among those made since then."""
    for intent in _since(line, since - _CLOCKS_DIFFER, payer=payer):
        if label(intent, "attempt") == attempt:
            return in_its_page(line, intent)
    return None


def payments_since(line: Line, moment: datetime) -> Iterator[Told]:
    """Every payment made since then, ours or not, as it stands now."""
    for intent in _since(line, moment):
        yield in_its_page(line, intent)


def in_its_page(line: Line, intent: stripe.PaymentIntent) -> Told:
    """How a payment stands. After a refusal that depends on its page: one more card may come."""
    so_far = told(line, intent)
    if so_far.stage is not Stage.FAILED:
        return so_far
    pages = line.ask(
        lambda: line.v1.checkout.sessions.list({"payment_intent": intent.id, "limit": 1})
    )
    return on_page(so_far, pages.data[0]) if pages.data else so_far


def on_page(so_far: Told, session: stripe.checkout.Session) -> Told:
    """What a payment's state means on its page: open for another try, or closed for good."""
    stage = so_far.stage
    if session.status == "open" and stage is Stage.FAILED:
        stage = Stage.REQUIRES_ACTION
    if session.status == "expired" and stage in (Stage.FAILED, Stage.REQUIRES_ACTION):
        stage = Stage.CANCELED
    return replace(so_far, session=session.id, stage=stage)


def told(line: Line, intent: stripe.PaymentIntent) -> Told:
    """What Stripe says of a payment, in our words."""
    stage, charge = _stage(intent), intent.latest_charge
    came = intent.amount_received if stage is Stage.SUCCEEDED else intent.amount
    said = Told(
        stage=stage,
        payment=intent.id,
        attempt=label(intent, "attempt"),
        organization=label(intent, "organization"),
        amount=from_stripe(came, intent.currency),
        payer=reference(intent.customer),
        live=intent.livemode,
        saved=_saved(intent),
        happened_at=_moment(intent.canceled_at or intent.created),
        begun_at=_moment(intent.created),
    )
    said = _with_failure(said, intent)
    return _with_charge(line, said, charge) if isinstance(charge, stripe.Charge) else said


def _stage(intent: stripe.PaymentIntent) -> Stage:
    if intent.status == "requires_payment_method" and intent.last_payment_error:
        return Stage.FAILED
    return _STAGES.get(intent.status, Stage.REQUIRES_ACTION)


def _with_failure(said: Told, intent: stripe.PaymentIntent) -> Told:
    error = intent.last_payment_error
    if error is None or said.stage in (Stage.SUCCEEDED, Stage.PROCESSING):
        return said
    found = getattr(error, "decline_code", None) or getattr(error, "code", None) or error.type
    code = fit_to_keep(found, longest=LONGEST_CODE)
    failure = failure_of(code)
    return replace(
        said,
        failure_code=code,
        failure=failure.sentence,
        may_be_retried=failure.may_be_retried,
        needs_payer=failure.needs_payer,
    )


def _with_charge(line: Line, said: Told, charge: stripe.Charge) -> Told:
    said = replace(
        said,
        instrument=words_of(charge.payment_method_details),
        happened_at=_moment(charge.created),
    )
    booked = charge.balance_transaction
    if said.stage is Stage.SUCCEEDED and isinstance(booked, stripe.BalanceTransaction):
        fee = from_stripe(booked.fee, booked.currency)
        said = replace(said, fee=fee, happened_at=_moment(booked.created))
    return _with_taken_back(line, said, charge) if charge.disputed else said


def _with_taken_back(line: Line, said: Told, charge: stripe.Charge) -> Told:
    """A debit that its bank took back. Of a card's dispute is told apart: it can be won."""
    if getattr(charge.payment_method_details, "type", "") == "card":
        return said
    lost = [
        dispute
        for dispute in line.each(
            lambda: line.v1.disputes.list({"charge": charge.id, "limit": _MOST})
        )
        if _is_taken_back(dispute)
    ]
    if not lost:
        return said
    return replace(
        said,
        taken_back=_sum([from_stripe(each.amount, each.currency) for each in lost]),
        failure_code=fit_to_keep(lost[0].reason, longest=LONGEST_CODE),
        failure=taken_back_words(),
    )


def _is_taken_back(dispute: stripe.Dispute) -> bool:
    """Nobody can contest a debit that was taken back, so it need not be decided first."""
    return dispute.status in ("lost", "needs_response", "under_review")


def _sum(amounts: Sequence[Money]) -> Money:
    return sum(amounts[1:], start=amounts[0])


def _saved(intent: stripe.PaymentIntent) -> Saved | None:
    method = intent.payment_method
    if not label(intent, SAVES) or not isinstance(method, stripe.PaymentMethod):
        return None
    return saved_of(method)


def _since(line: Line, moment: datetime, *, payer: str = "") -> Iterator[stripe.PaymentIntent]:
    params: stripe.params.PaymentIntentListParams = {
        "created": {"gte": int(moment.timestamp())},
        "limit": _MOST,
        "expand": [f"data.{path}" for path in OPENED],
    }
    if payer:
        params["customer"] = payer
    return line.each(lambda: line.v1.payment_intents.list(params))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
