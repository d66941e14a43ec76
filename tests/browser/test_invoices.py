"""Billing > Invoices: found, written, issued, paid, corrected and explained, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.billing import Desk
from tests.browser import axe, sight
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.counter import FAILS, GOOD, counter
from tests.browser.visits import DESK, PHONE, Visit, wait_until_live
from tests.servers import Site
from tests.till import Till
from tests.world import World

NUMBER = re.compile(r"^Invoice INV-")


class Clicks:
    """Counts what somebody has to press, choose and fill in."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.count = 0

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.count += 1

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).check()
        self.count += 1

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)
        self.count += 1


def _at(visit: Visitor, world: World, path: str) -> Visit:
    ada = visit(world.ada.token)
    ada.open(path)
    return ada


def _figure(ada: Visit, name: str) -> Locator:
    return ada.page.locator(".stat").filter(has=ada.page.get_by_text(name, exact=True))


def _to_the_top(ada: Visit) -> None:
    """What the sticky bar lies over is not small, though axe takes it for that."""
    ada.page.evaluate("scrollTo(0, 0)")


def _told(ada: Visit, words: str, role: str = "status") -> Locator:
    return ada.page.get_by_role(role).filter(has_text=words)  # type: ignore[arg-type]


def test_a_search_and_filters_stand_in_the_address_and_lead_to_the_invoice(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    till.invoice(129_90)
    till.invoice(500_00)
    till.draft(till.line(70_00))
    ada = _at(visit, fresh, "/admin")
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
    expect(_figure(ada, "Still to pay")).to_contain_text("A$129.90")

    ada.page.go_back()
    wait_until_live(ada.page)
    expect(rows).to_have_count(1)
    ada.open("/admin/invoices?standing=to+pay&least=200")
    expect(rows).to_have_count(1)
    expect(ada.page.get_by_role("row").filter(has_text="A$500.00")).to_have_count(1)


@ONE_DATABASE
def test_what_cannot_be_found_or_understood_is_said(visit: Visitor, fresh: World) -> None:
    Desk(fresh).invoice(90_00)
    ada = visit(fresh.ada.token)
    axe.add_to(ada.context)
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
    ada.page.get_by_role("searchbox").fill("zebra")
    expect(ada.page.get_by_role("heading", name="No matches")).to_be_visible()
    ada.press("Clear search and filters")
    expect(ada.page.get_by_role("rowheader")).to_have_count(1)
    expect(ada.page.get_by_role("searchbox")).to_have_value("")


def test_a_draft_is_saved_while_it_is_written_and_issued_as_it_stands(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    desk.tax()
    ada = _at(visit, fresh, "/admin/invoices")
    ada.page.get_by_role("link", name="New invoice").click()
    ada.press("Begin a draft for Marsh Design")
    expect(ada.heading()).to_have_text("Draft")

    ada.page.get_by_label("Description").fill("Lessons")
    saved = _told(ada, "Saved")
    expect(_told(ada, "Not saved yet")).to_be_visible()
    ada.page.get_by_label("Price", exact=True).fill("1,2")
    expect(ada.page.get_by_text("We cannot read the amount").first).to_be_visible()
    ada.page.get_by_label("Price", exact=True).fill("120.50")
    ada.page.get_by_label("Tax").select_option("GST 10%")
    ada.page.get_by_label("Discount").fill("10")
    expect(saved).to_be_visible()
    expect(ada.page.locator(".sums")).to_contain_text("A$119.30")

    ada.press("Add a line")
    ada.page.get_by_label("Description").nth(1).fill("Books")
    ada.page.get_by_label("Price", exact=True).nth(1).fill("30")
    expect(ada.page.locator(".sums")).to_contain_text("A$149.30")
    ada.page.reload()
    wait_until_live(ada.page)
    expect(ada.page.get_by_label("Description").nth(1)).to_have_value("Books")

    ada.press("Issue")
    question = ada.page.locator("section").filter(has_text="Issue this invoice?")
    expect(question).to_contain_text("A$149.30")
    expect(question).to_contain_text("Marsh Design is asked to pay what is left of it.")
    question.get_by_role("button", name="Issue", exact=True).dblclick()
    expect(ada.heading()).to_have_text("Invoice INV-00001")
    expect(_figure(ada, "Still to pay")).to_contain_text("A$149.30")


@ONE_DATABASE
def test_a_draft_that_somebody_else_changed_says_so_and_keeps_theirs(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(50_00))
    first, second = (_at(visit, fresh, f"/admin/drafts/{draft}") for _ in range(2))

    first.page.get_by_label("Price", exact=True).fill("70")
    expect(_told(first, "Saved")).to_be_visible()
    second.page.get_by_label("Price", exact=True).fill("90")

    expect(_told(second, "Somebody changed this draft", "alert")).to_be_visible()
    assert desk.of(draft, "total_minor") == 70_00
    second.page.get_by_role("link", name="Open it again").click()
    wait_until_live(second.page)
    expect(second.page.get_by_label("Price", exact=True)).to_have_value("70.00")


@ONE_DATABASE
def test_a_draft_is_planned_in_instalments_and_each_is_explained(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    draft = desk.draft(desk.line(100_00))
    ada = _at(visit, fresh, f"/admin/drafts/{draft}")

    ada.press("Plan instalments")
    ada.page.get_by_label("The first is due on").fill(desk.days(10).isoformat())
    ada.press("Divide it")
    expect(ada.page.get_by_role("row").filter(has_text="A$33.34")).to_have_count(1)
    expect(ada.page.get_by_role("row").filter(has_text="A$33.33")).to_have_count(2)

    desk.issue(draft)
    ada.open(f"/admin/invoices/{draft}")
    ada.press("Explain instalment 1")
    expect(ada.page.locator("#explained")).to_contain_text("Part 1 asks for A$33.34")


def test_a_transfer_is_recorded_in_six_steps_and_once(visit: Visitor, fresh: World) -> None:
    desk = Desk(fresh)
    invoice = desk.invoice(100_00)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")
    steps = Clicks(ada)
    expect(ada.page.get_by_role("heading", name="Payments", exact=True)).to_be_visible()

    steps.press("Create a payment")
    sheet = ada.page.locator("form").filter(has_text="Create a payment")
    expect(sheet).to_contain_text("Records a payment already received. No card is charged.")
    expect(sheet).to_contain_text("Marsh Design has no saved way of paying")
    steps.fill("Amount to charge", "40")
    steps.fill("Reference (optional)", "TR 4711")
    sheet.get_by_role("button", name="Charge", exact=True).dblclick()
    steps.count += 1

    expect(_told(ada, "A$40.00 from Marsh Design is recorded.")).to_be_visible()
    expect(_figure(ada, "Still to pay")).to_contain_text("A$60.00")
    table = ada.page.get_by_role("table", name="Payments")
    paid = table.get_by_role("row").filter(has_text="Bank transfer, TR 4711")
    expect(paid).to_have_count(1)
    assert steps.count <= 6
    assert desk.of(invoice, "still_to_pay_minor") == 60_00


@ONE_DATABASE
def test_money_that_looks_recorded_already_is_asked_about(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(40_00, invoice)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("40")
    ada.press("Charge")
    expect(_told(ada, "was already recorded as received on", "alert")).to_be_visible()
    ada.press("Record it all the same")

    expect(_told(ada, "A$40.00 from Marsh Design is recorded.")).to_be_visible()
    assert till.still(invoice) == 20_00


@ONE_DATABASE
def test_issue_and_charge_keeps_the_invoice_when_the_card_is_declined_and_retry_pays(
    visit: Visitor, site: Site, fresh: World
) -> None:
    shop = counter(site, fresh)
    shop.keeps(FAILS)
    draft = shop.draft(shop.line(80_00))
    ada = _at(visit, fresh, f"/admin/drafts/{draft}")

    ada.press("Issue and charge")
    question = ada.page.locator("section").filter(has_text="Issue this invoice and charge it?")
    expect(question).to_contain_text("A$80.00")
    question.get_by_role("button", name="Issue and charge", exact=True).dblclick()

    expect(ada.heading()).to_have_text(NUMBER)
    refused = _told(ada, "A$80.00 was not charged, so no money moved.", "alert")
    expect(refused).to_be_visible()
    expect(_figure(ada, "Still to pay")).to_contain_text("A$80.00")
    assert shop.of(draft, "state") == "issued"

    shop.keeps(GOOD, "Visa •••• 4242")
    ada.open(f"/admin/invoices/{draft}")
    failed = ada.page.get_by_role("row").filter(has_text="Failed")
    expect(failed).to_have_count(1)
    failed.get_by_role("button", name=re.compile("^Retry")).click()
    ada.page.get_by_label("Charge", exact=True).select_option("Visa •••• 4242")
    ada.page.get_by_role("button", name="Charge", exact=True).dblclick()
    expect(_told(ada, "A$80.00 was charged to")).to_be_visible()
    assert shop.of(draft, "still_to_pay_minor") == 0
    assert shop.payments() == [1_00, 1_00, 80_00]


@ONE_DATABASE
def test_a_saved_card_is_charged_a_part_and_refunded_from_the_menu(
    visit: Visitor, site: Site, fresh: World
) -> None:
    shop = counter(site, fresh)
    shop.keeps(GOOD, "Visa •••• 4242")
    invoice = shop.invoice(100_00)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("60")
    ada.page.get_by_role("button", name="Charge", exact=True).dblclick()
    expect(_told(ada, "A$60.00 was charged to")).to_be_visible()
    row = ada.page.get_by_role("row").filter(has_text="4242")
    expect(row).to_have_count(1)

    row.get_by_text("…").click()
    row.get_by_role("button", name="Refund", exact=True).click()
    sheet = ada.page.locator("form").filter(has_text="Amount to refund")
    expect(sheet).to_contain_text("the way it was paid")
    ada.page.get_by_label("Amount to refund").fill("25")
    ada.page.get_by_label("Reason", exact=True).fill("A wrong card")
    sheet.get_by_role("button", name="Refund", exact=True).dblclick()

    expect(_told(ada, "A$25.00 is on its way back to")).to_be_visible()
    expect(_figure(ada, "Still to pay")).to_contain_text("A$65.00")
    assert shop.of(invoice, "still_to_pay_minor") == 65_00


def test_a_credit_note_on_a_paid_invoice_is_split_three_ways(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(100_00, invoice)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Credit note")
    ada.page.get_by_label("Amount of the credit note").fill("60")
    ada.press("Issue the credit note")
    expect(_told(ada, "was paid already and has to go to credit", "alert")).to_be_visible()
    ada.page.get_by_label("To the customer's credit").fill("10")
    ada.page.get_by_label("Refunded by you, by hand").fill("20")
    ada.page.get_by_label("Refunded of").select_option(index=1)
    ada.page.get_by_label("Handed back outside of Quittance").fill("30")
    ada.page.get_by_role("button", name="Issue the credit note").dblclick()

    expect(_told(ada, "The credit note is issued.")).to_be_visible()
    assert till.credit() == 10_00
    assert (till.still(invoice), till.differences()) == (0, [])


@ONE_DATABASE
def test_a_bad_debt_is_written_off_and_an_invoice_is_voided(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    lost, wrong = till.invoice(70_00), till.invoice(30_00)
    ada = _at(visit, fresh, f"/admin/invoices/{lost}")

    ada.press("Write off")
    ada.page.get_by_label("Reason", exact=True).fill("They are insolvent")
    ada.page.locator("form").get_by_role("button", name="Write off").click()
    expect(_told(ada, "It is written off.")).to_be_visible()
    expect(_figure(ada, "Written off")).to_contain_text("A$70.00")

    ada.open(f"/admin/invoices/{wrong}")
    ada.press("Void")
    ada.page.get_by_label("Reason", exact=True).fill("Sent twice")
    ada.press("Void the invoice")
    expect(_told(ada, "The invoice is void.")).to_be_visible()
    assert till.of(wrong, "state") == "void"


@ONE_DATABASE
def test_what_was_recorded_by_mistake_is_previewed_and_taken_back(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(40_00, invoice)
    posted = till.postings()
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.page.get_by_text("…").click()
    ada.press("Recorded by mistake")
    tables = ada.page.get_by_role("table", name="What it would move")
    expect(tables).to_have_count(3)
    for number, account in enumerate(("1000", "1000", "4000")):
        expect(tables.nth(number)).to_contain_text(account)
        expect(tables.nth(number)).to_contain_text("A$40.00")
    assert (till.still(invoice), till.postings()) == (60_00, posted)

    ada.page.get_by_label("Reason", exact=True).fill("It was for somebody else")
    ada.page.get_by_role("button", name="Take the payment back").dblclick()
    expect(_told(ada, "The payment is taken back.")).to_be_visible()
    expect(_figure(ada, "Still to pay")).to_contain_text("A$100.00")
    assert (till.still(invoice), till.differences()) == (100_00, [])


def test_pay_from_credit_says_why_not_and_pays_a_part(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    till.settings(apply_credit_to_invoices=False)
    till.pay(50_00)
    invoice = till.invoice(100_00)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")
    button = ada.page.get_by_role("button", name="Pay From Credit")
    expect(button).to_be_disabled()
    expect(ada.page.get_by_role("main")).to_contain_text(
        "'Automatically mark Invoices paid' is off"
    )
    link = ada.page.get_by_role("link", name="Open General Accounting Settings")
    expect(link).to_have_attribute("href", "/admin/settings")

    till.settings(apply_credit_to_invoices=True)
    ada.open(f"/admin/invoices/{invoice}")
    button.click()
    amount = ada.page.get_by_label("Amount from credit")
    expect(amount).to_have_value("A$50.00")
    amount.fill("30")
    ada.page.locator("form").get_by_role("button", name="Pay From Credit").dblclick()

    expect(_told(ada, "A$30.00 of their credit was used.")).to_be_visible()
    expect(_figure(ada, "Still to pay")).to_contain_text("A$70.00")
    assert till.credit() == 20_00


@ONE_DATABASE
def test_a_pay_link_is_made_opened_and_withdrawn(visit: Visitor, fresh: World) -> None:
    invoice = Desk(fresh).invoice(45_00)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}/take")
    expect(ada.page.get_by_role("link", name="Offline")).to_be_visible()

    ada.press("Make a pay link")
    address = ada.page.get_by_label("Address").input_value()
    with ada.context.expect_page() as opened:
        ada.page.get_by_role("link", name="Open the payment page").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("A$45.00")
    ada.press("Withdraw")
    ada.press("Withdraw it")

    expect(_told(ada, "The pay link opens nothing any more.")).to_be_visible()
    stranger = visit()
    stranger.open(address)
    expect(stranger.page.get_by_role("main")).not_to_contain_text("A$45.00")


@ONE_DATABASE
def test_a_payment_is_taken_offline_from_the_list_of_what_is_to_pay(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    invoice = desk.invoice(45_00)
    ada = _at(visit, fresh, "/admin/take-payment")

    ada.page.get_by_role("rowheader").get_by_role("link").click()
    expect(ada.heading()).to_have_text("Take a payment")
    ada.page.get_by_role("link", name="Offline").click()
    ada.page.get_by_label("How it came").select_option("Cash")
    ada.press("Charge")

    expect(ada.page.get_by_role("heading", name="Nothing is left to pay")).to_be_visible()
    assert desk.of(invoice, "still_to_pay_minor") == 0


@ONE_DATABASE
def test_what_was_begun_on_one_invoice_is_not_there_on_another(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    first, second = desk.invoice(45_00), desk.invoice(90_00)
    ada = _at(visit, fresh, f"/admin/invoices/{first}")
    ada.press("Explain Total")
    ada.press("Create a payment")
    expect(ada.page.get_by_label("Amount to charge")).to_have_value("A$45.00")

    ada.open(f"/admin/invoices/{second}")

    expect(_figure(ada, "Still to pay")).to_contain_text("A$90.00")
    expect(ada.page.get_by_label("Amount to charge")).to_have_count(0)
    expect(ada.page.locator("#explained")).to_have_text("")


@ONE_DATABASE
def test_every_figure_is_explained_by_what_makes_it(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00, on=till.days(-40))
    till.pay(30_00, invoice)
    ada = _at(visit, fresh, f"/admin/invoices/{invoice}")

    for button, said in {
        "Explain the status": "is Partially paid",
        "Explain Overdue": "is Overdue",
        "Explain Total": "Together A$100.00",
        "Explain Paid": "Together A$30.00",
        "Explain Still to pay": "Together A$70.00",
    }.items():
        ada.press(button)
        expect(ada.page.locator("#explained")).to_contain_text(said)


@ONE_DATABASE
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


@ONE_DATABASE
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_open_forms_are_sound_to_the_eye_and_the_ear(
    visit: Visitor, fresh: World, size: object
) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(30_00, invoice)
    ada = visit(fresh.ada.token, viewport=size)
    axe.add_to(ada.context)
    ada.open(f"/admin/invoices/{invoice}")

    ada.press("Explain Paid")
    for button in ("Create a payment", "Credit note", "Void"):
        ada.press(button)
        expect(ada.page.get_by_role("button", name="Cancel")).to_have_count(1)
        _to_the_top(ada)
        assert axe.violations(ada.page) == []
        assert sight.wider_than_the_window(ada.page) == []
    ada.page.get_by_text("…").first.click()
    ada.press("Refund")
    expect(ada.page.get_by_label("Amount to refund")).to_be_focused()
    _to_the_top(ada)
    assert axe.violations(ada.page) == []
    assert sight.wider_than_the_window(ada.page) == []
