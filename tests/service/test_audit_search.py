"""The audit log is searched by who, by what, about which thing, and on which days."""

from __future__ import annotations

import pytest

from billing_app.kernel.errors import Invalid
from billing_app.reads import activity
from billing_app.reads.activity import ActPage
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def acts(till: Till, after: str = "", **words: str) -> ActPage:
    return till.does(lambda work: activity.acts(work, words, after=after))


def deeds(till: Till, **words: str) -> list[str]:
    return [row.deed for row in acts(till, **words).rows]


def test_an_invoice_is_looked_for_by_its_number_and_comes_with_what_was_done_around_it(till: Till):
    invoice = till.invoice(100_00)
    till.pay(30_00, invoice)
    till.note(invoice, 10_00)
    till.pay(5_00, till.invoice(5_00))
    number = till.of(invoice, "number")

    found = acts(till, search=number.lower()).rows

    assert [row.deed for row in found] == [
        "issued a credit note",
        "recorded a payment",
        "issued an invoice",
        "drafted an invoice",
    ]
    assert deeds(till, search=invoice) == [row.deed for row in found]
    assert found[-1].href == f"/admin/invoices/{invoice}"
    assert found[-1].about == f"Invoice {number}, Marsh Design"
    assert deeds(till, search="INV-99999") == []


def test_a_customer_is_looked_for_by_name_and_comes_with_their_documents(till: Till):
    till.invoice(10_00)
    till.invoice(20_00, party_id=till.world.bellweather)

    assert deeds(till, search="marsh") == [
        "issued an invoice",
        "drafted an invoice",
        "added a customer",
    ]
    assert deeds(till, search="nobody by that name") == []


def test_acts_are_narrowed_by_who_did_them_by_kind_and_by_day(till: Till):
    world = till.world
    other = Till(world, by=world.grace)
    other.draft(other.line(10_00))
    till.settings(small_balance_minor=5)
    today = till.today().isoformat()
    names = {doer.name: doer.id for doer in till.does(activity.doers)}

    assert deeds(till, who=names["Grace"]) == ["drafted an invoice"]
    assert deeds(till, who=names["Ada"], kind="settings") == [
        "changed 'General Accounting Settings'"
    ]
    assert deeds(till, kind="settings", since=today, until=today) == deeds(till, kind="settings")
    assert deeds(till, until=till.days(-1).isoformat()) == []
    assert deeds(till, who="mem_somebody") == []
    with pytest.raises(Invalid):
        deeds(till, since="yesterday")


def test_the_log_is_read_in_pages_that_leave_nothing_out(till: Till):
    for number in range(51):
        till.world.add_customer(till.world.ada, f"Pupil {number:02}")
    first = acts(till, kind="parties")

    second = acts(till, first.after, kind="parties")

    assert (len(first.rows), second.after) == (50, "")
    abouts = [row.about for row in (*first.rows, *second.rows)]
    assert [each for each in abouts if each.startswith("Pupil")] == [
        f"Pupil {number:02}" for number in reversed(range(51))
    ]


def test_the_log_of_the_business_next_door_is_its_own(till: Till):
    foreign = Till(till.world, by=till.world.otto)
    assert till.world.brandt

    assert deeds(foreign, search="Marsh") == []
    assert {row.who for row in acts(foreign).rows} == {"Otto"}


def test_what_only_looks_like_an_id_is_not_there(till: Till):
    assert acts(till, search="inv_" + "i" * 26).rows == []
