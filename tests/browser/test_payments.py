"""Payments on the page of an invoice: taken, refunded and called off, in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from billing_app.services import linking, voiding
from tests.attack.contents import until_caught_up
from tests.billing import Desk
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visitor
from tests.browser.counter import GOOD, counter
from tests.browser.invoices import at, figure, told
from tests.charging import Ahead
from tests.rules import rule
from tests.servers import Site
from tests.till import Till
from tests.world import World


@rule(76, 82, 83, 85, 86)
def test_a_transfer_is_recorded_in_six_steps_and_once(visit: Visitor, fresh: World) -> None:
    desk = Desk(fresh)
    invoice = desk.invoice(100_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    steps = Clicks(ada.page)
    expect(ada.page.get_by_role("heading", name="Payments", exact=True)).to_be_visible()

    steps.press("Create a payment")
    sheet = ada.page.locator("form").filter(has_text="Create a payment")
    expect(sheet).to_contain_text("Records a payment already received. No card is charged.")
    expect(sheet).to_contain_text("Marsh Design has no saved way of paying")
    steps.fill("Amount to charge", "40")
    steps.fill("Reference (optional)", "TR 4711")
    sheet.get_by_role("button", name="Charge", exact=True).dblclick()
    steps.count += 1

    expect(
        told(ada, "A$40.00 from Marsh Design is recorded for Invoice INV-00001.")
    ).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$60.00")
    table = ada.page.get_by_role("table", name="Payments")
    paid = table.get_by_role("row").filter(has_text="Bank transfer, TR 4711")
    expect(paid).to_have_count(1)
    assert steps.count <= 6
    assert desk.of(invoice, "still_to_pay_minor") == 60_00


def test_money_that_looks_recorded_already_is_asked_about(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(40_00, invoice)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("40")
    ada.press("Charge")
    expect(told(ada, "was already recorded as received on", "alert")).to_be_visible()
    ada.press("Record it all the same")

    expect(
        told(ada, "A$40.00 from Marsh Design is recorded for Invoice INV-00001.")
    ).to_be_visible()
    assert till.still(invoice) == 20_00


@rule(84, 86, 89, 93)
def test_a_saved_card_is_charged_a_part_and_refunded_from_the_menu(
    visit: Visitor, site: Site, fresh: World
) -> None:
    shop = counter(site, fresh)
    shop.keeps(GOOD, "Visa •••• 4242")
    invoice = shop.invoice(100_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("60")
    ada.page.get_by_role("button", name="Charge", exact=True).dblclick()
    expect(told(ada, "A$60.00 was charged to")).to_be_visible()
    row = ada.page.get_by_role("row").filter(has_text="4242")
    expect(row).to_have_count(1)

    row.get_by_text("…").click()
    row.get_by_role("button", name="Refund", exact=True).click()
    sheet = ada.page.locator("form").filter(has_text="Amount to refund")
    expect(sheet).to_contain_text("the way it was paid")
    ada.page.get_by_label("Amount to refund").fill("25")
    ada.page.get_by_label("Reason", exact=True).fill("A wrong card")
    sheet.get_by_role("button", name="Refund", exact=True).dblclick()

    expect(told(ada, "A$25.00 is on its way back to")).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$65.00")
    assert shop.of(invoice, "still_to_pay_minor") == 65_00


@rule(61, 62, 63)
def test_pay_from_credit_says_why_not_and_pays_a_part(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    till.settings(apply_credit_to_invoices=False)
    till.pay(50_00)
    invoice = till.invoice(100_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    button = ada.page.get_by_role("button", name="Pay From Credit")
    expect(button).to_be_disabled()
    expect(ada.page.get_by_role("main")).to_contain_text(
        "'Automatically mark Invoices paid' is off"
    )
    link = ada.page.get_by_role("link", name="Open General Accounting Settings")
    expect(link).to_have_attribute("href", "/admin/settings/accounting")

    till.settings(apply_credit_to_invoices=True)
    ada.open(f"/admin/invoices/{invoice}")
    button.click()
    amount = ada.page.get_by_label("Amount from credit")
    expect(amount).to_have_value("A$50.00")
    amount.fill("30")
    ada.page.locator("form").get_by_role("button", name="Pay From Credit").dblclick()

    expect(
        told(ada, "A$30.00 of their credit was used for Invoice INV-00001, so A$70.00 is")
    ).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$70.00")
    assert till.credit() == 20_00


def test_a_pay_link_is_withdrawn_made_anew_and_opened(visit: Visitor, fresh: World) -> None:
    invoice = Desk(fresh).invoice(45_00)
    # The letter that asks for payment brings the first one.
    until_caught_up(fresh.database)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}/take")
    expect(ada.page.get_by_role("link", name="Offline")).to_be_visible()

    ada.press("Withdraw")
    ada.press("Withdraw it")
    expect(told(ada, "The pay link opens nothing any more.")).to_be_visible()
    ada.press("Make a pay link")
    with ada.context.expect_page() as opened:
        ada.page.get_by_role("link", name="Open the payment page").click()

    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("A$45.00")


def test_a_pay_link_says_what_its_holder_sees_once_nothing_is_left_to_pay(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    paid, void = till.invoice(45_00), till.invoice(30_00)
    till.pay(45_00, paid)
    for invoice in (paid, void):
        till.does(lambda work, invoice=invoice: linking.make_pay_link(work, invoice))
    till.does(lambda work: voiding.void_invoice(work, void, reason="It was for somebody else"))
    ada = at(visit, fresh, f"/admin/invoices/{paid}")
    section = ada.page.locator("section").filter(has_text="Pay link")

    expect(section).to_contain_text("and reads that nothing is left to pay.")
    expect(section).not_to_contain_text("pay it")
    ada.open(f"/admin/invoices/{void}")
    expect(section).to_contain_text("and reads that it was withdrawn and nothing is owed.")
    expect(section.get_by_role("button", name="Replace")).to_have_count(0)

    ada.press("Withdraw")
    ada.press("Withdraw it")
    expect(section).to_have_count(0)


@rule(56, 57)
def test_a_payment_is_taken_offline_from_the_list_of_what_is_to_pay(
    visit: Visitor, fresh: World
) -> None:
    desk = Desk(fresh)
    invoice = desk.invoice(45_00)
    ada = at(visit, fresh, "/admin/take-payment")

    ada.page.get_by_role("rowheader").get_by_role("link").click()
    expect(ada.heading()).to_have_text("Take a payment")
    ada.page.get_by_role("link", name="Offline").click()
    ada.page.get_by_label("How it came").select_option("Cash")
    ada.press("Charge")

    expect(ada.page.get_by_role("heading", name="Nothing is left to pay")).to_be_visible()
    assert desk.of(invoice, "still_to_pay_minor") == 0


def test_a_planned_charge_is_announced_on_the_page_and_called_off(
    visit: Visitor, site: Site, fresh: World
) -> None:
    ahead = counter(site, fresh, Ahead)
    ahead.keeps(GOOD)
    invoice = ahead.bills(100_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    planned = ada.page.get_by_text("is charged then by itself")
    expect(planned).to_be_visible()

    ada.press("Call off the planned charge")
    sheet = ada.page.locator("form").filter(has_text="Call the planned charge off?")
    expect(sheet).to_contain_text("A$100.00")
    sheet.get_by_role("button", name="Call off", exact=True).dblclick()

    expect(told(ada, "The planned charge is called off. No money moved.")).to_be_visible()
    expect(planned).to_have_count(0)
    assert [plan.called_off for plan in ahead.plans(invoice)] == [True]
