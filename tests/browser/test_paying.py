"""Paying in a real browser, behind a pay link: on a phone, by whoever holds the address."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from billing_app.kernel.money import Money
from billing_app.models.invoice import Invoice
from billing_app.services import planning
from tests.billing import Desk
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visitor
from tests.browser.visits import Windows
from tests.links import linked
from tests.rules import rule
from tests.servers import PLAIN, Site, served
from tests.world import World

VISA, DECLINED = "4242424242424242", "4000000000000002"
PHONE = {"viewport": {"width": 360, "height": 640}}


class Billed:
    """An invoice over A$110.00, and the address behind which it can be paid."""

    def __init__(self, site: Site, *, parts: int = 0) -> None:
        self.desk = desk = Desk(World(site.database))
        draft, today = desk.draft(desk.line(110_00)), desk.today()
        if parts:
            desk.does(
                lambda work: planning.plan_in_equal_parts(
                    work, draft, count=parts, first_due_on=today, months_apart=1
                )
            )
        self.invoice = desk.issue(draft)
        self.path = f"/pay/{linked(self.desk, self.invoice)}"

    @property
    def still_to_pay(self) -> int:
        return int(self.desk.told(Invoice, self.invoice, "still_to_pay_minor")[0])


@pytest.fixture
def billed(site: Site) -> Billed:
    return Billed(site)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    """A server of its own, whose clock a test may move."""
    with served(tmp_path, f"sqlite:///{tmp_path / 'own.db'}") as site:
        yield site


def pay_now(page: Page, *, amount: str = "", way: str = "Card") -> None:
    """Choose how and how much, and go to the gateway's page."""
    page.get_by_role("radio", name=re.compile(f"^{way}")).check()
    if amount:
        page.get_by_role("radio", name="Another amount").check()
        page.get_by_label("Amount to pay").fill(amount)
    page.get_by_role("button", name="Pay Now").click()
    expect(page.get_by_role("heading", name=re.compile("^Pay AUD"))).to_be_visible()


def fill_in(page: Page, number: str = VISA, field: str = "card") -> None:
    """Fill in the simulated Stripe's page and send it."""
    page.locator(f"select[name={field}]").select_option(number)
    page.get_by_label("E-mail").fill("payer@post.example")
    page.get_by_label("Name").fill("A payer")
    page.get_by_role("button", name=re.compile("^Pay AUD")).click()


def test_a_link_is_paid_on_a_phone_in_three_steps(visit: Visitor, billed: Billed) -> None:
    """Only what is ours counts: at the gateway's page, the payer types what that asks for."""
    payer = visit(**PHONE)
    payer.open(billed.path)
    steps = Clicks(payer.page)

    steps.choose("Card")
    steps.press("Pay Now")
    fill_in(payer.page)
    steps.count += 1

    expect(payer.heading()).to_have_text("Payment received")
    assert steps.count <= 3
    assert billed.still_to_pay == 0


@rule(53, 54)
def test_a_card_is_declined_and_another_pays_on_the_same_page(
    visit: Visitor, billed: Billed
) -> None:
    payer = visit(**PHONE)
    payer.open(billed.path)
    button = payer.page.get_by_role("button", name="Pay Now")
    expect(payer.page.get_by_text("A$110.00").first).to_be_in_viewport()
    expect(button).to_be_in_viewport()

    pay_now(payer.page)
    fill_in(payer.page, DECLINED)
    expect(payer.page.get_by_role("alert")).to_contain_text("declined")
    fill_in(payer.page)

    expect(payer.heading()).to_have_text("Payment received")
    assert billed.still_to_pay == 0


@rule(54)
def test_a_transfer_that_was_chosen_is_told_of_and_another_way_can_be_taken(
    visit: Visitor, site: Site
) -> None:
    desk = Desk(World(site.database))
    price = Money(110_00, "USD")
    invoice = desk.issue(desk.draft(desk.line(0, unit_price=price), currency="USD"))
    path = f"/pay/{linked(desk, invoice)}"
    payer = visit(**PHONE)
    payer.open(path)
    choose(payer.page, "Bank Transfer")
    payer.page.get_by_label("E-mail").fill("payer@post.example")
    payer.page.get_by_role("button", name="Show the account").click()
    payer.page.get_by_role("link", name="Back to where you came from").click()
    expect(payer.heading()).to_have_text("Your bank transfer is awaited")

    payer.press("Show the account again")
    expect(payer.page.get_by_role("main")).to_contain_text("110.00")
    payer.open(path)
    expect(payer.page.get_by_text("You chose a bank transfer of")).to_contain_text("$110.00 USD")
    expect(payer.page.get_by_role("radio", name=re.compile("^Bank Transfer"))).to_be_checked()
    choose(payer.page, "Card")
    payer.page.locator("select[name=card]").select_option(VISA)
    payer.page.get_by_label("E-mail").fill("payer@post.example")
    payer.page.get_by_role("button", name=re.compile("^Pay USD")).click()

    expect(payer.heading()).to_have_text("Payment received")
    assert desk.told(Invoice, invoice, "still_to_pay_minor") == [0]


def choose(page: Page, way: str) -> None:
    """Choose how to pay all of it, and go to the gateway's page."""
    page.get_by_role("radio", name=re.compile(f"^{way}")).check()
    page.get_by_role("button", name="Pay Now").click()
    expect(page.get_by_role("heading", name=re.compile("^Pay USD"))).to_be_visible()


@rule(92)
def test_a_part_is_paid_and_then_the_rest(visit: Visitor, site: Site) -> None:
    billed = Billed(site, parts=2)
    payer = visit(**PHONE)
    payer.open(billed.path)
    expect(payer.heading()).to_contain_text("of it A$55.00 is due")
    pay_now(payer.page)
    fill_in(payer.page)
    expect(payer.page.get_by_text("A receipt goes to Marsh Design by e-mail.")).to_be_visible()
    expect(payer.page.get_by_text("A$55.00 is still to pay")).to_be_visible()

    payer.open(billed.path)
    pay_now(payer.page)
    fill_in(payer.page)

    expect(payer.heading()).to_have_text("Payment received")
    assert billed.still_to_pay == 0


def test_an_amount_that_was_refused_is_still_there_and_its_address_is_forgotten(
    visit: Visitor, billed: Billed
) -> None:
    payer = visit(**PHONE)
    payer.open(billed.path)
    payer.page.get_by_role("radio", name=re.compile("^Direct Debit")).check()
    payer.page.get_by_role("radio", name="Another amount").check()
    payer.page.get_by_label("Amount to pay").fill("110,01")
    payer.press("Pay Now")

    expect(payer.page.get_by_role("alert")).to_contain_text("more than can be paid now")
    expect(payer.page.get_by_label("Amount to pay")).to_have_value("110,01")
    expect(payer.page.get_by_text("Enter no more than A$110.00.")).to_be_visible()
    expect(payer.page.get_by_role("radio", name=re.compile("^Direct Debit"))).to_be_checked()
    expect(payer.page).to_have_url(re.compile(f"{billed.path}$"))
    assert billed.still_to_pay == 110_00


def test_a_second_tab_is_told_that_it_is_paid(visit: Visitor, billed: Billed) -> None:
    first, second = visit(**PHONE), visit(**PHONE)
    for each in (first, second):
        each.open(billed.path)
    pay_now(first.page)
    fill_in(first.page)
    expect(first.heading()).to_have_text("Payment received")

    second.page.get_by_role("button", name="Pay Now").click()

    expect(second.heading()).to_have_text("Nothing is left to pay")
    expect(second.page.get_by_role("main")).to_contain_text("Nothing was charged")
    expect(second.page.get_by_role("button", name="Pay Now")).to_have_count(0)


def test_an_abandoned_page_holds_nobody_up(visit: Visitor, billed: Billed) -> None:
    gone, payer = visit(**PHONE), visit(**PHONE)
    gone.open(billed.path)
    pay_now(gone.page, amount="40.00")
    gone.open(f"{billed.path}?said=given-up")
    told = gone.page.get_by_text("A payment page over A$40.00 is open; nothing was paid on it yet.")
    expect(told).to_be_visible()
    expect(gone.page.get_by_text("nothing was paid there")).to_have_count(0)
    gone.press("Go on there")
    expect(gone.page.get_by_role("heading", name="Pay AUD 40.00")).to_be_visible()

    payer.open(billed.path)
    pay_now(payer.page)
    fill_in(payer.page)

    expect(payer.heading()).to_have_text("Payment received")
    assert billed.still_to_pay == 0


@rule(54)
def test_a_debit_counts_once_it_has_cleared_a_week_later(windows: Windows, own: Site) -> None:
    billed, payer = Billed(own), windows.visit(own.base, "", **PHONE)
    payer.open(billed.path)
    pay_now(payer.page, way="Direct Debit")
    fill_in(payer.page, "000123456", "au_becs_debit")
    expect(payer.page.get_by_role("main")).to_contain_text("on its way")
    waiting = billed.still_to_pay

    week = {"hours": str(7 * 24)}
    panel = f"{own.base}/_stripe/panel/advance"
    httpx.post(panel, data=week, headers={"Origin": own.base}, verify=PLAIN)

    give_up_at = time.monotonic() + 20
    while billed.still_to_pay and time.monotonic() < give_up_at:
        payer.page.wait_for_timeout(200)
    payer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(payer.heading()).to_have_text("Payment received")
    payer.open(billed.path)
    expect(payer.heading()).to_have_text("Nothing is left to pay")
    assert (waiting, billed.still_to_pay) == (110_00, 0)
    windows.leave(payer)
