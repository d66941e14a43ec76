"""Stripe's ways of saying no, in Stripe's own shapes."""

from __future__ import annotations

from typing import Any

_DOCS = "https://stripe.com/docs/error-codes/"


class Refusal(Exception):
    """An answer that is an error.

    ``keeps`` says that what was done before stays done: a card that is declined leaves a
    failed charge behind.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        keeps: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps = keeps
        self.headers: dict[str, str] = {}
        self.error: dict[str, Any] = {"message": message, "type": kind}
        if code:
            self.error |= {"code": code, "doc_url": _DOCS + code.replace("_", "-")}
        if param:
            self.error["param"] = param
        self.error |= {name: value for name, value in more.items() if value is not None}


def missing(kind: str, shown: str, param: str, status: int = 404) -> Refusal:
    """Nothing of this kind has that id."""
    name = {"checkout.session": "checkout.session", "payment_method": "PaymentMethod"}.get(
        kind, kind.replace("_", "")
    )
    return Refusal(
        f"No such {name}: '{shown}'", status=status, code="resource_missing", param=param
    )


def unexpected(what: str, message: str, **more: Any) -> Refusal:
    """The object is not in a state in which this can be done to it."""
    return Refusal(message, code=f"{what}_unexpected_state", **more)


def not_simulated(param: str) -> Refusal:
    """Stripe would take this. We say so instead of doing as if."""
    return Refusal(
        f"The simulated Stripe knows {param} and does nothing with it, so it refuses it.",
        code="not_simulated",
        param=param,
    )


def same_key_other_request(key: str) -> Refusal:
    """The key was used before, for something else."""
    return Refusal(
        "Keys for idempotent requests can only be used with the same parameters they were first"
        f" used with. Try using a key other than '{key}' if you meant to execute a different"
        " request.",
        kind="idempotency_error",
    )


def same_key_other_path(key: str, first: str, now: str) -> Refusal:
    """The key was used before, at another endpoint."""
    return Refusal(
        "Keys for idempotent requests can only be used for the same endpoint they were first"
        f" used for ('{now}' vs '{first}'). Try using a key other than '{key}' if you meant to"
        " execute a different request.",
        kind="idempotency_error",
    )


def key_in_use(key: str) -> Refusal:
    """The first request with this key has not been answered yet."""
    return Refusal(
        "There is currently another in-progress request using this Stripe account with that"
        f" idempotency key ({key}). Please try again later.",
        status=409,
        kind="invalid_request_error",
        code="idempotency_key_in_use",
    )


def too_many() -> Refusal:
    """Not so fast."""
    refusal = Refusal(
        "Request rate limit exceeded. Learn more about rate limits here"
        " https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
    )
    refusal.headers["Retry-After"] = "2"
    return refusal


def our_fault() -> Refusal:
    """Stripe's own failure, which a key keeps like any other answer."""
    return Refusal(
        "An unknown error occurred. If you have any questions, we can help at"
        " https://support.stripe.com/.",
        status=500,
        kind="api_error",
        keeps=True,
    )
