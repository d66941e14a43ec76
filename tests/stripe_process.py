"""A simulated Stripe in a process of its own, which lives on while everything of ours dies."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import stripe
from starlette.types import Receive, Scope, Send

from billing_app import config
from billing_app.simulated_stripe.app import SimulatedStripe
from tests.loopback import answering
from tests.servers import PLAIN, Warmed, free_port, surroundings
from tests.stripes import WEBHOOKS
from tests.working import wait_until

_KEY, _SECRET = "sk_test_of_the_siege", "whsec_of_the_siege"
_LOOKS_EVERY_S = 0.05


def main(_: list[str]) -> int:
    """Answer, and bring the news, until killed."""
    settings = config.load()
    simulated = SimulatedStripe(settings, webhook_path=WEBHOOKS)
    with answering(simulated.before(_nothing_else), settings.port):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while threading.main_thread().is_alive():
            if not simulated.pump():
                time.sleep(_LOOKS_EVERY_S)
    return 0


async def _nothing_else(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class DistantStripe:
    """That process, as others see it: an address, a key, and pages to fill in."""

    def __init__(self, port: int) -> None:
        self.house = f"http://127.0.0.1:{port}"
        self.base = f"{self.house}/_stripe"
        self.known = {
            "STRIPE_SECRET_KEY": _KEY,
            "STRIPE_API_BASE": self.base,
            "STRIPE_WEBHOOK_SECRET": _SECRET,
        }
        self.v1 = stripe.StripeClient(_KEY, base_addresses={"api": self.base}).v1

    def tells(self, house: str) -> None:
        """Have it bring its news to this house."""
        self.v1.webhook_endpoints.update("we_configured", {"url": house + WEBHOOKS})

    def submit(self, url: str, **fields: str) -> httpx.Response:
        """Send the form of one of its pages."""
        headers = {"Origin": self.house}
        return httpx.post(url, data=fields, headers=headers, timeout=30, verify=PLAIN)

    def taken(self) -> dict[str, tuple[str, int]]:
        """What it took: payment by payment, for which attempt of ours and how much."""
        intents = self.v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        return {
            each.id: (each.metadata["attempt"], each.amount_received)
            for each in intents
            if each.amount_received
        }

    def given_back(self) -> dict[str, int]:
        """What it gave back, refund by refund, without what failed."""
        made = self.v1.refunds.list({"limit": 100}).auto_paging_iter()
        return {each.id: each.amount for each in made if each.status != "failed"}


@contextmanager
def distant_stripe(folder: Path) -> Iterator[DistantStripe]:
    """Have a simulated Stripe live in a process of its own until the block ends."""
    there = DistantStripe(port := free_port())
    folder.mkdir()
    log = folder / "stripe.log"
    log.touch()
    process = Warmed([], surroundings(folder, "", port, there.house) | there.known, log, main)
    try:
        wait_until(lambda: "ready\n" in log.read_text())
        yield there
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
