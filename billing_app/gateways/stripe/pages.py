"""Stripe's own page for one payment, which it calls a checkout session."""

from __future__ import annotations

from datetime import UTC, datetime

import stripe
from stripe.params import checkout as page_params

from billing_app.gateways.payments import Asked, Page, Stage, Told, Way
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe import methods, transfers
from billing_app.gateways.stripe.instruments import kind_of, virtual_account
from billing_app.gateways.stripe.line import Line, label, reference, was_replayed
from billing_app.gateways.stripe.money import from_stripe, to_stripe
from billing_app.gateways.stripe.payments import OPENED, SAVES, labels, on_page, told, words

_OPENED = [f"payment_intent.{path}" for path in OPENED]
_SESSION = "{session}"
_THEIR_SESSION = "{CHECKOUT_SESSION_ID}"

_WITHOUT_PAYMENT = {"open": Stage.REQUIRES_ACTION, "expired": Stage.CANCELED}


def open_page(
    line: Line, asked: Asked, *, saves: bool, back: str, closes_at: datetime, given_up: str
) -> Page:
    """Open the page. Asked again it is the same page, and the answer is how it stands now."""
    may_save = saves and bool(asked.payer) and asked.way is not Way.BANK_TRANSFER
    params = _params(line, asked, saves=may_save)
    params |= {
        "expires_at": int(closes_at.timestamp()),
        "success_url": back.replace(_SESSION, _THEIR_SESSION),
        "cancel_url": given_up,
    }
    key = f"cs:{asked.attempt}"
    session = line.ask(lambda: line.v1.checkout.sessions.create(params, {"idempotency_key": key}))
    return look_at_page(line, session.id) if was_replayed(session) else _page(line, session)


def look_at_page(line: Line, session: str) -> Page:
    """How the page, and the payment behind it, stands now."""
    found = line.ask(lambda: line.v1.checkout.sessions.retrieve(session, {"expand": _OPENED}))
    return _page(line, found)


def close_page(line: Line, session: str) -> Page:
    """Close it. Stripe refuses that for a page that is not open any more, which is fine."""
    try:
        # No key: a refusal kept under one would hide what the page has become since.
        line.ask(lambda: line.v1.checkout.sessions.expire(session))
    except GatewayRefusal:
        page = look_at_page(line, session)
        if page.is_open:
            raise
        return page
    return look_at_page(line, session)


def _params(line: Line, asked: Asked, *, saves: bool) -> page_params.SessionCreateParams:
    currency = asked.amount.currency
    ours = labels(asked)
    about: page_params.SessionCreateParamsPaymentIntentData = {
        "description": words(asked),
        "metadata": ours | ({SAVES: "yes"} if saves else {}),
    }
    if asked.email:
        about["receipt_email"] = asked.email
    params: page_params.SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": asked.attempt,
        "metadata": ours,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": to_stripe(asked.amount),
                    "product_data": {"name": words(asked)},
                },
            }
        ],
        "payment_intent_data": about,
        "allowed_payment_method_types": [kind_of(asked.way, currency)],
        # Whoever pays is asked for exactly what we ask for, in our currency.
        "adaptive_pricing": {"enabled": False},
    }
    if asked.way is Way.BANK_TRANSFER:
        params["payment_method_options"] = {
            "customer_balance": {
                "funding_type": "bank_transfer",
                "bank_transfer": virtual_account(currency),
            }
        }
    return params | _whose(line, asked, saves=saves)


def _whose(line: Line, asked: Asked, *, saves: bool) -> page_params.SessionCreateParams:
    """Whose page it is. One for whoever holds a pay link knows, and shows, nobody."""
    payer = asked.payer
    if not payer and asked.way is Way.BANK_TRANSFER:
        # A virtual account has to belong to somebody, if only to this one attempt.
        payer = methods.know_nobody(line, asked)
    if asked.way is Way.BANK_TRANSFER:
        transfers.let_wait(line, payer)
    if not payer:
        return {"customer_email": asked.email} if asked.email else {}
    if not saves:
        return {"customer": payer}
    return {
        "customer": payer,
        "saved_payment_method_options": {"payment_method_save": "enabled"},
    }


def _page(line: Line, session: stripe.checkout.Session) -> Page:
    return Page(
        session=session.id,
        url=session.url or _instructions(session),
        is_open=session.status == "open",
        told=_told(line, session),
    )


def _instructions(session: stripe.checkout.Session) -> str:
    """Where the account for a transfer is told again, while the transfer is awaited."""
    action = getattr(session.payment_intent, "next_action", None)
    told = getattr(action, "display_bank_transfer_instructions", None)
    return str(getattr(told, "hosted_instructions_url", None) or "")


def _told(line: Line, session: stripe.checkout.Session) -> Told:
    intent = session.payment_intent
    if isinstance(intent, stripe.PaymentIntent):
        return on_page(told(line, intent), session)
    amount, currency = session.amount_total, session.currency
    return Told(
        stage=_WITHOUT_PAYMENT.get(session.status or "", Stage.REQUIRES_ACTION),
        session=session.id,
        attempt=label(session, "attempt"),
        organization=label(session, "organization"),
        amount=from_stripe(amount, currency) if amount is not None and currency else None,
        payer=reference(session.customer),
        live=session.livemode,
        happened_at=datetime.fromtimestamp(session.created, UTC),
    )
