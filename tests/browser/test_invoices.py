"""Billing > Invoices: found, looked at and explained, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.billing import Desk
from tests.browser import axe, sight
from tests.browser.conftest import Visitor
from tests.browser.invoices import NUMBER, at, figure
from tests.browser.visits import PHONE, wait_until_live
from tests.rules import rule
from tests.till import Till
from tests.world import World


@rule(81)
def test_a_search_and_filters_stand_in_the_address_and_lead_to_the_invoice(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    till.invoice(129_90)
    till.invoice(500_00)
    till.draft(till.line(70_00))
    ada = at(visit, fresh, "/admin")
    ada.page.get_by_role("link", name="Invoices").click()
    expect(ada.heading()).to_have_text("Invoices")
    rows = ada.page.get_by_role("rowheader")
    expect(rows).to_have_count(3)

    ada.page.keyboard.press("/")
    expect(ada.page.get_by_role("searchbox")).to_be_focused()
    ada.page.keyboard.type("129.90")
    expect(rows).to_have_count(1)
    expect(ada.page).to_have_url(re.compile(r"search=129\.90"))
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    expect(ada.heading()).to_have_text(NUMBER)
    expect(figure(ada, "Still to pay")).to_contain_text("A$129.90")

    ada.page.go_back()
    wait_until_live(ada.page)
    expect(rows).to_have_count(1)
    ada.open("/admin/invoices?standing=to+pay&least=200")
    expect(rows).to_have_count(1)
    expect(ada.page.get_by_role("row").filter(has_text="A$500.00")).to_have_count(1)


def test_a_filter_that_cannot_be_understood_is_said(visit: Visitor, fresh: World) -> None:
    Desk(fresh).invoice(90_00)
    ada = visit(fresh.ada.token)
    ada.open("/admin/invoices")

    ada.page.get_by_text("Filters", exact=True).click()
    ada.page.get_by_label("Total from").fill("a lot")
    ada.press("Show these")
    summary = ada.page.get_by_role("alert").get_by_role("link")
    expect(summary).to_have_text(re.compile("^We cannot read the amount"))
    expect(ada.page.get_by_label("Total from")).to_have_value("a lot")
    assert axe.violations(ada.page) == []

    ada.press("Clear the filters")
    expect(ada.page.get_by_role("rowheader")).to_have_count(1)


def test_what_was_begun_on_one_invoice_is_not_there_on_another(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    first, second = desk.invoice(45_00), desk.invoice(90_00)
    ada = at(visit, fresh, f"/admin/invoices/{first}")
    ada.press("Explain Total")
    ada.press("Create a payment")
    expect(ada.page.get_by_label("Amount to charge")).to_have_value("A$45.00")

    ada.open(f"/admin/invoices/{second}")

    expect(figure(ada, "Still to pay")).to_contain_text("A$90.00")
    expect(ada.page.get_by_label("Amount to charge")).to_have_count(0)
    expect(ada.page.locator("#explained")).to_have_text("")


def test_an_issued_invoice_is_downloaded_as_it_stands_and_a_draft_is_not(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft, invoice = desk.draft(desk.line(20_00)), desk.invoice(45_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    issued = ada.page.get_by_role("link", name="As issued")
    expect(issued).to_have_attribute("href", f"/documents/{invoice}.pdf?as=issued")

    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="Download PDF").click()

    assert download.value.suggested_filename.endswith(".pdf")
    ada.open(f"/admin/invoices/{draft}")
    expect(ada.page.get_by_role("heading", name="The document")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Download PDF")).to_have_count(0)


def test_a_viewer_looks_and_is_offered_nothing_that_would_be_refused(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft, invoice = desk.draft(desk.line(20_00)), desk.invoice(45_00)
    vic = visit(fresh.vic.token)

    for shown in (draft, invoice):
        vic.open(f"/admin/invoices/{shown}")
        expect(vic.page.get_by_role("heading", name="The document")).to_be_visible()
        words = "Create|Retry|Refund|Credit note|Write off|Void|Copy|Pay From Credit|Make"
        expect(vic.page.get_by_role("button", name=re.compile(words))).to_have_count(0)
    vic.open(f"/admin/drafts/{draft}")
    expect(vic.page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()


def test_the_open_forms_are_sound_to_the_eye_and_the_ear(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(30_00, invoice)
    ada = visit(fresh.ada.token, viewport=PHONE)
    ada.open(f"/admin/invoices/{invoice}")

    ada.press("Explain Paid")
    for button in ("Create a payment", "Credit note"):
        ada.press(button)
        expect(ada.page.get_by_role("button", name="Cancel")).to_have_count(1)
        ada.page.evaluate("scrollTo(0, 0)")
        assert axe.violations(ada.page) == []
        assert sight.wider_than_the_window(ada.page) == []
    ada.page.get_by_text("…").first.click()
    ada.press("Refund")
    expect(ada.page.get_by_label("Amount to refund")).to_be_focused()
    ada.page.evaluate("scrollTo(0, 0)")
    assert axe.violations(ada.page) == []
    assert sight.wider_than_the_window(ada.page) == []


def test_what_a_row_has_nothing_of_is_no_line_of_its_card_on_a_phone(
    visit: Visitor, fresh: World
) -> None:
    ada = at(visit, fresh, f"/admin/invoices/{Desk(fresh).invoice(45_00)}")
    drafted = ada.page.get_by_role("row").filter(has_text="Drafted an invoice")
    expect(drafted.get_by_role("cell")).to_have_count(4)

    ada.page.set_viewport_size(PHONE)

    expect(drafted.get_by_role("cell")).to_have_count(2)
