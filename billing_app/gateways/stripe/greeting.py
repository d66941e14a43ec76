"""Whether Stripe answers and takes the key: one harmless question, for whoever sets it up."""

from __future__ import annotations

import stripe

from billing_app.config import Settings
from billing_app.gateways.stripe.line import Line

KEY_REFUSED = (
    "Stripe refuses the key in STRIPE_SECRET_KEY. Copy it anew from the Dashboard; a restricted key"
    " also needs leave to read the balance."
)
NO_ANSWER = (
    "Stripe gives no answer. Look at the network, and at STRIPE_API_BASE if that is set; the key"
    " was not looked at."
)
_WITHIN_S = 5


def greet(settings: Settings) -> str:
    """What is wrong on the way to Stripe, as a sentence; empty if nothing is.

    It reads the account's balance and changes nothing. Nothing is asked twice.
    """
    line = Line(settings.stripe_secret_key, settings.stripe_api_base, timeout_s=_WITHIN_S)
    try:
        line.v1.balance.retrieve(options={"max_network_retries": 0})
    except (stripe.AuthenticationError, stripe.PermissionError):
        return KEY_REFUSED
    except stripe.StripeError:
        return NO_ANSWER
    return ""
