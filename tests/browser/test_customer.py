"""A customer's page and the dashboard, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from billing_app.reads.letters import letters
from tests.browser import axe
from tests.browser.conftest import Visitor
from tests.browser.invoices import at, figure, told
from tests.browser.visits import Visit
from tests.purse import Purse
from tests.rules import rule
from tests.world import World


@rule(99)
def test_a_balance_is_adjusted_once_and_shown_as_the_books_have_it(
    visit: Visitor, fresh: World
) -> None:
    purse = Purse(fresh)
    purse.turn_on()
    invoice = purse.invoice(30_00)
    ada = at(visit, fresh, f"/admin/customers/{fresh.marsh}")
    expect(figure(ada, "Invoice balance")).to_contain_text("-A$30.00")

    ada.press("Adjust balance")
    ada.page.get_by_label("Amount", exact=True).fill("50")
    form = ada.page.locator("form")
    form.get_by_role("button", name="Adjust balance").click()
    expect(told(ada, "Enter the reason.", "alert")).to_be_visible()
    ada.page.get_by_label("Reason", exact=True).fill("For the delay")
    form.get_by_role("button", name="Adjust balance").dblclick()

    expect(told(ada, "A$50.00 of credit was given. A$20.00 of credit is")).to_be_visible()
    expect(figure(ada, "Credit available")).to_contain_text("A$20.00")
    expect(figure(ada, "Owed on open invoices")).to_contain_text("A$0.00")
    lot = _row(ada, "Credit, lot by lot")
    expect(lot).to_contain_text("For the delay")
    expect(lot.get_by_role("link")).to_have_attribute("href", f"/admin/invoices/{invoice}")
    assert (purse.lots(), purse.differences()) == ([("adjustment", 50_00, 20_00)], [])

    ada.page.get_by_role("button", name=re.compile("^Explain Credit available")).click()
    explained = ada.page.locator("#explained")
    expect(explained).to_be_focused()
    expect(explained).to_contain_text("Together A$20.00")


def test_a_record_that_was_changed_in_another_tab_is_not_overwritten(
    visit: Visitor, fresh: World
) -> None:
    ada, other = visit(fresh.ada.token), visit(fresh.grace.token)
    for each in (ada, other):
        each.open(f"/admin/customers/{fresh.marsh}")
        each.press("Change the record")
    expect(ada.page.get_by_label("Legal name")).to_be_visible()
    assert axe.violations(ada.page) == []
    ada.page.get_by_label("Legal name").fill("Marsh Design Pty Ltd")
    ada.press("Save the record")
    expect(told(ada, "Saved. It holds for what is drafted")).to_be_visible()

    other.page.get_by_label("Address").fill("1 Quay Street")
    other.press("Save the record")

    expect(told(other, "Somebody changed this record", "alert")).to_be_visible()
    expect(other.page.get_by_label("Address")).to_have_value("1 Quay Street")
    other.press("Cancel")
    other.press("Change the record")
    expect(other.page.get_by_label("Legal name")).to_have_value("Marsh Design Pty Ltd")


def test_a_statement_of_chosen_days_is_a_file_and_one_letter(visit: Visitor, fresh: World) -> None:
    purse = Purse(fresh)
    purse.invoice(30_00, on=purse.days(-9))
    ada = at(visit, fresh, f"/admin/customers/{fresh.marsh}")
    first, pdf = ada.page.get_by_label("First day"), ada.page.get_by_role("link", name=_PDF)

    first.fill(purse.days(2).isoformat())
    expect(ada.page.get_by_text("The last day lies before the first one.")).to_be_visible()
    expect(pdf).to_have_count(0)
    first.fill(purse.days(-3).isoformat())

    days = f"since={purse.days(-3)}&until={purse.today()}&currency=AUD"
    expect(pdf).to_have_attribute("href", f"/documents/{fresh.marsh}.pdf?{days}")
    expect(ada.page.get_by_text("Invoice balance before").locator("..")).to_contain_text("-A$30.00")
    ada.page.get_by_role("button", name="Send by e-mail").dblclick()
    expect(told(ada, "The statement is on its way to letters.")).to_be_visible()
    sent = purse.does(letters).rows
    assert [row.kind for row in sent].count("Statement") == 1


def test_the_dashboard_leads_to_what_it_counts(visit: Visitor, fresh: World) -> None:
    purse = Purse(fresh)
    late = purse.issue(purse.draft(purse.line(80_00), due_on=purse.days(-40)), on=purse.days(-50))
    purse.pay(30_00, purse.invoice(50_00))
    ada = visit(fresh.ada.token)
    ada.open("/admin")
    assert axe.violations(ada.page) == []

    expect(figure(ada, "Collected this month")).to_contain_text("A$30.00")
    expect(figure(ada, "Of it late")).to_contain_text("A$80.00")
    expect(ada.page.get_by_text("A$100.00 is owed on 2 invoices.")).to_be_visible()
    ada.page.get_by_text("As a table").click()
    table = ada.page.get_by_role("table", name="Cash collected per month")
    expect(table.get_by_role("row").nth(1)).to_contain_text("A$30.00")
    ada.page.get_by_role("link", name="31 to 60 days late").click()

    expect(ada.heading()).to_have_text("Invoices")
    rows = ada.page.get_by_role("rowheader").get_by_role("link")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("href", f"/admin/invoices/{late}")

    otto = visit(fresh.otto.token)
    otto.open("/admin")
    expect(otto.page.get_by_role("heading", name="First steps")).to_be_visible()
    expect(otto.page.get_by_role("link", name="Write an invoice")).to_be_visible()


_PDF = re.compile("^Download PDF$")


def _row(ada: Visit, table: str) -> Locator:
    """The one row of a table."""
    return ada.page.get_by_role("table", name=table).locator("tbody").get_by_role("row")
