"""The line to Stripe: one client, and every way in which a call can fail, in our words.

What Stripe says in its own words is dropped, because it may quote a name or a key; the log
keeps its codes and its number of the request.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import stripe

from billing_app.config import Secret
from billing_app.gateways.refusals import (
    Crowded,
    Declined,
    GatewayRefusal,
    KeyRefused,
    NotKnown,
    Unclear,
)
from billing_app.gateways.stripe.failures import (
    CROWDED,
    KEY_NOT_ACCEPTED,
    LONGEST_CODE,
    NOT_KNOWN,
    STILL_AT_IT,
    failure_of,
    refusal_words,
)
from billing_app.kernel.entries import fit_to_keep

log = logging.getLogger("quittance.stripe")

API_VERSION = "2026-10-28.endive"
TIMEOUT_S = 20

_ASKED_AGAIN = 2
_LONGEST_REST_S = 2
_LONGEST_LABEL = 500
_CONFLICT = 409

T = TypeVar("T")
Thing = TypeVar("Thing", bound=stripe.StripeObject)


class Line:
    """A client that many threads share."""

    def __init__(self, key: Secret, api_base: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self.client = stripe.StripeClient(
            key.reveal(),
            base_addresses={"api": api_base or stripe.DEFAULT_API_BASE},
            stripe_version=API_VERSION,
            max_network_retries=_ASKED_AGAIN,
            http_client=stripe.RequestsClient(timeout=timeout_s),
        )
        self.v1 = self.client.v1

    def ask(self, call: Callable[[], T]) -> T:
        """Make a call. What the SDK does not repeat by itself, being asked to wait, we do.

        Nothing was done by a call that was told to wait, so repeating it is never too much.
        """
        asked = 0
        while True:
            try:
                return call()
            except stripe.StripeError as error:
                asked += 1
                if not isinstance(error, stripe.RateLimitError) or asked > _ASKED_AGAIN:
                    raise _in_our_words(error) from None
                time.sleep(_rest_s(error))

    def each(self, first: Callable[[], stripe.ListObject[Thing]]) -> Iterator[Thing]:
        """Everything on a list, page by page. Half a list is never taken for a whole one."""
        page = self.ask(first)
        while page.data:
            yield from page.data
            page = self.ask(page.next_page)


def was_replayed(answer: stripe.StripeObject) -> bool:
    """Whether Stripe only repeated what it answered before, which may not hold any more."""
    last = answer.last_response
    return last is not None and (last.headers or {}).get("idempotent-replayed") == "true"


def label(thing: object, name: str) -> str:
    """One of the labels that we gave a thing there; empty if it carries none."""
    return fit_to_keep(getattr(getattr(thing, "metadata", None), name, ""), longest=_LONGEST_LABEL)


def reference(thing: object) -> str:
    """Stripe's name for something, whether it was sent as a name or opened."""
    return str(getattr(thing, "id", None) or thing or "")


def _in_our_words(error: stripe.StripeError) -> Exception:
    # That a bank says no is the payer's news and no trouble of ours.
    level = logging.INFO if isinstance(error, stripe.CardError) else logging.WARNING
    log.log(
        level,
        "Stripe did not do what was asked: %s, status %s, code %s, parameter %s, request %s.",
        type(error).__name__,
        error.http_status,
        _code(error),
        getattr(error, "param", None),
        error.request_id,
    )
    if isinstance(error, stripe.CardError):
        failure = failure_of(_code(error))
        return Declined(
            failure.sentence,
            code=_code(error),
            needs_payer=failure.needs_payer,
            may_be_retried=failure.may_be_retried,
        )
    if isinstance(error, stripe.RateLimitError):
        return Crowded(CROWDED, code=_code(error))
    if error.http_status == _CONFLICT:
        return Crowded(STILL_AT_IT, code=_code(error))
    if isinstance(error, stripe.IdempotencyError):
        # What became of the first request with the key is found out by looking, as ever.
        log.error("An idempotency key was used for two different requests.")
        return Unclear("The payment provider knows this request in other words.")
    if isinstance(error, stripe.InvalidRequestError):
        refused = NotKnown if _code(error) == NOT_KNOWN else GatewayRefusal
        return refused(refusal_words(_code(error)), code=_code(error))
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return KeyRefused(KEY_NOT_ACCEPTED, code="key_not_accepted")
    return Unclear("The payment provider gave no answer that can be read.")


def _code(error: stripe.StripeError) -> str:
    """The most telling code there is."""
    said = error.error
    found = getattr(said, "decline_code", None) or error.code or getattr(said, "code", None)
    return fit_to_keep(found or getattr(said, "type", None), longest=LONGEST_CODE)


def _rest_s(error: stripe.RateLimitError) -> int:
    said = str((error.headers or {}).get("retry-after", ""))
    return min(int(said), _LONGEST_REST_S) if said.isascii() and said.isdigit() else 1
