"""Light, dark, or as the device has it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.visits import PHONE, Colours, wait_until_live
from tests.servers import Site

pytestmark = ONE_DATABASE


@pytest.mark.parametrize(("device", "other"), [("light", "Dark"), ("dark", "Light")])
def test_a_choice_of_colours_overrides_the_device_and_stays(
    visit: Visitor, device: Colours, other: str
) -> None:
    somebody = visit(color_scheme=device)
    page = somebody.page
    somebody.open("/sign-in")
    _expect_colours(page, device)
    expect(page.get_by_role("button", pressed=True)).to_have_accessible_name("As this device")

    somebody.press(other)
    _expect_colours(page, other.lower())

    page.goto("/expired", wait_until="commit")
    _expect_colours(page, other.lower())
    somebody.open("/sign-in")
    _expect_colours(page, other.lower())
    expect(page.get_by_role("button", pressed=True)).to_have_accessible_name(other)

    somebody.press("As this device")
    _expect_colours(page, device)


def test_colours_can_be_chosen_on_a_phone(visit: Visitor) -> None:
    ada = visit(viewport=PHONE, color_scheme="light")
    ada.open("/sign-in")
    ada.page.get_by_role("button", name=re.compile("^Ada")).click()
    expect(ada.page).to_have_url(re.compile("/admin$"))
    wait_until_live(ada.page)

    ada.press("Menu")
    ada.press("Dark")

    _expect_colours(ada.page, "dark")


def test_a_refused_page_offers_no_buttons_that_do_nothing(visit: Visitor, site: Site) -> None:
    cleo = visit(site.world.cleo.token)
    colours = cleo.page.get_by_role("group", name="Colours")

    cleo.open("/admin", live=False)
    expect(cleo.heading()).to_be_visible()
    expect(colours).to_be_hidden()

    cleo.open("/customer")
    cleo.page.get_by_role("link", name="Profile").click()
    expect(cleo.heading()).to_have_text("Your profile")
    expect(colours).to_be_visible()


def _expect_colours(page: Page, colours: str) -> None:
    ground = {"light": "rgb(247, 247, 249)", "dark": "rgb(14, 15, 19)"}[colours]
    expect(page.locator("html")).to_have_css("background-color", ground)
