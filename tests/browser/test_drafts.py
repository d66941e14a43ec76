"""Drafts of invoices: written, planned and issued, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from billing_app.reads.shown import day
from billing_app.services import organizing
from tests.billing import Desk
from tests.browser.conftest import Visitor
from tests.browser.counter import FAILS, GOOD, counter
from tests.browser.invoices import NUMBER, at, figure, told
from tests.browser.visits import wait_until_live
from tests.rules import rule
from tests.servers import Site
from tests.world import World

_PRESS_BOTH = """() => {
  const named = (name) => [...document.querySelectorAll("button")]
    .find((button) => button.textContent === name);
  const both = [named("Plan instalments"), named("Issue")];
  for (const button of both) button.click();
}"""


def test_a_draft_is_saved_while_it_is_written_and_issued_as_it_stands(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    desk.tax()
    ada = at(visit, fresh, "/admin/invoices")
    ada.page.get_by_role("link", name="New invoice").click()
    ada.press("Begin a draft for Marsh Design")
    expect(ada.heading()).to_have_text("Draft")

    ada.page.get_by_label("Description").fill("Lessons")
    saved = told(ada, "Saved")
    expect(told(ada, "Not saved yet")).to_be_visible()
    ada.page.get_by_label("Price", exact=True).fill("120.50")
    ada.page.get_by_label("Tax").select_option("GST 10%")
    ada.page.get_by_label("Discount").fill("10")
    expect(saved).to_be_visible()
    expect(ada.page.locator(".sums")).to_contain_text("A$119.30")

    ada.press("Add a line")
    ada.page.get_by_label("Description").nth(1).fill("Books")
    ada.page.get_by_label("Price", exact=True).nth(1).fill("30")
    expect(ada.page.locator(".sums")).to_contain_text("A$149.30")

    ada.press("Issue")
    question = ada.page.locator("section").filter(has_text="Issue this invoice?")
    expect(question).to_contain_text("A$149.30")
    expect(question).to_contain_text("Marsh Design is asked to pay what is left of it.")
    question.get_by_role("button", name="Issue", exact=True).dblclick()
    expect(ada.heading()).to_have_text("Invoice INV-00001")
    expect(told(ada, "Invoice INV-00001 is issued. A letter to")).to_contain_text("for A$149.30.")
    expect(figure(ada, "Still to pay")).to_contain_text("A$149.30")


def test_a_draft_that_somebody_else_changed_says_so_and_keeps_theirs(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(50_00))
    first, second = (at(visit, fresh, f"/admin/drafts/{draft}") for _ in range(2))

    first.page.get_by_label("Price", exact=True).fill("70")
    expect(told(first, "Saved")).to_be_visible()
    second.page.get_by_label("Price", exact=True).fill("90")

    expect(told(second, "Somebody changed this draft", "alert")).to_be_visible()
    assert desk.of(draft, "total_minor") == 70_00
    second.page.get_by_role("link", name="Open it again").click()
    wait_until_live(second.page)
    expect(second.page.get_by_label("Price", exact=True)).to_have_value("70.00")


def test_a_draft_is_planned_in_instalments_and_each_is_explained(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(100_00))
    ada = at(visit, fresh, f"/admin/drafts/{draft}")

    ada.press("Plan instalments")
    ada.page.get_by_label("The first is due on").fill(desk.days(10).isoformat())
    ada.press("Divide it")
    expect(ada.page.get_by_role("row").filter(has_text="A$33.34")).to_have_count(1)
    expect(ada.page.get_by_role("row").filter(has_text="A$33.33")).to_have_count(2)

    desk.issue(draft)
    ada.open(f"/admin/invoices/{draft}")
    ada.press("Explain instalment 1")
    expect(ada.page.locator("#explained")).to_contain_text("Part 1 asks for A$33.34")


def test_a_refusal_for_want_of_a_tax_number_leads_to_where_one_is_added(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(100_00, desk.tax()))
    desk.does(lambda work: organizing.set_profile(work, abn="", tax_id=""))
    ada = at(visit, fresh, f"/admin/drafts/{draft}")

    ada.press("Issue")
    question = ada.page.locator("section").filter(has_text="Issue this invoice?")
    question.get_by_role("button", name="Issue", exact=True).click()
    ada.page.get_by_role("alert").get_by_role("link", name="Add your ABN or tax id").click()
    expect(ada.heading()).to_have_text("Organization")
    ada.page.get_by_label("ABN").fill("51824753556")
    documents = ada.page.locator("section").filter(has=ada.page.get_by_label("ABN"))
    documents.get_by_role("button", name="Save").click()
    expect(told(ada, "Documents say so from now on")).to_be_visible()
    desk.issue(draft)

    ada.open(f"/admin/invoices/{draft}")
    expect(ada.page.get_by_role("main")).to_contain_text("ABN 51 824 753 556")


def test_nothing_is_issued_while_its_instalments_are_planned_and_the_question_repeats_them(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(100_00))
    first, last = desk.days(7), desk.days(21)
    ada = at(visit, fresh, f"/admin/drafts/{draft}")
    issue = ada.page.get_by_role("button", name="Issue", exact=True).first

    issue.click()
    question = ada.page.locator("section").filter(has_text="Issue this invoice?")
    for words in ("Marsh Design", "A$100.00", day(desk.days(14))):
        expect(question).to_contain_text(words)
    ada.press("Plan instalments")
    expect(question).to_have_count(0)
    for button in (issue, ada.page.get_by_role("button", name="Issue and charge")):
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description(re.compile("Divide it or cancel"))
    ada.press("Cancel")
    expect(issue).to_be_enabled()
    ada.page.evaluate(_PRESS_BOTH)
    expect(told(ada, "Instalments are being planned.", "alert")).to_be_visible()
    expect(question).to_have_count(0)

    ada.page.get_by_label("The first is due on").fill(first.isoformat())
    ada.page.get_by_label("The others follow").select_option("Every two weeks")
    ada.page.get_by_label("How many").fill("2")
    ada.press("Divide it")
    issue.click()
    expect(question).to_contain_text(f"2, from {day(first)} to {day(last)}")
    question.get_by_role("button", name="Issue", exact=True).click()
    expect(ada.heading()).to_have_text(NUMBER)
    assert desk.of(draft, "due_on") == last


@rule(80, 89, 90, 91)
def test_issue_and_charge_keeps_the_invoice_when_the_card_is_declined_and_retry_pays(
    visit: Visitor, site: Site, fresh: World
) -> None:
    shop = counter(site, fresh)
    shop.keeps(FAILS)
    draft = shop.draft(shop.line(80_00))
    ada = at(visit, fresh, f"/admin/drafts/{draft}")

    ada.press("Issue and charge")
    question = ada.page.locator("section").filter(has_text="Issue this invoice and charge it?")
    expect(question).to_contain_text("A$80.00")
    question.get_by_role("button", name="Issue and charge", exact=True).dblclick()

    expect(ada.heading()).to_have_text(NUMBER)
    refused = told(ada, "A$80.00 was not charged, so no money moved.", "alert")
    expect(refused).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$80.00")
    assert shop.of(draft, "state") == "issued"

    shop.keeps(GOOD, "Visa •••• 4242")
    ada.open(f"/admin/invoices/{draft}")
    table = ada.page.get_by_role("table", name="Payments")
    failed = table.get_by_role("row").filter(has_text="Failed")
    expect(failed).to_have_count(1)
    failed.get_by_role("button", name=re.compile("^Retry")).click()
    ada.page.get_by_label("Charge", exact=True).select_option("Visa •••• 4242")
    ada.page.get_by_role("button", name="Charge", exact=True).dblclick()
    expect(told(ada, "A$80.00 was charged to")).to_be_visible()
    assert shop.of(draft, "still_to_pay_minor") == 0
    assert shop.payments() == [1_00, 1_00, 80_00]
