"""A window that one visit leaves behind is as good as new to the next."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import ONE_DATABASE
from tests.browser.visits import DESK, PHONE, Windows
from tests.servers import Site

pytestmark = ONE_DATABASE

_KEPT = "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)]"


def test_a_visit_finds_nothing_of_the_one_before(windows: Windows, site: Site) -> None:
    before = windows.visit(site.base, site.world.ada.token)
    before.open("/admin")
    before.press("Dark")
    before.page.set_viewport_size(PHONE)
    before.wear("dark")
    before.tab()
    assert before.page.evaluate(_KEPT)
    windows.leave(before)

    after = windows.visit(site.base)

    assert after.page == before.page
    assert after.page.evaluate(_KEPT) == []
    assert after.context.cookies() == []
    assert after.context.pages == [after.page]
    assert after.page.viewport_size == DESK
    after.open("/sign-in")
    expect(after.page.locator("html")).to_have_css("color-scheme", "light")
    windows.leave(after)
