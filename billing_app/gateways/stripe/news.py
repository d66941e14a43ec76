"""News of Stripe's, which it calls events: what was sent to us, and what was not delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import stripe

from billing_app.config import Secret
from billing_app.gateways.news import News
from billing_app.gateways.refusals import Forged
from billing_app.gateways.stripe.line import Line, label, reference

OF_TRANSFERS = "customer_cash_balance_transaction.created"
FOLLOWED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.partially_funded",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.refunded",
    "charge.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payment_method.automatically_updated",
    "mandate.updated",
    OF_TRANSFERS,
)
"""What we want to hear of; an endpoint at Stripe is set up for these."""

_TYPES_AT_ONCE = 20
_MOST = 100
_RELATED = ("payment_intent", "customer", "charge", "payment_method")


def hear(line: Line, body: bytes, signature: str, secrets: Sequence[Secret]) -> News:
    """What was sent, if it was signed a moment ago with one of our secrets."""
    for secret in secrets:
        try:
            return _news(line.client.construct_event(body, signature, secret.reveal()))
        except (stripe.StripeError, ValueError, LookupError, AttributeError, TypeError):
            # Signed with the other one, or nothing that Stripe would send.
            continue
    raise Forged("These news were not signed by the payment provider, or not just now.")


def news_since(line: Line, moment: datetime) -> Iterator[News]:
    """Everything since then that we follow, newest first within each group of types."""
    since = int(moment.timestamp())
    for start in range(0, len(FOLLOWED), _TYPES_AT_ONCE):
        types = list(FOLLOWED[start : start + _TYPES_AT_ONCE])
        for event in _events(line, types, since):
            yield _news(event)


def _events(line: Line, types: list[str], since: int) -> Iterator[stripe.Event]:
    return line.each(
        lambda: line.v1.events.list({"types": types, "created": {"gte": since}, "limit": _MOST})
    )


def _news(event: stripe.Event) -> News:
    about = event.data.object
    payment = _payment(about)
    related = (_name(about, name) for name in _RELATED)
    return News(
        reference=event.id,
        kind=event.type,
        about=_name(about, "id"),
        live=event.livemode,
        happened_at=datetime.fromtimestamp(event.created, UTC),
        organization=label(about, "organization"),
        payment=payment,
        payer=_name(about, "customer") if event.type == OF_TRANSFERS else "",
        related=tuple(dict.fromkeys(name for name in (payment, *related) if name)),
    )


def _payment(about: object) -> str:
    """The payment that it is, or belongs to; money that was used names it one level down."""
    if getattr(about, "object", "") == "payment_intent":
        return _name(about, "id")
    used = getattr(about, "applied_to_payment", None)
    return _name(about, "payment_intent") or _name(used, "payment_intent")


def _name(thing: object, name: str) -> str:
    return reference(getattr(thing, name, None))
