"""Many who pay while the gateway is slow: nobody else waits for it, and who is too many is told."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from billing_app.access import installation as installed
from billing_app.access.installation import work_now
from billing_app.api import health, pay
from billing_app.api.gateway_calls import PLACES
from billing_app.reads.payer_outcome import Ending, outcome
from tests.links import holder, linked
from tests.shop import Shop
from tests.stripes import Stripes, open_stripes
from tests.world import World

MANY = 200
SLOW = {"about": "POST /v1/checkout/sessions", "times": "forever"}
CARD = {"way": "card", "much": "all"}


class House(Shop):
    """Our routes for payers and watchers, in this process, with a gateway over the wire."""

    def __init__(self, world: World, stripes: Stripes, patch: pytest.MonkeyPatch) -> None:
        super().__init__(world, stripes)
        here = installed.installation()
        self.place = replace(here, settings=stripes.settings, database=world.database)
        patch.setattr(installed, "_installation", [self.place])
        self.app = Starlette(routes=[*pay.routes(), *health.routes()])
        self.token = linked(self, self.invoice(100_00))

    def browser(self) -> httpx.AsyncClient:
        calls = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(transport=calls, base_url="http://shop.example", timeout=60)

    async def pays(self, browser: httpx.AsyncClient) -> str:
        """Press Pay; returns where it leads, without the token."""
        answer = await browser.post(f"/pay/{self.token}", data=CARD)
        return str(answer.headers["location"]).replace(self.token, "…")


@pytest.fixture
def house(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with open_stripes(tmp_path) as stripes:
        yield House(world, stripes, monkeypatch)


async def _crowd(house: House) -> tuple[list[str], float, str]:
    """Two hundred press Pay, and a watcher asks whether the house can work; one comes later."""
    async with house.browser() as browser:
        payers = [asyncio.create_task(house.pays(browser)) for _ in range(MANY)]
        await asyncio.sleep(0.5)
        began = time.monotonic()
        assert (await browser.get("/readyz")).text == "ready"
        waited = time.monotonic() - began
        ends = list(await asyncio.gather(*payers))
        house.stripes.press("calm")
        return ends, waited, await house.pays(browser)


def test_two_hundred_payers_of_a_slow_gateway_hold_nobody_up(house: House):
    house.stripes.set_mood("slow_before", value="2", **SLOW)

    ends, waited, later = asyncio.run(_crowd(house))

    told = Counter(end if end.startswith("/pay/…?") else "the provider's page" for end in ends)
    assert waited < 1.5
    assert told["/pay/…?said=busy"] >= MANY - 2 * PLACES
    assert told["the provider's page"] >= 1
    assert "/_stripe/c/pay/" in later


def test_the_gateways_own_no_is_shown_in_its_sentence(house: House):
    house.token = linked(house, house.invoice(1_000_000_00))

    async def tries() -> str:
        async with house.browser() as browser:
            return await house.pays(browser)

    assert asyncio.run(tries()).startswith("/pay/…/return?a=att_")
    told = work_now(holder(house.world, house.token), house.world.database, outcome)
    assert told.ending is Ending.FAILED
    assert "Nothing was charged" in told.why
