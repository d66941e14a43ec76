"""Every screen, for the eye, the finger, the keyboard and the ear.

One page is opened for each place and looked at by all tests, which change nothing on it
but its size, its colours and where the keyboard is.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser import axe, sight
from tests.browser.conftest import ONE_DATABASE
from tests.browser.places import PLACES, Place
from tests.browser.visits import DESK, PHONE, Colours, Visit
from tests.servers import Site

pytestmark = ONE_DATABASE


@pytest.fixture(scope="module", params=PLACES, ids=str)
def there(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visit]:
    """Somebody who stands on one of the pages."""
    place: Place = request.param
    visit = Visit(browser, site.base, place.token(site.world))
    axe.add_to(visit.context)
    visit.open(place.address(site.world), live=place.live)
    yield visit
    visit.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_wrong(there: Visit, size: ViewportSize, colours: Colours) -> None:
    there.page.set_viewport_size(size)
    there.wear(colours)

    assert axe.violations(there.page) == []


@pytest.mark.parametrize("width", [1280, 768, 640, 360, 320])
def test_nothing_scrolls_sideways(there: Visit, width: int) -> None:
    """640 is also what a desk of 1280 shows at a zoom of 200 %."""
    there.page.set_viewport_size({"width": width, "height": 800})

    assert sight.wider_than_the_window(there.page) == []


def test_the_page_has_one_heading_and_its_landmarks(there: Visit) -> None:
    there.page.set_viewport_size(DESK)

    expect(there.heading()).to_have_count(1)
    for landmark in ("banner", "main", "contentinfo"):
        expect(there.page.get_by_role(landmark)).to_have_count(1)
    if there.page.get_by_role("button", name="Sign out").count():
        expect(there.page.get_by_role("navigation", name="Main")).to_be_visible()


def test_the_first_stop_leads_past_the_navigation(there: Visit) -> None:
    sight.start_over(there.page)

    there.page.keyboard.press("Tab")
    expect(there.page.get_by_role("link", name="Skip to content")).to_be_focused()
    there.page.keyboard.press("Enter")

    expect(there.page.get_by_role("main")).to_be_focused()


def test_a_fingertip_hits_everything(there: Visit) -> None:
    there.page.set_viewport_size(PHONE)
    menu = there.page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
        expect(there.page.get_by_role("navigation", name="Main")).to_be_visible()

    small = sight.too_small(there.page)

    there.page.keyboard.press("Escape")
    assert small == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_tab_reaches_everything_and_shows_where_it_is(there: Visit, size: ViewportSize) -> None:
    there.page.set_viewport_size(size)
    stops = sight.tab_stops(there.page)

    been = sight.tab_through(there.page, stops)

    assert {stop["stop"] for stop in been} == stops
    assert [stop["html"] for stop in been if stop["outline"] < 2] == []
    assert [stop["html"] for stop in been if stop["covered"]] == []


def test_the_page_has_nothing_to_complain_about(there: Visit) -> None:
    assert there.complaints == []
