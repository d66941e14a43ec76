"""A whole visit without a mouse: Tab, Enter, Space and typing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.billing import Desk
from tests.browser import sight
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.invoices import NUMBER, at, figure, told
from tests.browser.visits import wait_until_live
from tests.world import World

pytestmark = ONE_DATABASE

_MOST_STOPS = 60


def test_an_admin_can_work_without_a_mouse(visit: Visitor) -> None:
    ada = visit()
    ada.open("/sign-in")
    page = ada.page

    _tab_to(page, "Ada Okafor")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin$"))
    wait_until_live(page)

    _tab_to(page, "Customers")
    page.keyboard.press("Enter")
    expect(ada.heading()).to_have_text("Customers")
    wait_until_live(page)

    _tab_to(page, "Add a customer")
    page.keyboard.press("Space")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    for typed in ("Wren Pottery", "kiln@wren.example"):
        page.keyboard.press("Tab")
        _see_the_focus(page)
        page.keyboard.type(typed)
    _tab_to(page, "Save customer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Wren Pottery")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_count(0)

    _tab_to(page, "Archive Wren Pottery")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Restore Wren Pottery")).to_be_focused()
    _see_the_focus(page)

    _tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in$"))


def test_a_bank_transfer_is_recorded_without_a_mouse(visit: Visitor, fresh: World) -> None:
    desk = Desk(fresh)
    invoice = desk.invoice(129_90)
    ada = at(visit, fresh, "/admin/invoices")
    page = ada.page

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(desk.of(invoice, "number"))
    expect(page).to_have_url(re.compile("search=INV-"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(ada.heading()).to_have_text(NUMBER)
    wait_until_live(page)

    _tab_to(page, "Create a payment")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount to charge")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name=re.compile("^External"))).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("How it came")).to_be_focused()
    page.keyboard.type("Bank")
    page.keyboard.press("Tab")
    _see_the_focus(page)
    page.keyboard.type("TR 4711")
    _tab_to(page, "Charge")
    page.keyboard.press("Enter")

    expect(told(ada, "A$40.00 from Marsh Design is recorded for Invoice")).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$89.90")
    expect(page.get_by_role("main")).to_be_focused()
    paid = page.get_by_role("table", name="Payments").get_by_role("row")
    expect(paid.filter(has_text="Bank transfer, TR 4711")).to_have_count(1)
    assert desk.of(invoice, "still_to_pay_minor") == 89_90


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so, seeing it all the way."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if sight.focus(page) is None:
            continue
        here = _see_the_focus(page)
        if here.startswith(name):
            return
    raise AssertionError(f"Tab never came to {name}")


def _see_the_focus(page: Page) -> str:
    here = sight.focus(page)
    assert here is not None, "the focus is nowhere"
    assert here["outline"] >= 2, here
    assert not here["covered"], here
    return str(here["name"])
