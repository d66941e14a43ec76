"""Coming in, finding one's way, and leaving for good."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.visits import Visit, wait_until_live
from tests.rules import rule
from tests.servers import Site
from tests.world import World


@pytest.mark.parametrize(
    ("door", "home", "heading", "person"),
    [
        ("Ada", "/admin", "Harbour Tutoring", "Ada Okafor"),
        ("Cleo", "/customer", "Your account", "Cleo Marsh"),
        ("Pat", "/partner", "Your partnership", "Pat Lindqvist"),
    ],
)
@rule(45)
def test_each_door_leads_home_and_the_frame_says_who_and_where(
    visit: Visitor, door: str, home: str, heading: str, person: str
) -> None:
    somebody = visit()
    somebody.open("/sign-in")

    somebody.page.get_by_role("button", name=re.compile(f"^{door}")).click()

    expect(somebody.page).to_have_url(re.compile(f"{home}$"))
    expect(somebody.heading()).to_have_text(heading)
    frame = somebody.page.get_by_role("banner")
    expect(frame).to_contain_text(f"Signed in as {person}")
    expect(frame).to_contain_text("Harbour Tutoring")


def test_the_bare_address_leads_everybody_home(visit: Visitor, site: Site) -> None:
    for token, home in (("", "/sign-in"), (site.world.pat.token, "/partner")):
        somebody = visit(token)
        somebody.open("/")
        expect(somebody.page).to_have_url(re.compile(f"{home}$"))


def test_whoever_is_not_signed_in_is_led_to_sign_in(visit: Visitor) -> None:
    nobody = visit()

    nobody.open("/admin")

    expect(nobody.page).to_have_url(re.compile("/sign-in$"))
    expect(nobody.heading()).to_have_text("Sign in")


@pytest.mark.parametrize("path", ["/admin/customers", "/no/such/page"])
def test_a_page_that_is_not_ones_own_looks_like_no_page(
    visit: Visitor, site: Site, path: str
) -> None:
    cleo = visit(site.world.cleo.token)

    response = cleo.open(path, live=False)

    assert response.status == 404
    expect(cleo.heading()).to_have_text("We cannot find that page")
    expect(cleo.page).to_have_title("Not found · Quittance")
    assert "Customers" not in cleo.page.inner_text("body")
    cleo.page.get_by_role("link", name="Go to your home page").click()
    expect(cleo.heading()).to_have_text("Your account")


def test_signing_out_ends_the_session_in_every_tab(visit: Visitor, fresh: World) -> None:
    ada = visit(fresh.ada.token)
    ada.open("/admin/customers")
    other = _second_tab(ada, "/admin/customers")

    ada.press("Sign out")

    expect(ada.page).to_have_url(re.compile("/sign-in$"))
    ada.page.go_back()
    expect(ada.page).to_have_url(re.compile("/sign-in$"))
    other.get_by_role("searchbox").fill("Marsh")
    expect(other).to_have_url(re.compile(r"/sign-in\?said=over$"))
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "Bellweather" not in other.content()


def _second_tab(visit: Visit, path: str) -> Page:
    tab = visit.tab()
    tab.goto(path)
    wait_until_live(tab)
    expect(tab.get_by_role("rowheader", name="Marsh Design")).to_be_visible()
    return tab
