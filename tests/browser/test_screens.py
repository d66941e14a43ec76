"""Every screen, for the eye, the finger, the keyboard and the ear.

Each place is opened once and looked at by all tests, which change nothing on it but its
size, its colours and where the keyboard is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser import axe, sight
from tests.browser.conftest import ONE_DATABASE
from tests.browser.places import PLACES, Place
from tests.browser.visits import DESK, PHONE, Colours, Visit, Windows
from tests.servers import Site

pytestmark = ONE_DATABASE


@pytest.fixture(scope="module")
def visitors(windows: Windows, site: Site) -> Iterator[Callable[[str], Visit]]:
    """Each person's one tab, which goes from page to page: a new one costs twice as much."""
    tabs: dict[str, Visit] = {}

    def tab_of(token: str) -> Visit:
        if token not in tabs:
            tabs[token] = windows.visit(site.base, token)
        return tabs[token]

    yield tab_of
    for visit in tabs.values():
        windows.leave(visit)


@pytest.fixture(scope="module", params=PLACES, ids=str)
def there(request: pytest.FixtureRequest, visitors: Callable[[str], Visit], site: Site) -> Visit:
    """Somebody who stands on one of the pages."""
    place: Place = request.param
    visit = visitors(place.token(site.world))
    visit.complaints.clear()
    visit.page.set_viewport_size(DESK)
    visit.open(place.address(site.world), live=place.live)
    return visit


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_wrong(there: Visit, size: ViewportSize, colours: Colours) -> None:
    there.page.set_viewport_size(size)
    there.wear(colours)

    assert axe.violations(there.page, colours) == []


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
