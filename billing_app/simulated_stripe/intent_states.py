"""What can no longer, or not yet, be done to a payment intent, in Stripe's words."""

from __future__ import annotations

from typing import NoReturn

from billing_app.simulated_stripe.desk import Desk, Obj, Params
from billing_app.simulated_stripe.refusals import Refusal, unexpected
from billing_app.simulated_stripe.shape import shown

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_SAYS_OPEN = "requires_payment_method, requires_capture, requires_confirmation, requires_action"


def refuse_unfit(intent: Obj, method: Obj) -> None:
    """Refuse a method of a type that the intent does not take."""
    if method["type"] not in intent["payment_method_types"]:
        fitting = ", ".join(intent["payment_method_types"])
        raise Refusal(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent."
            " Please attach a PaymentMethod of one of the following types:"
            f" {fitting}.",
            code="payment_intent_incompatible_payment_method",
            payment_intent=shown(intent),
        )


def refuse_without_return(intent: Obj, method: Obj, given: Params) -> None:
    """Refuse to confirm where the customer might be sent away and could not come back."""
    automatic = intent["automatic_payment_methods"]
    may_redirect = automatic is not None and automatic["allow_redirects"] == "always"
    if may_redirect and "return_url" not in given and method["type"] != "customer_balance":
        raise Refusal(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `automatic_payment_methods[enabled]` to `true` and"
            " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents"
            " and Payment Intents.",
            payment_intent=shown(intent),
        )


def refuse_if_hosted(desk: Desk, intent: Obj) -> None:
    """Refuse to act on what a hosted page is still at; one that was completed has let go."""
    session = desk.look("checkout.session", intent["_session"])
    if session is not None and session["status"] == "open" and intent["status"] in OPEN:
        raise unexpected(
            "payment_intent",
            "This PaymentIntent belongs to a Checkout Session. Expire the Checkout Session"
            " instead.",
            payment_intent=shown(intent),
        )


def refuse_state(intent: Obj, verb: str) -> NoReturn:
    """Say that the intent is past the point where this can be done to it."""
    more = f" Only a PaymentIntent with one of the following statuses may be {verb}ed:"
    if verb == "confirm" and intent["status"] == "succeeded":
        because = "it has already succeeded after being previously confirmed."
        more = ""
    else:
        because = f"it has a status of {intent['status']}."
    more = more and f"{more} {_SAYS_OPEN}."
    raise unexpected(
        "payment_intent",
        f"You cannot {verb} this PaymentIntent because {because}{more}",
        payment_intent=shown(intent),
    )
