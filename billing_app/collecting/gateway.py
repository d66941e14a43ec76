"""The payment gateway of this installation, if it has one."""

from __future__ import annotations

from functools import lru_cache

from billing_app.access.installation import Installation
from billing_app.config import Settings
from billing_app.gateways.payments import PaymentGateway
from billing_app.gateways.stripe.adapter import connect_stripe
from billing_app.gateways.stripe.dashboard import dashboard_address
from billing_app.kernel.errors import Busy, Conflict


class NoGateway(Conflict):
    """Nothing can be charged: no payment provider is set up."""

    sentence = (
        "No payment provider is set up here, so nothing can be charged. Record what you receive"
        " as an External payment."
    )


class GatewayAway(Busy):
    """The gateway cannot be reached."""

    sentence = (
        "The payment provider cannot be reached right now. Nothing was charged; please try again"
        " in a moment."
    )


def gateway_of(place: Installation) -> PaymentGateway:
    """The gateway that this installation takes money through; NoGateway without one."""
    gateway = _connected(place.settings)
    if gateway is None:
        raise NoGateway
    return gateway


def has_gateway(place: Installation) -> bool:
    """Whether money can be taken through a gateway here."""
    return _connected(place.settings) is not None


def moves_real_money(place: Installation) -> bool:
    """Whether our key is one for real money."""
    return place.settings.stripe_secret_key.reveal().startswith(("sk_live_", "rk_live_"))


def seen_there(place: Installation, reference: str) -> str:
    """Where the gateway shows people what it calls so; the simulated one has a single page."""
    if place.settings.simulates_stripe:
        return f"{place.settings.stripe_api_base}/"
    return dashboard_address(reference, live=moves_real_money(place))


@lru_cache(maxsize=16)
def _connected(settings: Settings) -> PaymentGateway | None:
    return connect_stripe(settings)
