"""A customer in their portal: what is to pay, paying it in every way, and what they saved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from billing_app.access.capabilities import Purpose
from billing_app.gateways.payments import Stage
from billing_app.gateways.stripe.failures import failure_of
from billing_app.models.invoice import Invoice
from tests.attempts import Counter
from tests.billing import Desk
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visitor
from tests.browser.letters import address_sent_to, forget_tries
from tests.browser.test_paying import VISA
from tests.browser.visits import Visit, wait_until_live
from tests.rules import rule
from tests.servers import Site
from tests.till import Till
from tests.world import World

ASKS = "4000002500003155"
PHONE = {"viewport": {"width": 360, "height": 640}}
PANEL = "Unpaid Invoices & Credit Requests"


@pytest.fixture
def till(site: Site) -> Till:
    return Till(World(site.database))


def at_home(visit: Visitor, desk: Desk, **how: object) -> Visit:
    """Cleo stands on her first screen."""
    cleo = visit(desk.world.cleo.token, **how)
    cleo.open("/customer")
    return cleo


def panel(page: Page) -> Locator:
    return page.get_by_role("table", name=PANEL)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what begins like this."""
    focused = page.locator("main :focus")
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused.count() and focused.inner_text().startswith(name):
            return
    raise AssertionError(f"{name} was not reached.")


def chooses(page: Page, way: str) -> None:
    """Choose how, and press the green button."""
    wait_until_live(page)
    page.get_by_role("radio", name=re.compile(f"^{way}")).check()
    page.get_by_role("button", name="Pay Now").click()


def fills_in(page: Page, number: str = VISA, *, save: bool = False) -> None:
    """Fill in the simulated Stripe's page and send it."""
    expect(page.get_by_role("heading", name=re.compile("^Pay AUD"))).to_be_visible()
    page.get_by_role("radio", name="Card").check()
    page.locator("select[name=card]").select_option(number)
    if save:
        page.get_by_role("checkbox", name=re.compile("Save this")).check()
    page.get_by_role("button", name=re.compile("^Pay AUD")).click()


def saves(visit: Visitor, till: Till, number: str = VISA) -> Visit:
    """Cleo leaves a card with the provider, while she pays an invoice of one dollar."""
    till.invoice(1_00)
    cleo = at_home(visit, till)
    panel(cleo.page).get_by_role("link", name="Pay Now").click()
    chooses(cleo.page, "Card")
    fills_in(cleo.page, number, save=True)
    if number == ASKS:
        cleo.press("Complete authentication")
    expect(cleo.heading()).to_have_text("Payment received")
    return cleo


def still(desk: Desk, invoice: str) -> int:
    return int(desk.told(Invoice, invoice, "still_to_pay_minor")[0])


@rule(46, 47, 53, 73)
def test_pay_now_on_a_phone_leads_to_the_receipt(visit: Visitor, till: Till) -> None:
    invoice = till.invoice(110_00)
    cleo = at_home(visit, till, **PHONE)
    expect(cleo.page.get_by_role("main")).to_contain_text("A$110.00")

    panel(cleo.page).get_by_role("link", name="Pay Now").click()
    chooses(cleo.page, "Card")
    fills_in(cleo.page)

    expect(cleo.heading()).to_have_text("Payment received")
    expect(cleo.page.get_by_role("main")).to_contain_text("Nothing is left to pay")
    cleo.page.get_by_role("link", name="Receipt").click()
    expect(cleo.heading()).to_have_text("Receipt")
    expect(cleo.page.get_by_role("main")).to_contain_text("Visa •••• 4242")
    assert still(till, invoice) == 0


def test_whoever_signs_in_pays_now_in_seven_steps(visit: Visitor, site: Site, till: Till) -> None:
    """Three to come in by a letter, three to pay; the seventh is at the gateway's page."""
    forget_tries(site)
    invoice, email = till.invoice(110_00), till.world.cleo.email
    cleo = visit(**PHONE)
    cleo.open("/sign-in")
    steps = Clicks(cleo.page)

    cleo.page.locator("#link-email").fill(email)
    steps.count += 1
    steps.press("E-mail me a sign-in link")
    expect(cleo.page.get_by_role("status").first).to_contain_text("If we know this address")
    cleo.open(address_sent_to(site, email, Purpose.SIGN_IN))
    steps.press("Sign in")
    expect(panel(cleo.page)).to_contain_text("A$110.00")
    steps.follow("Pay Now")
    wait_until_live(cleo.page)
    steps.choose("Card")
    steps.press("Pay Now")
    fills_in(cleo.page)
    steps.count += 1

    expect(cleo.heading()).to_have_text("Payment received")
    assert steps.count <= 7
    assert still(till, invoice) == 0


def test_pay_now_needs_no_mouse(visit: Visitor, till: Till) -> None:
    invoice = till.invoice(110_00)
    cleo = at_home(visit, till)

    for name in ("Pay Now", "Pay Now"):
        wait_until_live(cleo.page)
        tab_to(cleo.page, name)
        cleo.page.keyboard.press("Enter")
        cleo.page.wait_for_url(lambda url: "/customer/pay" in url or "/_stripe/" in url)

    fills_in(cleo.page)
    expect(cleo.heading()).to_have_text("Payment received")
    assert still(till, invoice) == 0


def test_several_are_paid_in_one_go_and_each_share_is_shown_before(
    visit: Visitor, till: Till
) -> None:
    late = till.issue(till.draft(till.line(100_00), due_on=till.days(30)))
    soon = till.issue(till.draft(till.line(50_00), due_on=till.days(3)))
    till.request(20_00)
    cleo = at_home(visit, till)
    expect(panel(cleo.page).get_by_role("link", name="Pay Now")).to_have_count(3)

    cleo.page.get_by_role("link", name="Pay several at once").click()
    wait_until_live(cleo.page)
    sums = cleo.page.locator(".checkout__aside dl").first
    expect(sums).to_contain_text("A$170.00")
    cleo.page.get_by_role("checkbox", name=re.compile("Credit Request")).click()
    expect(sums).to_contain_text("A$150.00")
    cleo.page.get_by_role("radio", name="Another amount").check()
    cleo.page.get_by_label("Amount to pay").fill("70.00")
    expect(sums).to_contain_text("A$20.00")
    chooses(cleo.page, "Card")
    fills_in(cleo.page)

    expect(cleo.heading()).to_have_text("Payment received")
    expect(cleo.page.get_by_role("main")).to_contain_text("A$80.00 is still to pay")
    assert (still(till, soon), still(till, late)) == (0, 80_00)
    cleo.open("/customer")
    expect(panel(cleo.page)).to_contain_text("Credit Request")


def test_a_saved_card_is_charged_at_once_and_two_presses_charge_once(
    visit: Visitor, till: Till
) -> None:
    cleo = saves(visit, till)
    invoice = till.invoice(110_00)
    cleo.open(f"/customer/invoices/{invoice}")
    cleo.page.get_by_role("link", name="Pay Now").click()
    wait_until_live(cleo.page)
    expect(cleo.page.get_by_role("radio", name=re.compile("^Visa"))).to_be_checked()

    cleo.page.get_by_role("button", name="Pay Now").dblclick()

    expect(cleo.heading()).to_have_text("Payment received")
    assert still(till, invoice) == 0
    cleo.open("/customer/payments")
    expect(cleo.page.get_by_role("row").filter(has_text="A$110.00")).to_have_count(1)


def test_a_bank_that_wants_to_ask_is_asked_on_its_page(visit: Visitor, till: Till) -> None:
    cleo = saves(visit, till, ASKS)
    invoice = till.invoice(110_00)
    cleo.open(f"/customer/pay?what={invoice}")

    chooses(cleo.page, "Visa")
    fills_in(cleo.page)

    expect(cleo.heading()).to_have_text("Payment received")
    assert still(till, invoice) == 0


def test_a_payment_that_failed_says_why_and_offers_another_way(visit: Visitor, site: Site) -> None:
    counter = Counter(World(site.database))
    invoice = counter.invoice(110_00)
    begun = counter.begin(invoice, begun_by="contact")
    why = failure_of("card_declined").sentence
    counter.settle(begun, Stage.FAILED, failure=why)
    cleo = visit(counter.world.cleo.token)

    cleo.open(f"/customer/paid/{begun.asked.attempt}")

    expect(cleo.heading()).to_have_text("The payment did not go through")
    expect(cleo.page.get_by_role("main")).to_contain_text(why)
    expect(cleo.page.get_by_role("main")).not_to_contain_text("You were not charged")
    cleo.page.get_by_role("link", name="Pay again").click()
    chooses(cleo.page, "Card")
    fills_in(cleo.page)
    expect(cleo.heading()).to_have_text("Payment received")
    assert still(counter, invoice) == 0


def test_a_tab_that_is_behind_is_told_so(visit: Visitor, till: Till) -> None:
    invoice = till.invoice(110_00)
    cleo = visit(till.world.cleo.token)
    cleo.open(f"/customer/pay?what={invoice}")
    till.pay(30_00, invoice)

    chooses(cleo.page, "Card")

    expect(cleo.page.get_by_role("alert")).to_contain_text(["changed while you looked at it"])
    expect(cleo.page.get_by_role("main")).to_contain_text("A$80.00")


def test_what_is_saved_can_be_removed_and_consent_taken_back(visit: Visitor, till: Till) -> None:
    cleo = saves(visit, till)
    cleo.page.get_by_role("link", name="Back to your account").click()
    cleo.page.get_by_role("link", name="Payment methods").click()
    consent = cleo.page.get_by_role("switch")
    consent.click()
    expect(consent).to_be_checked()
    consent.click()
    expect(consent).not_to_be_checked()

    cleo.page.get_by_role("button", name=re.compile("^Remove Visa")).click()
    cleo.press("Remove it")

    expect(cleo.page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    consent.click()
    expect(cleo.page.get_by_role("alert")).to_contain_text(["no saved way of paying"])


def test_the_documents_of_others_are_not_there(visit: Visitor, till: Till) -> None:
    mine, theirs = till.invoice(110_00), till.invoice(55_00, party_id=till.world.bellweather)
    cleo = at_home(visit, till)
    expect(panel(cleo.page).get_by_role("link", name="Pay Now")).to_have_count(1)

    request = till.request(10_00, customer_id=till.world.bellweather)
    for path in (f"/customer/invoices/{theirs}", f"/customer/requests/{request}"):
        cleo.open(path)
        expect(cleo.heading()).to_have_text("We cannot find that")
    cleo.open(f"/customer/pay?what={theirs}")
    expect(cleo.page.get_by_role("heading", name="There is no such document")).to_be_visible()
    cleo.open(f"/customer/invoices/{mine}")
    expect(cleo.heading()).to_contain_text("Invoice")
