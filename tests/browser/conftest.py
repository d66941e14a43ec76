"""A browser, the people who use it, and how a test gets one to open a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.ensure_chromium import chromium
from tests.browser.visits import Visit, Windows
from tests.servers import Site
from tests.world import World

Visitor = Callable[..., Visit]

# For what no database can change: how things look, and what the browser does by itself.
ONE_DATABASE = pytest.mark.parametrize("site", ["sqlite"], indirect=True, scope="session")

# Each window would open two pages for what one types into its address, which nobody does;
# that is a third of what a window costs. Of several such switches the last one counts, so
# what Playwright switches off is named again.
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "MultipleSpareRPHs",
    "ThirdPartyStoragePartitioning",
)

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--renderer-process-limit=1",
    f"--disable-features={','.join(_WITHOUT)}",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser on this machine; looked for before Playwright starts its own loop."""
    found = chromium()
    assert found, "there is no Chromium; scripts/ensure_chromium.py fetches one"
    return str(found)


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A browser for the tests of this folder.

    Playwright keeps an event loop running in this thread while it is there, and tests in
    other folders have loops of their own; so it goes with the last test of the folder.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Windows:
    """The windows of the browser."""
    return Windows(browser)


@pytest.fixture
def visit(windows: Windows, site: Site) -> Iterator[Visitor]:
    """Opens browsers as whoever holds the token; none of their pages may complain."""
    visits: list[Visit] = []

    def start(token: str = "", **how: Any) -> Visit:
        visits.append(windows.visit(site.base, token, **how))
        return visits[-1]

    yield start
    for each in visits:
        windows.leave(each)
    assert [each.complaints for each in visits] == [[]] * len(visits)


@pytest.fixture
def fresh(site: Site) -> World:
    """A Harbour and a Kiln in which nothing has happened but their founding."""
    return World(site.database).everybody()
