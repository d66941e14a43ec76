"""Payments, exceptions and the reconciliation, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from billing_app.gateways.payments import Stage
from billing_app.services import identifying, settling
from tests.attempts import Counter
from tests.billing import aud, drawn
from tests.browser.conftest import Visitor
from tests.browser.counter import GOOD, counter
from tests.browser.invoices import at, figure, told
from tests.servers import Site
from tests.till import Till
from tests.world import World


def test_a_payment_is_found_by_its_reference_and_refunded_on_its_own_page(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    first, second = till.invoice(40_00), till.invoice(30_00)
    paid = till.pay(70_00, first, second, reference="TRF 4711")
    till.pay(12_00)
    ada = at(visit, fresh, "/admin/payments")
    expect(ada.page.locator("tbody tr")).to_have_count(2)

    ada.page.get_by_label("Search payments").fill("4711")
    ada.page.wait_for_url("**?search=4711")
    expect(ada.page.locator("tbody tr")).to_have_count(1)
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    expect(ada.heading()).to_have_text("Payment of A$70.00")
    expect(ada.page.get_by_role("table", name="What it paid").locator("tbody tr")).to_have_count(2)

    ada.page.get_by_text("…").click()
    ada.press("Refund")
    sheet = ada.page.locator("form").filter(has_text="Is it still owed?")
    sheet.get_by_label("Amount to refund").fill("10")
    sheet.get_by_label("Off which invoice").select_option(second)
    sheet.get_by_label("Reason", exact=True).fill("The wrong account")
    sheet.get_by_role("button", name="Refund", exact=True).dblclick()

    expect(told(ada, "A$10.00 is recorded as handed back.")).to_be_visible()
    expect(figure(ada, "Refunded")).to_contain_text("A$10.00")
    posted = ada.page.get_by_role("table", name="What was posted")
    expect(posted.locator("tbody tr")).to_have_count(3)
    assert (till.still(first), till.still(second), till.differences()) == (0, 10_00, [])
    assert ada.page.url.endswith(paid)


def test_what_became_credit_goes_back_out_of_it(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    paid = till.pay(12_00)
    ada = at(visit, fresh, f"/admin/payments/{paid}")

    ada.page.get_by_text("…").click()
    ada.press("Refund")
    sheet = ada.page.locator("form").filter(has_text="Amount to refund")
    sheet.get_by_role("radio", name=re.compile("^It comes out of their unused credit")).check()
    sheet.get_by_label("Amount to refund").fill("5")
    sheet.get_by_label("Reason", exact=True).fill("They asked for it")
    sheet.get_by_role("button", name="Refund", exact=True).dblclick()

    expect(told(ada, "A$5.00 is recorded as handed back.")).to_be_visible()
    expect(figure(ada, "Refunded")).to_contain_text("A$5.00")
    assert (till.credit(), till.differences()) == (7_00, [])


def test_what_was_recorded_by_mistake_is_taken_back_on_its_own_page(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    invoice = till.invoice(40_00)
    ada = at(visit, fresh, f"/admin/payments/{till.pay(40_00, invoice)}")

    ada.page.get_by_text("…").click()
    ada.press("It was recorded by mistake")
    expect(ada.page.get_by_role("table", name="What it would move")).to_have_count(2)
    ada.page.get_by_label("Reason", exact=True).fill("It was for somebody else")
    ada.page.get_by_role("button", name="Take the payment back").dblclick()

    expect(told(ada, "The payment of A$40.00 is taken back.")).to_be_visible()
    assert (till.still(invoice), till.differences()) == (40_00, [])


def test_money_from_nobody_known_is_given_to_whom_it_is_from(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    till.does(
        lambda work: identifying.record_unidentified(
            work, drawn("unr"), amount=aud(50_00), kind="bank_transfer", reference="THANKS"
        )
    )
    invoice = till.invoice(50_00)
    ada = at(visit, fresh, "/admin/exceptions")

    ada.page.get_by_role("button", name="Say whose it is").click()
    ada.page.get_by_label("Search by name").fill("mar")
    ada.page.get_by_role("button", name="Choose Marsh Design").click()
    sheet = ada.page.locator("form").filter(has_text="Give it to them?")
    expect(sheet).to_contain_text("still to pay A$50.00")
    sheet.get_by_role("button", name="Give it to them").dblclick()

    expect(told(ada, "The money is Marsh Design's now")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="All is well")).to_be_visible()
    assert (till.still(invoice), till.differences()) == (0, [])


def test_what_is_unknown_is_asked_about_and_what_does_not_fit_is_marked_as_dealt_with(
    visit: Visitor, fresh: World
) -> None:
    desk = Counter(fresh)
    lost, strange = desk.begin(desk.invoice(20_00)), desk.begin(desk.invoice(30_00))
    desk.acts(
        lambda work: settling.note_trouble(
            work, lost.asked.attempt, "charge", state="unknown", code="", sentence="No answer."
        )
    )
    desk.settle(strange, Stage.SUCCEEDED, amount=aud(31_00))
    ada = at(visit, fresh, "/admin/exceptions")

    ada.page.get_by_role("button", name="Look again").dblclick()
    expect(told(ada, "this is known now. It is off the list.")).to_be_visible()
    assert desk.state(lost) == "canceled"

    ada.page.get_by_role("link", name=re.compile("What was heard of a payment")).click()
    expect(ada.heading()).to_have_text("Attempt of A$30.00")
    expect(ada.page.get_by_role("table", name="Every message that arrived")).to_contain_text(
        "Put aside"
    )
    ada.page.go_back()
    ada.page.get_by_role("button", name="Mark dealt with").click()
    ada.page.get_by_label("What was done").fill("Refunded at the provider")
    ada.page.get_by_role("button", name="Mark it as dealt with").dblclick()

    expect(told(ada, "It is noted as dealt with. No money moved.")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="All is well")).to_be_visible()


def test_both_sides_are_compared_and_the_result_survives_a_reload(
    visit: Visitor, site: Site, fresh: World
) -> None:
    shop = counter(site, fresh)
    shop.keeps(GOOD)
    shop.charge(shop.invoice(25_00))
    shop.stripes.v1.payment_intents.create(
        {
            "amount": 30_00,
            "currency": "aud",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": "http://shop.example/back",
            "metadata": {"organization": fresh.harbour},
        }
    )
    ada = at(visit, fresh, "/admin/reconciliation")

    ada.press("Compare both sides")
    wrong = ada.page.get_by_role("table", name="What does not match")
    expect(wrong).to_contain_text("Only at the gateway")
    expect(wrong).to_contain_text("Only here")
    ada.page.reload()

    expect(wrong).to_contain_text("A$30.00")
    expect(figure(ada, "Matched")).to_contain_text("1")
    expect(wrong.get_by_role("link", name="Record it as External")).to_be_visible()
