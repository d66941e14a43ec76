"""The simulated Stripe in a browser: on a phone, in the dark, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.stripes import Stripes, open_stripes


@pytest.fixture
def stripes(tmp_path: Path) -> Iterator[Stripes]:
    with open_stripes(tmp_path) as opened:
        yield opened


def opened(browser: Browser, **how: Any) -> Page:
    return browser.new_context(viewport={"width": 360, "height": 740}, **how).new_page()


def pages(stripes: Stripes) -> list[str]:
    """Each page in its fullest state."""
    customer = stripes.customer().id
    saving = {"payment_method_save": "enabled"}
    session = stripes.session(
        customer=customer, currency="aud", saved_payment_method_options=saving
    )
    stripes.submit(session.url, pay_with="card", card="4000000000000002")
    proof: Any = stripes.charged("pm_card_authenticationRequired")
    stripes.charged("pm_card_createDispute")
    stripes.set_mood("late", value="5", times="forever")
    stripes.pump()
    done = stripes.session()
    stripes.submit(done.url, pay_with="card", card="4242424242424242")
    return [
        session.url,
        proof.next_action.redirect_to_url.url,
        done.url,
        f"{stripes.base}/receipt/{stripes.v1.charges.list().data[0].id}",
        f"{stripes.base}/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_can_be_read_by_everybody(
    browser: Browser, stripes: Stripes, scheme: str
):
    page = opened(browser, color_scheme=scheme)
    for url in pages(stripes):
        page.goto(url)
        assert violations(page) == [], url
        assert page.evaluate("document.documentElement.scrollWidth") == 360, url
        assert page.get_by_text("Simulated.").is_visible()
    page.context.close()


def test_a_payer_is_declined_and_pays_without_scripts_and_without_a_mouse(
    browser: Browser, stripes: Stripes
):
    back = f"{stripes.base}/done"
    session = stripes.session(success_url=back, customer_email=None)
    page = opened(browser, java_script_enabled=False)
    page.goto(session.url)

    page.get_by_label("Card, test number").select_option("4000000000000002")
    page.get_by_label("E-mail").fill("cleo@harbour.example")
    page.get_by_label("E-mail").press("Enter")
    assert "Your card was declined. Nothing was charged." in page.get_by_role("alert").inner_text()
    page.get_by_label("E-mail").fill("cleo@harbour.example")
    page.get_by_role("button", name="Pay USD 123.45").focus()
    page.keyboard.press("Enter")

    page.wait_for_url(back)
    assert stripes.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    page.context.close()
