"""Correcting an issued invoice on its page, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.attack.contents import until_caught_up
from tests.browser.conftest import Visitor
from tests.browser.invoices import at, figure, told
from tests.till import Till
from tests.world import World


def test_a_credit_note_on_a_paid_invoice_is_split_three_ways(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(100_00, invoice)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Credit note")
    ada.page.get_by_label("Amount of the credit note").fill("60")
    ada.press("Issue the credit note")
    expect(told(ada, "was paid already and has to go to credit", "alert")).to_be_visible()
    ada.page.get_by_label("To the customer's credit").fill("10")
    ada.page.get_by_label("Refunded by you, by hand").fill("20")
    ada.page.get_by_label("Refunded of").select_option(index=1)
    ada.page.get_by_label("Handed back outside of Quittance").fill("30")
    ada.page.get_by_role("button", name="Issue the credit note").dblclick()

    expect(told(ada, "Credit note CN-00001 over A$60.00 is issued.")).to_be_visible()
    assert till.credit() == 10_00
    assert (till.still(invoice), till.differences()) == (0, [])


def test_a_bad_debt_is_written_off_and_an_invoice_is_voided(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    lost, wrong = till.invoice(70_00), till.invoice(30_00)
    ada = at(visit, fresh, f"/admin/invoices/{lost}")

    ada.press("Write off")
    ada.page.get_by_label("Reason", exact=True).fill("They are insolvent")
    ada.page.locator("form").get_by_role("button", name="Write off").click()
    expect(told(ada, "A$70.00 is written off on Invoice INV-00001.")).to_be_visible()
    expect(figure(ada, "Written off")).to_contain_text("A$70.00")

    ada.open(f"/admin/invoices/{wrong}")
    ada.press("Void")
    ada.page.get_by_label("Reason", exact=True).fill("Sent twice")
    ada.press("Void the invoice")
    expect(told(ada, "Invoice INV-00002 is void.")).to_be_visible()
    assert till.of(wrong, "state") == "void"


def test_what_was_recorded_by_mistake_is_previewed_and_taken_back(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    till.pay(40_00, invoice)
    posted = till.postings()
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")

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
    expect(told(ada, "The payment of A$40.00 is taken back.")).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$100.00")
    expect(ada.page.get_by_text("…", exact=True)).to_have_count(0)
    assert (till.still(invoice), till.differences()) == (100_00, [])


def test_only_what_can_go_back_is_offered_with_how_much(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(100_00)
    gone, kept = till.pay(40_00, invoice), till.pay(60_00, invoice)
    till.forgive(gone, invoice, 40_00)
    till.forgive(kept, invoice, 15_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")

    ada.press("Credit note")
    choices = ada.page.get_by_label("Refunded of").locator("option")
    expect(choices).to_have_count(2)
    expect(choices.nth(1)).to_contain_text("up to A$45.00")
    sheet = ada.page.locator("form").filter(has_text="Can still be credited")
    expect(sheet).to_contain_text("A$45.00")
    table = ada.page.get_by_role("table", name="Payments")
    for row, offers in (("A$40.00", 0), ("A$60.00", 1)):
        line = table.get_by_role("row").filter(has_text=row)
        line.get_by_text("…").click()
        expect(line.get_by_role("button", name="Recorded by mistake")).to_be_visible()
        expect(line.get_by_role("button", name="Refund", exact=True)).to_have_count(offers)

    table.get_by_role("button", name="Refund", exact=True).click()
    refund = ada.page.locator("form").filter(has_text="Is it still owed?")
    refund.get_by_role("radio", name=re.compile("^It is owed no more")).check()
    refund.get_by_label("Reason", exact=True).fill("They were ill")
    refund.get_by_role("button", name="Refund", exact=True).click()
    done = told(ada, "A$45.00 is recorded as handed back.")
    expect(done).to_contain_text("Credit note CN-00003 is issued.")
    assert till.differences() == []


def test_a_remedy_that_would_be_refused_says_why_and_has_no_button(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    invoice = till.invoice(40_00)
    till.forgive(till.pay(40_00, invoice), invoice, 40_00)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    void = ada.page.get_by_role("button", name="Void", exact=True)
    expect(void).to_be_disabled()
    expect(void).to_have_accessible_description("It cannot be voided while a payment is on it.")
    expect(ada.page.get_by_role("button", name="Credit note")).to_have_count(0)

    ada.page.get_by_text("…").click()
    ada.press("Recorded by mistake")

    sheet = ada.page.locator("section").filter(has_text="What happened?")
    for why in ("Part of this payment was refunded", "Nothing of it can go back at the moment."):
        expect(sheet).to_contain_text(why)
    for button in ("Take the payment back", "Refund it", "Write a credit note"):
        expect(sheet.get_by_role("button", name=button)).to_have_count(0)


def test_what_the_last_act_came_to_is_not_told_beside_a_new_refusal(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    invoice = till.invoice(40_00)
    until_caught_up(fresh.database)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    ada.press("Write off")
    ada.page.get_by_label("Amount to give up").fill("10")
    reason = ada.page.get_by_label("Reason", exact=True)
    reason.fill("They are short of it")
    ada.page.locator("form").get_by_role("button", name="Write off").click()
    written_off = told(ada, "A$10.00 is written off on Invoice INV-00001.")
    expect(written_off).to_be_visible()

    ada.press("Withdraw")
    ada.press("Withdraw it")
    withdrawn = told(ada, "The pay link opens nothing any more.")
    expect(withdrawn).to_be_visible()
    expect(written_off).to_have_count(0)

    ada.press("Credit note")
    expect(withdrawn).to_have_count(0)
    ada.press("Make a pay link")
    made = told(ada, "The pay link is ready.")
    expect(made).to_be_visible()
    ada.press("Issue the credit note")
    expect(told(ada, "Enter the amount in AUD.", "alert")).to_be_visible()
    expect(made).to_have_count(0)
