"""Where Stripe shows people what it knows of a payment or a dispute."""

from __future__ import annotations

_DASHBOARD = "https://dashboard.stripe.com"
_ROOMS = {"pi": "payments", "dp": "disputes", "du": "disputes", "cus": "customers"}


def dashboard_address(reference: str, *, live: bool) -> str:
    """The page of a payment, dispute or customer in Stripe's Dashboard, by Stripe's name of it."""
    room = _ROOMS.get(reference.partition("_")[0], "")
    base = _DASHBOARD if live else f"{_DASHBOARD}/test"
    return f"{base}/{room}/{reference}" if room else f"{base}/"
