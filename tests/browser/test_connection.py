"""What happens on the screen while the network is away, and after."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.visits import COLOURS
from tests.servers import Site

pytestmark = ONE_DATABASE


def test_a_lost_connection_is_told_and_takes_nothing_away(visit: Visitor, site: Site) -> None:
    ada = visit(site.world.ada.token)
    ada.open("/admin/customers")
    ada.page.get_by_role("searchbox").fill("marsh")
    expect(ada.page.get_by_role("rowheader")).to_have_text(["Marsh Design"])
    ada.press("Add a customer")
    name = ada.page.get_by_label("Name", exact=True)
    name.fill("Half-typed Ltd")
    lost = ada.page.get_by_role("status").filter(has_text="Connection lost.")

    ada.excuse("net::ERR_INTERNET_DISCONNECTED")
    ada.context.set_offline(True)
    expect(lost).to_contain_text("Nothing was charged unless you saw a confirmation.")
    for colours in COLOURS:
        ada.wear(colours)
        assert axe.violations(ada.page, colours) == []

    ada.context.set_offline(False)
    expect(lost).to_have_count(0, timeout=20_000)
    expect(name).to_have_value("Half-typed Ltd")
    expect(ada.page.get_by_role("searchbox")).to_have_value("marsh")
    expect(ada.page.get_by_role("rowheader")).to_have_text(["Marsh Design"])


def test_colours_change_without_a_connection(visit: Visitor) -> None:
    somebody = visit()
    somebody.open("/sign-in")
    somebody.excuse("net::ERR_INTERNET_DISCONNECTED")
    somebody.context.set_offline(True)
    expect(somebody.page.get_by_text("Connection lost.")).to_be_visible()

    somebody.press("Dark")

    expect(somebody.page.locator("html")).to_have_css("color-scheme", "dark")
