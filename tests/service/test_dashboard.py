"""The dashboard: cash by month, receivables by age, and the list of customers beside them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from billing_app.kernel.money import Money
from billing_app.reads import invoice_words, payment_words
from billing_app.reads.ages import receivables
from billing_app.reads.balances import balances
from billing_app.reads.collected import collected
from billing_app.reads.dashboard import dashboard
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import invoices
from billing_app.reads.party_lists import listed_customers
from billing_app.reads.payment_lists import payment_list
from billing_app.reads.shown import day
from billing_app.services import enrolling, planning
from billing_app.ui.admin import home_rows
from tests.billing import aud
from tests.purse import Purse
from tests.world import World


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def test_what_came_in_and_what_went_back_is_told_by_the_month(purse: Purse):
    first_of_month = purse.today().replace(day=1)
    long_ago = purse.days(-40)
    purse.pay(70_00, purse.invoice(70_00, on=long_ago), received_on=long_ago)
    purse.pay(40_00, purse.invoice(30_00))
    purse.refund_credit(4_00)
    purse.reverse(purse.pay(9_00, purse.invoice(9_00)))
    purse.give(50_00)
    euros = purse.draft(purse.line(8_00, unit_price=Money(8_00, "EUR")), currency="EUR")
    purse.pay(8_00, purse.issue(euros), amount=Money(8_00, "EUR"))

    home, foreign = purse.does(collected)

    assert (home.currency, foreign.currency) == ("AUD", "EUR")
    assert [month.starts_on for month in home.months][-1] == first_of_month
    assert len(home.months) == 12
    before = [month for month in home.months if month.starts_on == long_ago.replace(day=1)]
    assert [month.came_in.minor for month in before] == [70_00]
    assert (home.months[-1].came_in.minor, home.months[-1].went_back.minor) == (49_00, 13_00)
    assert (home.came_in.minor, home.went_back.minor) == (119_00, 13_00)
    assert foreign.came_in.text == "€8.00"


def test_each_age_counts_exactly_the_invoices_that_its_list_shows(purse: Purse):
    for late in (-3, 0, 1, 30, 31, 60, 61, 90, 91, 400):
        due = purse.days(-late)
        purse.issue(purse.draft(purse.line((late + 4) * 100), due_on=due), on=purse.days(-500))
    of_partner = purse.draft(
        purse.line(5_00), party_id=purse.world.northside, due_on=purse.days(-20)
    )
    purse.issue(of_partner, on=purse.days(-50))

    [found] = purse.does(receivables)

    for age in found.ages:
        wanted = InvoiceFilter(
            standing=Standing.TO_PAY,
            currency="AUD",
            due_since=age.due_since,
            due_until=age.due_until,
        )
        listed = purse.does(lambda work, wanted=wanted: invoices(work, wanted)).rows
        assert len(listed) == age.invoices
        assert sum(row.still_to_pay.minor for row in listed) == age.still_to_pay.minor
    assert [age.invoices for age in found.ages] == [2, 2 + 1, 2, 2, 2]
    assert (found.invoices, found.late_invoices) == (11, 9)
    assert found.owed.minor - found.late.minor == found.ages[0].still_to_pay.minor


def test_what_is_due_in_parts_is_of_as_many_ages_as_its_open_parts(purse: Purse):
    asked = {-100: 10_00, -40: 20_00, -2: 30_00, 25: 40_00}
    parts = [planning.Part(purse.days(on), aud(minor)) for on, minor in asked.items()]
    draft = purse.draft(purse.line(100_00))
    purse.does(lambda work: planning.plan_in_parts(work, draft, parts=parts))
    purse.pay(15_00, purse.issue(draft, on=purse.days(-120)))

    [found] = purse.does(receivables)

    assert [age.still_to_pay.minor for age in found.ages] == [40_00, 30_00, 15_00, 0, 0]
    assert [age.invoices for age in found.ages] == [1, 1, 1, 0, 0]
    assert (found.invoices, found.late_invoices) == (1, 1)
    assert (found.owed.minor, found.late.minor) == (85_00, 45_00)
    for age in found.ages:
        wanted = InvoiceFilter(
            standing=Standing.TO_PAY, due_since=age.due_since, due_until=age.due_until
        )
        listed = purse.does(lambda work, wanted=wanted: invoices(work, wanted)).rows
        assert [row.id for row in listed] == [draft] * age.invoices
        assert {row.due_on for row in listed} <= {day(purse.days(-40))}


def test_the_figures_of_each_tile_lead_to_the_lists_that_come_to_them(purse: Purse):
    long_ago = purse.days(-40)
    purse.pay(70_00, purse.invoice(90_00, on=long_ago), received_on=long_ago)
    purse.pay(40_00, purse.invoice(60_00))
    euros = purse.draft(purse.line(8_00, unit_price=Money(8_00, "EUR")), currency="EUR")
    purse.pay(3_00, purse.issue(euros), amount=Money(3_00, "EUR"))
    purse.issue(purse.draft(purse.line(5_00), due_on=purse.days(-9)), on=purse.days(-20))
    found = purse.does(dashboard)

    def told(figures: list[home_rows.TileFigure]) -> dict[str, list[str]]:
        return {each.text: listed(purse, each.href) for each in figures}

    assert told(home_rows.collected_this_month(found.collected)) == {
        "A$40.00": ["A$40.00"],
        "€3.00": ["€3.00"],
    }
    assert told(home_rows.owed(found.receivables)) == {
        "A$45.00": ["A$5.00", "A$20.00", "A$20.00"],
        "€5.00": ["€5.00"],
    }
    assert told(home_rows.late(found.receivables)) == {"A$25.00": ["A$5.00", "A$20.00"]}


def listed(purse: Purse, href: str) -> list[str]:
    """The amounts in the list at an address: of payments, or still to pay on invoices."""
    address = urlsplit(href)
    said = dict(parse_qsl(address.query))
    if address.path == "/admin/payments":
        asked = payment_words.wanted(said)
        paid = purse.does(lambda work: payment_list(work, asked)).rows
        return [row.amount.text for row in paid]
    assert address.path == "/admin/invoices"
    rows = purse.does(lambda work: invoices(work, invoice_words.wanted(work, said))).rows
    return [row.still_to_pay.text for row in sorted(rows, key=lambda row: row.still_to_pay.minor)]


def test_the_list_of_customers_says_what_their_page_says(purse: Purse):
    marsh, bellweather = purse.world.marsh, purse.world.bellweather
    purse.invoice(30_00)
    purse.give(12_00, customer_id=bellweather)
    purse.give(7_00, "EUR")
    purse.does(lambda work: enrolling.archive_customer(work, bellweather))

    rows = {row.id: row for row in purse.does(listed_customers).rows}

    own = purse.does(lambda work: balances(work, marsh))
    assert rows[marsh].owed == [each.owed.text for each in own if each.owed.minor] == ["A$30.00"]
    assert rows[marsh].credit == ["€7.00"]
    assert (rows[bellweather].owed, rows[bellweather].credit) == ([], ["A$12.00"])
    for shelf, there in (
        ("owing", [marsh]),
        ("archived", [bellweather]),
        ("current", [marsh]),
        ("all", [bellweather, marsh]),
    ):
        listed = purse.does(lambda work, shelf=shelf: listed_customers(work, shelf))
        assert [row.id for row in listed.rows] == there, shelf


def test_a_new_workspace_is_shown_its_first_steps(purse: Purse):
    new = purse.does(dashboard)
    purse.invoice(30_00)

    begun = purse.does(dashboard)

    assert (new.begun, new.steps.has_customer, new.steps.has_invoice) == (False, True, False)
    assert begun.begun
    assert begun.receivables[0].owed.money == aud(30_00)


def test_the_dashboard_is_of_one_workspace_alone(purse: Purse):
    purse.pay(40_00, purse.invoice(50_00))

    next_door = purse.world.otto.does(dashboard)

    assert (next_door.collected, next_door.receivables) == ([], [])
