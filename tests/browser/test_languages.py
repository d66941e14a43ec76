"""Customers who read German, on a phone: nothing of ours is said in English, and all of it fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from billing_app.kernel.tongue import FOLDER
from billing_app.services import enrolling
from tests.attempts import Counter
from tests.billing import Desk
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.sight import wider_than_the_window
from tests.browser.test_paying import VISA, fill_in
from tests.browser.visits import PHONE, Visit, Windows
from tests.links import linked
from tests.pseudo import pseudo
from tests.servers import ROOT, Site, served
from tests.world import World

_TEMPLATE = FOLDER / "pages.pot"
# What is said to the eye, and what is said to the ear alone.
_SAID = """
() => [document.title, document.body.innerText,
  ...[...document.querySelectorAll('[aria-label], [placeholder], [title], [data-label]')]
    .filter((each) => each.checkVisibility())
    .flatMap((each) => ['aria-label', 'placeholder', 'title', 'data-label']
      .map((name) => each.getAttribute(name) ?? ''))].join('\\n')
"""
_OF_OTHERS = {
    *("Quittance", "Stripe", "Marsh", "Design", "Cleo", "Harbour", "World", "INV", "A", "e", "x"),
    *("Ada", "Okafor", "Pat", "Lindqvist", "English", "Deutsch"),
    *("PDF", "GST", "cleo", "post", "example", "world"),
}


def german(world: World) -> Desk:
    """The desk of a world in which Marsh Design reads German."""
    desk = Desk(world)
    usual = dict.fromkeys(("legal_name", "address", "tax_id"), "")
    usual |= {"name": "Marsh Design", "email": world.email("post"), "due_days": "14"}
    desk.does(
        partial(
            enrolling.change_customer,
            customer_id=world.marsh,
            **usual,
            currency="AUD",
            locale="de",
            autopay=False,
        )
    )
    return desk


def english_of_ours(page: Page) -> list[str]:
    """The sentences of our template that the page says as they stand there."""
    with (FOLDER / "de.po").open("rb") as catalogue:
        said = {each.id: each.string for each in read_po(catalogue) if each.id}
    lines = {line.strip() for line in str(page.evaluate(_SAID)).splitlines()}
    return [line for line in lines if said.get(line, line) != line]


@ONE_DATABASE
def test_a_customer_who_reads_german_pays_without_a_word_of_english(
    visit: Visitor, site: Site
) -> None:
    desk = german(World(site.database))
    payer = visit(viewport=PHONE)
    page = payer.page
    payer.open(f"/pay/{linked(desk, desk.invoice(110_00))}")

    expect(payer.heading()).to_have_text("110,00\u00a0AU$")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert english_of_ours(page) == []
    page.get_by_role("radio", name=re.compile("^Karte")).check()
    page.get_by_role("button", name="Jetzt bezahlen").click()
    fill_in(page, VISA)

    expect(payer.heading()).to_have_text("Zahlung erhalten")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert english_of_ours(page) == []


@ONE_DATABASE
def test_whoever_chooses_a_language_in_their_profile_reads_it_at_once(
    visit: Visitor, site: Site
) -> None:
    world = World(site.database)
    cleo = visit(world.cleo.token)
    cleo.open("/customer/profile")

    cleo.page.get_by_label("Your language").select_option("fr")
    cleo.press("Save language")

    expect(cleo.heading()).to_have_text("Votre profil")
    expect(cleo.page.get_by_text("Votre langue a été enregistrée.")).to_be_visible()
    cleo.open("/customer")
    expect(cleo.heading()).to_have_text("Votre compte")


# Read by Python before anything else: the server itself has no such setting.
_AT_ITS_START = """
import sys
from pathlib import Path
sys.path.append({root!r})
from billing_app.kernel import tongue
tongue.FOLDER = Path({folder!r})
"""


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server whose German is longer, and has an accent on each letter."""
    folder = tmp_path_factory.mktemp("longer")
    start = _AT_ITS_START.format(root=str(ROOT), folder=str(pseudo(_TEMPLATE, folder)))
    (folder / "sitecustomize.py").write_text(start)
    with served(folder, f"sqlite:///{folder / 'longer.db'}", PYTHONPATH=str(folder)) as site:
        yield site


def test_longer_words_fit_on_a_phone_and_none_bypasses_the_catalogue(
    windows: Windows, longer: Site
) -> None:
    german(longer.world)
    counter = Counter(longer.world)
    invoice, request = counter.invoice(110_000_00), counter.request(80_00)
    payment = counter.pay(50_00, invoice)
    portal = ("", "/invoices?show=all", f"/invoices/{invoice}", "/requests", f"/requests/{request}")
    paying = ("/pay", "/payments", f"/payments/{payment}", "/methods", "/profile")
    reader = windows.visit(longer.base, viewport=PHONE, locale="de-DE")
    found = amiss(reader, f"/pay/{linked(counter, invoice)}", "/sign-in")
    windows.leave(reader)
    cleo = windows.visit(longer.base, longer.world.cleo.token, viewport=PHONE)
    found |= amiss(cleo, *(f"/customer{page}" for page in (*portal, *paying)))
    windows.leave(cleo)

    assert found == {}


def amiss(reader: Visit, *paths: str) -> dict[str, tuple[list[str], set[str]]]:
    """What is cut off on these pages, and which words are not the made-up language's."""
    found = {}
    for path in paths:
        reader.open(path)
        expect(reader.page.locator("html")).to_have_attribute("lang", "de")
        expect(reader.page.locator(".skeleton")).to_have_count(0)
        wide, plain = wider_than_the_window(reader.page), _plain(reader.page) - _OF_OTHERS
        found |= {path: (wide, plain)} if wide or plain else {}
    return found


def _plain(page: Page) -> set[str]:
    """Words without an accent, as none of the made-up language has."""
    return set(re.findall(r"\b[A-Za-z]*[a-z][A-Za-z]*\b", str(page.evaluate(_SAID))))
