"""A customer's page: credit with its pedigree, the record, and who agreed to what."""

from __future__ import annotations

from typing import Any

import pytest

from billing_app.reads.customer_details import details, ways
from billing_app.reads.customer_page import days_of_statement, papers, standing
from billing_app.reads.explaining import Balance, explain_customer, explain_lot
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import invoices
from billing_app.reads.pedigrees import pedigrees
from billing_app.services import enrolling
from billing_app.services.enrolling import ChangedMeanwhile
from tests.billing import refused
from tests.purse import Purse
from tests.world import World


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def changing(purse: Purse, **more: Any):
    """The form over a customer's record, as it was opened just now."""
    found = purse.does(lambda work: details(work, purse.world.marsh))
    names = ("name", "email", "due_days", "legal_name", "address", "tax_id", "currency", "locale")
    said: dict[str, Any] = {name: getattr(found, name) for name in names}
    said |= {"autopay": found.autopay, "edition": found.edition} | more
    return lambda work: enrolling.change_customer(work, purse.world.marsh, **said)


def test_credit_says_where_it_came_from_and_what_it_paid(purse: Purse):
    purse.turn_on()
    paid = purse.pay(50_00, purse.invoice(30_00), reference="T-1")
    request = purse.request(8_00)
    purse.pay(8_00, request)
    used = purse.invoice(12_00)
    purse.refund_credit(3_00)
    purse.take_off(1_00)
    purse.give(2_00)

    rows = purse.does(lambda work: pedigrees(work, purse.world.marsh)).rows

    adjusted, asked, overpaid = rows
    assert [(row.lot.origin, row.lot.left.minor) for row in rows] == [
        ("Adjustment", 2_00),
        ("Credit Request paid", 8_00),
        ("Overpayment", 4_00),
    ]
    assert [each.page_id for each in overpaid.sources] == [paid]
    assert overpaid.sources[0].words.startswith("Bank transfer, T-1, ")
    assert [(use.on.page_id, use.amount.minor) for use in overpaid.uses] == [
        (used, 12_00),
        ("", 4_00),
    ]
    assert overpaid.uses[1].on.words == "Refunds and Balance Corrections"
    assert asked.sources[0].page_id == request
    assert (adjusted.sources, adjusted.uses, adjusted.lot.reason) == ([], [], "For the delay")


def test_each_of_the_three_figures_is_explained_to_the_cent(purse: Purse):
    purse.pay(50_00, purse.invoice(30_00))
    purse.invoice(45_00)
    marsh = purse.world.marsh

    [own] = purse.does(lambda work: standing(work, marsh)).balances

    for balance, figure in (
        (Balance.CREDIT, own.credit_available),
        (Balance.OWED, own.owed),
        (Balance.INVOICE, own.invoice_balance),
    ):
        found = purse.does(
            lambda work, balance=balance: explain_customer(
                work, marsh, currency="AUD", balance=balance
            )
        )
        assert found.sum == figure, balance
        assert found.figure == f"{balance} of Marsh Design"
    [lot] = purse.does(lambda work: pedigrees(work, marsh)).rows
    assert purse.does(lambda work: explain_lot(work, lot.lot.id)).sum == own.credit_available


def test_the_first_documents_lead_on_to_the_next_ones(purse: Purse):
    issued = [purse.invoice(1_00 * each) for each in range(1, 8)]
    marsh = purse.world.marsh

    first = purse.does(lambda work: papers(work, marsh)).invoices

    wanted = InvoiceFilter(party_id=marsh)
    rest = purse.does(lambda work: invoices(work, wanted, after=first.after)).rows
    assert [row.id for row in (*first.rows, *rest)] == issued[::-1]
    assert len(first.rows) == 5


def test_a_record_that_somebody_changed_meanwhile_is_not_overwritten(purse: Purse):
    overtaken = changing(purse, legal_name="Marsh Design Pty Ltd")
    first = changing(purse, address="1 Quay Street")

    purse.does(first)
    purse.does(first)
    why = refused(purse, ChangedMeanwhile, overtaken)

    now = purse.does(lambda work: details(work, purse.world.marsh))
    assert "Nothing of yours was saved" in why
    assert (now.address, now.legal_name) == ("1 Quay Street", "")
    purse.does(changing(purse, legal_name="Marsh Design Pty Ltd"))
    now = purse.does(lambda work: details(work, purse.world.marsh))
    assert (now.address, now.legal_name) == ("1 Quay Street", "Marsh Design Pty Ltd")


def test_it_is_known_who_said_last_whether_somebody_is_charged_automatically(purse: Purse):
    marsh = purse.world.marsh
    never = purse.does(lambda work: ways(work, marsh))
    purse.does(changing(purse, autopay=True))
    purse.world.grace.does(changing(purse, address="1 Quay Street"))

    found = purse.does(lambda work: ways(work, marsh))

    assert (never.autopay, never.told_by) == (False, "")
    assert (found.autopay, found.told_by) == (True, "Ada")
    assert found.told_on


def test_a_statement_begins_where_its_file_begins(purse: Purse):
    purse.invoice(30_00)
    now = purse.today()

    found = purse.does(lambda work: days_of_statement(work, purse.world.marsh))

    assert (found.since, found.until) == (now.replace(year=now.year - 1, day=1), now)
    assert (found.opening.minor, found.closing.minor) == (0, -30_00)
