"""Correcting an issued invoice on its page, in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

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

    expect(told(ada, "The credit note is issued.")).to_be_visible()
    assert till.credit() == 10_00
    assert (till.still(invoice), till.differences()) == (0, [])


def test_a_bad_debt_is_written_off_and_an_invoice_is_voided(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    lost, wrong = till.invoice(70_00), till.invoice(30_00)
    ada = at(visit, fresh, f"/admin/invoices/{lost}")

    ada.press("Write off")
    ada.page.get_by_label("Reason", exact=True).fill("They are insolvent")
    ada.page.locator("form").get_by_role("button", name="Write off").click()
    expect(told(ada, "It is written off.")).to_be_visible()
    expect(figure(ada, "Written off")).to_contain_text("A$70.00")

    ada.open(f"/admin/invoices/{wrong}")
    ada.press("Void")
    ada.page.get_by_label("Reason", exact=True).fill("Sent twice")
    ada.press("Void the invoice")
    expect(told(ada, "The invoice is void.")).to_be_visible()
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
    expect(told(ada, "The payment is taken back.")).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$100.00")
    expect(ada.page.get_by_text("…", exact=True)).to_have_count(0)
    assert (till.still(invoice), till.differences()) == (100_00, [])
