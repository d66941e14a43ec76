"""Letters on a phone, and the log of them: found, noted as come back, and sent again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from billing_app.documents.letters import catalogue
from billing_app.documents.letters.kinds import KINDS, compose
from billing_app.documents.letters.rendering import as_html
from tests.billing import Desk
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.visits import PHONE, Visit, wait_until_live
from tests.letters import facts
from tests.pseudo import pseudo
from tests.world import World

_TOO_WIDE = """() => document.documentElement.scrollWidth
  - document.documentElement.clientWidth"""
_LONG_NAME = "Gesellschaft für Rindfleischetikettierungsüberwachungsaufgaben mbH"


@pytest.mark.parametrize("language", ["longer", "de", "fr", "en"])
def test_no_letter_scrolls_sideways_on_a_phone(browser: Browser, tmp_path: Path, language: str):
    locale, folder = language, catalogue.FOLDER
    if language == "longer":
        locale, folder = "de", pseudo(catalogue.FOLDER / "letters.pot", tmp_path)
    page = browser.new_context(viewport=PHONE).new_page()
    too_wide = {}
    for kind in KINDS:
        letter = facts(kind, organization=_LONG_NAME, name=_LONG_NAME, locale=locale)
        page.set_content(as_html(compose(letter, catalogue.words(locale, folder)), locale))
        too_wide[kind] = page.evaluate(_TOO_WIDE)
    page.context.close()

    assert too_wide == dict.fromkeys(KINDS, 0)


@ONE_DATABASE
def test_a_letter_that_came_back_is_noted_and_shown_at_its_address_until_it_is_sent_again(
    visit: Visitor, fresh: World
) -> None:
    number = _asked_for(fresh)
    ada = visit(fresh.ada.token)
    ada.open(f"/admin/letters?search={number}")
    letter = _letter(ada, number)
    _wait_until_sent(ada, letter)

    letter.get_by_role("button", name="It came back").click()
    ada.press("Note that it came back")

    expect(letter).to_contain_text("Failed")
    expect(letter.get_by_role("link", name="Correct the address")).to_be_visible()
    told = ada.page.get_by_role("status").filter(has_text="did not arrive")
    told.get_by_role("link", name="Go to Marsh Design").click()
    expect(ada.heading()).to_have_text("Marsh Design")
    ada.page.get_by_text("The last letter to this address came back").wait_for()
    ada.page.get_by_role("link", name="See the letters").click()
    expect(ada.page.get_by_role("button", name="Show all letters")).to_be_visible()
    letter.get_by_role("button", name="Send again").click()
    expect(ada.page.get_by_role("status").filter(has_text="on its way to")).to_be_visible()
    expect(_letter(ada, number)).to_have_count(2)


@ONE_DATABASE
def test_letters_are_looked_for_by_document_and_the_address_says_so(
    visit: Visitor, fresh: World
) -> None:
    number = _asked_for(fresh)
    ada = visit(fresh.ada.token)
    ada.open("/admin/letters")
    _wait_until_sent(ada, _letter(ada, number))
    search = ada.page.get_by_role("searchbox", name="Search letters")

    search.fill("INV-9")
    expect(ada.page.get_by_role("heading", name="No matches")).to_be_visible()
    search.fill(number)

    expect(ada.page).to_have_url(f"/admin/letters?search={number}")
    expect(_letter(ada, number)).to_have_count(1)
    expect(ada.page.get_by_role("row").filter(has_text="Access granted")).to_have_count(0)
    ada.open("/admin/letters?search=Marsh")
    expect(search).to_have_value("Marsh")
    _letter(ada, number).get_by_role("link", name=f"Invoice {number}").click()
    expect(ada.heading()).to_have_text(f"Invoice {number}")


def _asked_for(world: World) -> str:
    """The number of an invoice, for whose money a letter asks a moment later."""
    desk = Desk(world)
    return str(desk.of(desk.invoice(90_00), "number"))


def _letter(somebody: Visit, number: str) -> Locator:
    return somebody.page.get_by_role("row").filter(has_text=number)


def _wait_until_sent(somebody: Visit, letter: Locator) -> None:
    for _ in range(40):
        if letter.count() and "Sent" in letter.first.inner_text():
            return
        somebody.page.wait_for_timeout(250)
        somebody.page.reload()
        wait_until_live(somebody.page)
    raise AssertionError("the letter was not sent")
