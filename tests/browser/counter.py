"""Ada's counter before a server of a test: what customers saved lies at its simulated Stripe."""

from __future__ import annotations

from typing import TypeVar

import stripe

from billing_app import config
from tests.servers import LINK_KEY, Site
from tests.shop import Shop
from tests.world import World

S = TypeVar("S", bound=Shop)

FAILS, GOOD = "pm_card_chargeCustomerFail", "pm_card_visa"


class _Stripe:
    """The simulated Stripe of a server, reached as the server itself reaches it."""

    def __init__(self, site: Site) -> None:
        self.settings = config.load(
            {
                "DEMO": "1",
                "PUBLIC_URL": site.public_url,
                "QUITTANCE_HOME": str(site.log.parent / "counter"),
                "LINK_KEY": LINK_KEY,
            }
        )
        key = self.settings.stripe_secret_key.reveal()
        self.v1 = stripe.StripeClient(key, base_addresses={"api": self.settings.stripe_api_base}).v1


def counter(site: Site, world: World, kind: type[S] = Shop) -> S:  # type: ignore[assignment]
    """A counter in this world."""
    return kind(world, _Stripe(site))  # type: ignore[arg-type]
