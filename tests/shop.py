"""A counter whose gateway is the simulated Stripe, reached over the wire by the real SDK."""

from __future__ import annotations

from typing import Any

import httpx
from sqlmodel import col, select

from billing_app.access.installation import Installation
from billing_app.collecting import pages, saved
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.pages import PageAsked
from billing_app.collecting.payers import introduce
from billing_app.collecting.saved import ChargeAsked
from billing_app.collecting.settling import look_again
from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.party import Customer
from billing_app.services.paying import Part
from tests.attempts import Counter
from tests.billing import aud, drawn
from tests.stripes import Stripes
from tests.world import World

VISA, DECLINED, NO_FUNDS = "4242424242424242", "4000000000000002", "4000000000009995"
BACK, AWAY = "http://shop.example/back?s={session}", "http://shop.example/away"


class Shop(Counter):
    """Marsh Design pays here, and Ada charges them."""

    def __init__(self, world: World, stripes: Stripes) -> None:
        super().__init__(world)
        self.stripes = stripes
        self.place = Installation(stripes.settings, world.database)

    def leads(self, *documents: str, amount: int | None = None, **more: Any) -> str:
        """Press Pay, as whoever holds a pay link; returns the address of the gateway's page."""
        asked = None if amount is None else aud(amount)
        said: dict[str, Any] = {
            "customer_id": Customer.read_id(self.world.marsh),
            "parts": tuple(Part(each, asked) for each in documents),
            "back": BACK,
            "given_up": AWAY,
        }
        return pages.pay_on_page(self.place, self.system, PageAsked(**(said | more)))

    def fills(
        self, url: str, kind: str = "card", number: str = VISA, **more: str
    ) -> httpx.Response:
        """Fill in the gateway's page and send it."""
        typed = {"pay_with": kind, kind: number, "email": "cleo@harbour.example", **more}
        return self.stripes.submit(url, **typed)

    def comes_back(self, answer: httpx.Response) -> None:
        """Follow the gateway back to us, which settles what was paid."""
        assert answer.status_code == 303, answer.text
        session = answer.headers["location"].rpartition("=")[2]
        pages.come_back(self.place, self.system.organization_id, session)

    def pays_by_card(self, *documents: str, number: str = VISA, **more: Any) -> None:
        """The whole way: press Pay, fill in the page, come back."""
        self.comes_back(self.fills(self.leads(*documents, **more), number=number))

    def saves_card(self, number: str = VISA) -> None:
        """Marsh Design leaves a card for later, paying an invoice of one dollar with it."""
        url = self.leads(self.invoice(1_00), saves=True, begun_by="contact")
        self.comes_back(self.fills(url, number=number, save="yes"))

    def keeps(self, method: str, words: str = "Visa •••• 0341") -> None:
        """Marsh Design left this way of paying with the gateway some time ago."""
        begun = self.begin(self.invoice(1_00), saves=True, begun_by="contact")
        known = introduce(self.place, self.system, gateway_of(self.place), begun)
        kept = self.stripes.v1.payment_methods.attach(method, {"customer": known.asked.payer})
        self.settle(begun, Stage.SUCCEEDED, saved=Saved(kept.id, Way.CARD, words))

    def charge(self, *documents: str, amount: int | None = None, **more: Any) -> str:
        """Ada charges what was saved; returns the attempt's id."""
        asked = None if amount is None else aud(amount)
        said: dict[str, Any] = {
            "attempt_id": drawn("att"),
            "customer_id": self.world.marsh,
            "parts": tuple(Part(each, asked) for each in documents),
        }
        actor = self.by.actor
        return saved.charge_saved(self.place, actor, ChargeAsked(**(said | more)))  # type: ignore[arg-type]

    def reconcile(self) -> None:
        """Ask the gateway about every attempt that has not ended."""
        wanted = select(PaymentAttempt.id, PaymentAttempt.state)
        for row in self._rows(wanted.order_by(col(PaymentAttempt.id))):
            if row[1] in ("created", "requires_action", "unknown", "processing"):
                look_again(self.place, self.system.organization_id, row[0], source="reconciler")

    def states(self) -> list[str]:
        """How all attempts stand, in order."""
        wanted = select(PaymentAttempt.state, PaymentAttempt.id)
        return [row[0] for row in self._rows(wanted.order_by(col(PaymentAttempt.id)))]

    def captured(self) -> list[int]:
        """What the gateway took, payment by payment, in its own minor units."""
        intents = self.stripes.v1.payment_intents.list({"limit": 100}).data
        return sorted(each.amount_received for each in intents if each.amount_received)
