"""Billing > Credit Requests: written, raised, asked for, paid and voided, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from billing_app.services import requesting
from tests.attack.contents import until_caught_up
from tests.billing import aud, drawn
from tests.browser.conftest import Visitor
from tests.browser.counter import GOOD, counter
from tests.browser.invoices import at, figure, told
from tests.browser.visits import Visit, wait_until_live
from tests.charging import Ahead
from tests.purse import Purse
from tests.rules import rule
from tests.servers import Site
from tests.till import Till
from tests.world import World


def test_a_request_is_written_raised_in_silence_and_then_sent_once(
    visit: Visitor, fresh: World
) -> None:
    ada = at(visit, fresh, "/admin/requests")
    ada.page.get_by_role("link", name="New Credit Request").click()
    ada.page.get_by_role("link", name="Ask Marsh Design").click()
    amount = ada.page.get_by_label("Amount to ask for")
    amount.fill("a lot")
    ada.page.get_by_label("What it is for").fill("Deposit for May")
    ada.press("Keep as a draft")
    expect(amount).to_have_accessible_description(re.compile("^Error: We cannot read the amount"))
    amount.fill("500")
    ada.page.get_by_role("button", name="Keep as a draft").dblclick()
    expect(ada.heading()).to_have_text("Credit Request, a draft")

    ada.press("Edit")
    expect(amount).to_have_value("500.00")
    amount.fill("450")
    ada.press("Save the draft")
    expect(told(ada, "The draft is saved.")).to_be_visible()

    ada.press("Raise")
    sheet = _sheet(ada, "Raise this Credit Request?")
    for words in ("Marsh Design", "A$450.00", "becomes credit of Marsh Design"):
        expect(sheet).to_contain_text(words)
    sheet.get_by_role("radio", name=re.compile("^Send nothing yet")).check()
    sheet.get_by_role("button", name="Raise", exact=True).dblclick()
    expect(ada.heading()).to_have_text("Credit Request CR-00001")
    expect(ada.page.get_by_text("No letter was written about it yet.")).to_be_visible()

    ada.press("Send by e-mail")
    expect(ada.page.get_by_role("group", name="The letter goes to")).to_contain_text(
        "asks for A$450.00. No letter has asked for it yet. Send it?"
    )
    ada.page.get_by_role("button", name="Send it").dblclick()
    expect(told(ada, "The request for payment is on its way to")).to_be_visible()
    expect(ada.page.get_by_label("Address")).to_have_value(re.compile("/pay/"))
    letters = ada.page.get_by_role("table", name="Letters").get_by_role("rowheader")
    expect(letters).to_have_text(["Payment asked for"])
    until_caught_up(fresh.database)
    ada.press("Send by e-mail")
    again = ada.page.get_by_role("group", name="The letter goes to")
    expect(again).to_contain_text("The last one (Payment asked for) was sent")
    expect(again).to_contain_text(f"to {fresh.email('letters')}. Send it?")
    ada.open("/admin/requests")
    expect(ada.page.get_by_role("rowheader")).to_have_count(1)


@rule(70)
def test_what_is_paid_on_it_is_credit_and_stays_so_when_it_is_voided(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    request = till.request(100_00)
    ada = at(visit, fresh, f"/admin/requests/{request}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("40")
    _sheet(ada, "Create a payment").get_by_role("button", name="Charge", exact=True).dblclick()
    expect(
        told(ada, "A$40.00 from Marsh Design is recorded for Credit Request CR-00001.")
    ).to_be_visible()
    expect(figure(ada, "Still to pay")).to_contain_text("A$60.00")
    brought = ada.page.get_by_role("table", name="The credit it brought")
    expect(brought.get_by_role("row").filter(has_text="A$40.00")).to_have_count(1)
    ada.press("Explain Paid")
    expect(ada.page.locator("#explained")).to_contain_text("Of A$100.00, A$40.00 was paid")

    ada.press("Void")
    sheet = _sheet(ada, "Void this Credit Request?")
    expect(sheet).to_contain_text("What was paid on it stays credit of Marsh Design.")
    void = sheet.get_by_role("button", name="Void", exact=True)
    void.click()
    expect(sheet.get_by_role("alert")).to_contain_text("Enter the reason.")
    sheet.get_by_label("Reason").fill("The term was called off")
    void.dblclick()

    expect(told(ada, "Credit Request CR-00001 is void.")).to_be_visible()
    main = ada.page.get_by_role("main")
    expect(main).to_contain_text("The term was called off")
    expect(main).not_to_contain_text("pay it until")
    for name in ("Make a pay link", "Replace"):
        expect(ada.page.get_by_role("button", name=name)).to_have_count(0)
    assert (till.asked(request), till.credit()) == (0, 40_00)


def test_what_is_paid_on_a_request_settles_the_next_invoice_by_itself(
    visit: Visitor, fresh: World
) -> None:
    purse = Purse(fresh)
    purse.turn_on()
    request = purse.request(100_00)
    ada = at(visit, fresh, f"/admin/requests/{request}")

    ada.press("Create a payment")
    ada.page.get_by_label("Amount to charge").fill("100")
    _sheet(ada, "Create a payment").get_by_role("button", name="Charge", exact=True).click()
    expect(told(ada, "A$100.00 from Marsh Design is recorded for Credit")).to_be_visible()
    draft = purse.draft(purse.line(60_00))
    ada.open(f"/admin/drafts/{draft}")
    ada.press("Issue")
    question = ada.page.locator("section").filter(has_text="Issue this invoice?")
    expect(question).to_contain_text("A$60.00 of their credit pays it first.")
    question.get_by_role("button", name="Issue", exact=True).click()

    said = told(ada, "Invoice INV-00001 is issued. A$60.00 of their credit was used for it.")
    expect(said).to_contain_text("Nothing is left to pay, so no letter asks for it.")
    expect(figure(ada, "Still to pay")).to_contain_text("A$0.00")
    assert (purse.of(draft, "still_to_pay_minor"), purse.credit()) == (0, 40_00)


def test_what_is_charged_by_itself_is_said_before_it_is_raised(
    visit: Visitor, site: Site, fresh: World
) -> None:
    ahead = counter(site, fresh, Ahead)
    ahead.keeps(GOOD)
    draft = drawn("crq")
    ahead.does(
        lambda work: requesting.draft_request(
            work, draft, customer_id=fresh.marsh, amount=aud(80_00)
        )
    )
    ada = at(visit, fresh, f"/admin/requests/{draft}")

    ada.press("Raise")
    sheet = _sheet(ada, "Raise this Credit Request?")
    expect(sheet.get_by_role("radio", name=re.compile("^Charge what they saved"))).to_be_checked()
    sheet.get_by_role("button", name="Raise", exact=True).click()
    expect(
        told(ada, "Credit Request CR-00001 over A$80.00 is raised. No money moved.")
    ).to_be_visible()
    until_caught_up(fresh.database)

    ada.open(f"/admin/requests/{draft}")
    expect(ada.page.get_by_text("is charged then by itself")).to_be_visible()
    assert len(ahead.plans(draft)) == 1


def test_requests_are_found_by_their_address_and_taken_along_as_a_file(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    till.pay(50_00, till.request(50_00))
    till.request(129_90)
    ada = at(visit, fresh, "/admin")
    ada.page.get_by_role("link", name="Credit Requests").click()
    rows = ada.page.get_by_role("rowheader")
    expect(rows).to_have_count(2)

    ada.page.keyboard.press("/")
    ada.page.keyboard.type("129.90")
    expect(rows).to_have_count(1)
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    expect(ada.heading()).to_have_text("Credit Request CR-00002")

    ada.page.go_back()
    wait_until_live(ada.page)
    expect(rows).to_have_count(1)
    ada.open("/admin/requests?standing=paid&currency=aud")
    expect(rows).to_have_text(["CR-00001"])
    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="Download CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert ("CR-00001" in text, "CR-00002" in text) == (True, False)
    ada.open("/admin/requests?standing=void")
    expect(ada.page.get_by_role("heading", name="No Credit Requests here")).to_be_visible()


def test_an_invoice_is_asked_for_by_e_mail_from_its_page(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    invoice = till.invoice(45_00)
    until_caught_up(fresh.database)
    ada = at(visit, fresh, f"/admin/invoices/{invoice}")
    letters = ada.page.get_by_role("table", name="Letters").get_by_role("rowheader")
    expect(letters).to_have_text(["Payment asked for"])

    ada.press("Send by e-mail")
    ada.page.get_by_role("button", name="Send it").dblclick()

    expect(told(ada, "The request for payment is on its way to")).to_be_visible()
    expect(letters).to_have_text(["Payment asked for", "Payment asked for"])


def _sheet(ada: Visit, title: str) -> Locator:
    return ada.page.locator("form").filter(has_text=title)
