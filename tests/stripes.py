"""A simulated Stripe that answers on a port, and a house next to it that hears its news."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import stripe
from starlette.types import Receive, Scope, Send

from billing_app import config
from billing_app.kernel.clock import clock
from billing_app.simulated_stripe.app import SimulatedStripe
from tests.loopback import answering
from tests.recording import Recording, Request
from tests.servers import LINK_KEY, free_port

WEBHOOKS = "/webhooks/stripe"
BACK = "http://shop.example/back?s={CHECKOUT_SESSION_ID}"


class Stripes:
    """The simulated Stripe of a test: its SDK client, its browser, and the news it sent."""

    def __init__(self, home: Path, port: int) -> None:
        self.settings = config.load(
            {"DEMO": "1", "PORT": str(port), "QUITTANCE_HOME": str(home), "LINK_KEY": LINK_KEY}
        )
        self.simulated = SimulatedStripe(self.settings, webhook_path=WEBHOOKS)
        self.base = self.settings.stripe_api_base
        self.client = self.client_with(self.settings.stripe_secret_key.reveal())
        self.v1 = self.client.v1
        # Plain HTTP needs no certificates, and loading them takes long.
        self.browser = httpx.Client(verify=False, timeout=30)
        self.received: list[tuple[bytes, str]] = []
        self.asked: list[Request] = []
        self.refuses = 0

    def client_with(self, key: str, **more: Any) -> stripe.StripeClient:
        """The real SDK, told by configuration alone where Stripe is."""
        more = {"max_network_retries": 0} | more
        return stripe.StripeClient(key, base_addresses={"api": self.base}, **more)

    async def hear(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What lies beside the simulated Stripe: an endpoint that keeps what it is told."""
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        headers = dict(scope["headers"])
        status = 200
        if self.refuses > 0:
            self.refuses -= 1
            status = 500
        else:
            self.received.append((body, headers[b"stripe-signature"].decode()))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def pump(self) -> None:
        """Let the news out, all that is due."""
        while self.simulated.pump():
            pass

    def pass_time(self, **by: float) -> None:
        """Move the one clock, as the demo does, and let happen what is due."""
        clock.move(timedelta(**by))
        self.pump()

    def events(self) -> list[stripe.Event]:
        """The news that arrived, verified by the SDK, in the order in which it came."""
        secret = self.settings.stripe_webhook_secret.reveal()
        return [
            self.client.construct_event(body, signature, secret)
            for body, signature in self.received
        ]

    def heard(self) -> list[str]:
        """The types of the news that arrived."""
        self.pump()
        return [event.type for event in self.events()]

    def customer(self, **more: Any) -> stripe.Customer:
        return self.v1.customers.create({"email": "cleo@harbour.example", **more})

    def charged(self, method: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
        """An intent that was confirmed at once, with the customer there."""
        given = {
            "amount": 12_345,
            "currency": "usd",
            "payment_method": method,
            "confirm": True,
            "return_url": "http://shop.example/back",
            **more,
        }
        return self.v1.payment_intents.create(given)  # type: ignore[arg-type]

    def debited(self, method: str = "pm_usBankAccount_success", **more: Any) -> Any:
        """An intent that waits for a bank."""
        accepted = {"ip_address": "127.0.0.1", "user_agent": "a browser"}
        mandate = {"customer_acceptance": {"type": "online", "online": accepted}}
        return self.charged(method, mandate_data=mandate, **more)

    def session(self, **more: Any) -> Any:
        """A hosted page that asks for 123.45."""
        product = {"name": "Invoice INV-1"}
        price = {
            "currency": more.pop("currency", "usd"),
            "unit_amount": 12_345,
            "product_data": product,
        }
        given = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": BACK,
            "cancel_url": "http://shop.example/cancel",
            "customer_email": "cleo@harbour.example",
            **more,
        }
        if "customer" in given:
            del given["customer_email"]
        return self.v1.checkout.sessions.create(given)  # type: ignore[arg-type]

    def submit(self, url: str, **fields: str) -> httpx.Response:
        """Send the form of a page, as the page's own origin."""
        origin = self.settings.public_url
        return self.browser.post(url, data=fields, headers={"Origin": origin})

    def look(self, url: str) -> str:
        """What a page says, without its tags."""
        return words(self.browser.get(url).text)

    def press(self, what: str, **fields: str) -> httpx.Response:
        """Press a button of the panel."""
        return self.submit(f"{self.base}/panel/{what}", **fields)

    def set_mood(self, name: str, **more: str) -> None:
        assert self.press("mood", name=name, **more).status_code == 303

    def close(self) -> None:
        self.browser.close()
        self.simulated.store.close()


def words(page: str) -> str:
    text = re.sub(r"<(style|head).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@contextmanager
def open_stripes(home: Path) -> Iterator[Stripes]:
    """A simulated Stripe that can be reached until the block ends; then the clock is put back."""
    port = free_port()
    before = clock._offset, clock._movable
    stripes = Stripes(home, port)
    try:
        front = Recording(stripes.simulated.before(stripes.hear))
        stripes.asked = front.requests
        with answering(front, port):
            yield stripes
    finally:
        clock._offset, clock._movable = before
        stripes.close()
