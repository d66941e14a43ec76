"""Lists of documents: shelves, search, pages, statuses, and what a customer sees of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.reads import (
    admin,
    balances,
    credits,
    invoice_search,
    invoice_view,
    invoice_words,
    invoices,
    own_documents,
    payments,
)
from billing_app.reads.invoice_queries import Order, Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.services import invoicing, planning, voiding
from tests.billing import aud
from tests.plans import listening
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def listed(till: Till, after: str = "", **wanted: Any) -> list[invoices.InvoiceRow]:
    return till.does(
        lambda work: invoices.invoices(work, InvoiceFilter(**wanted), after=after).rows
    )


def ids(rows: list[Any]) -> list[str]:
    return [row.id for row in rows]


def row(till: Till, invoice_id: str) -> invoices.InvoiceRow:
    return till.does(lambda work: invoice_view.invoice(work, invoice_id)).row


def test_a_new_invoice_is_unpaid_and_says_who_owes_what(till: Till):
    invoice = till.invoice(100_00, 10_00)

    [found] = listed(till)

    assert found.id == invoice
    assert (found.party, found.status, found.flags) == ("Marsh Design", "Unpaid", [])
    assert (found.total.text, found.still_to_pay.text) == ("A$110.00", "A$110.00")
    assert found.number == "INV-00001"


def test_statuses_follow_what_happened_to_each_invoice(till: Till):
    till.settings(small_balance_minor=5)
    unpaid, part_paid, paid, credited, lost, small, void, draft = (
        *(till.invoice(100_00) for _ in range(7)),
        till.draft(till.line(100_00)),
    )
    till.pay(40_00, part_paid)
    till.pay(100_00, paid)
    till.note(credited, 100_00)
    till.lose(lost)
    till.pay(99_97, small)
    till.let_go(small)
    till.does(lambda work: voiding.void_invoice(work, void, reason="Sent twice"))

    found = {each.id: each.status for each in listed(till)}

    assert found == {
        unpaid: "Unpaid",
        part_paid: "Partially paid",
        paid: "Paid",
        credited: "Credited",
        lost: "Written off",
        small: "Paid",
        void: "Void",
        draft: "Draft",
    }


def test_a_refund_that_is_owed_again_reopens_the_invoice(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)

    till.refund(payment, 30_00)

    assert (row(till, invoice).status, row(till, invoice).flags) == (
        "Partially paid",
        ["Partially refunded"],
    )


def test_what_was_taken_back_or_refunded_counts_as_paid_no_longer(till: Till):
    refunded, mistaken = till.invoice(100_00), till.invoice(60_00)
    till.refund(till.pay(100_00, refunded), 100_00)
    till.reverse(till.pay(60_00, mistaken))

    assert (row(till, refunded).status, row(till, refunded).flags) == ("Unpaid", ["Refunded"])
    assert (row(till, mistaken).status, row(till, mistaken).flags) == ("Unpaid", [])
    seen = till.does(lambda work: invoice_view.invoice(work, refunded))
    assert (seen.paid.minor, [each.amount.minor for each in seen.payments]) == (
        0,
        [100_00, -100_00],
    )


def test_a_refund_of_what_is_owed_no_more_leaves_it_paid(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)

    till.forgive(payment, invoice, 100_00)

    assert (row(till, invoice).status, row(till, invoice).flags) == ("Paid", ["Refunded"])


def test_each_shelf_holds_what_its_name_says(till: Till):
    draft = till.draft(till.line(100_00))
    to_pay, settled, void = (till.invoice(100_00) for _ in range(3))
    late = till.draft(till.line(50_00), due_on=till.days(-1))
    till.issue(late, on=till.days(-10))
    till.pay(100_00, settled)
    till.does(lambda work: voiding.void_invoice(work, void, reason="Sent twice"))

    shelves = {shelf: ids(listed(till, standing=shelf)) for shelf in Standing}

    assert shelves == {
        Standing.ALL: [late, void, settled, to_pay, draft],
        Standing.DRAFT: [draft],
        Standing.TO_PAY: [late, to_pay],
        Standing.OVERDUE: [late],
        Standing.SETTLED: [settled],
        Standing.VOID: [void],
    }
    assert row(till, late).flags == ["Overdue"]


def test_a_late_part_of_a_plan_is_overdue_until_it_is_covered(till: Till):
    draft = till.draft(till.line(90_00))
    till.does(
        lambda work: planning.plan_in_parts(
            work,
            draft,
            parts=[
                planning.Part(till.days(-5), aud(30_00)),
                planning.Part(till.days(25), aud(60_00)),
            ],
        )
    )
    till.issue(draft, on=till.days(-9))
    assert ids(listed(till, standing=Standing.OVERDUE)) == [draft]
    assert row(till, draft).flags == ["Overdue"]

    till.pay(30_00, draft)

    assert listed(till, standing=Standing.OVERDUE) == []
    seen = till.does(lambda work: invoice_view.invoice(work, draft))
    assert [(part.amount.minor, part.still_to_pay.minor, part.status) for part in seen.parts] == [
        (30_00, 0, "Paid"),
        (60_00, 60_00, "Unpaid"),
    ]


def test_an_invoice_is_found_by_how_its_number_or_its_customers_name_begins(till: Till):
    marsh = till.invoice(100_00)
    bell = till.invoice(100_00, party_id=till.world.bellweather)

    assert ids(listed(till, search="inv-0000")) == [bell, marsh]
    assert ids(listed(till, search="INV-00002")) == [bell]
    assert ids(listed(till, search="2")) == ids(listed(till, search="00002")) == [bell]
    assert ids(listed(till, search="  BELLW")) == [bell]
    assert ids(listed(till, search="mar")) == [marsh]
    assert listed(till, search="design") == []
    assert listed(till, search="%") == []
    assert listed(till, search="\U0010ffff" * 500) == []


@pytest.mark.parametrize("hidden", ["\x00", "\ud800", "\u202e"])
def test_what_cannot_be_seen_is_not_searched_for(till: Till, hidden: str):
    invoice = till.invoice(100_00)
    typed = f"ma{hidden}rsh"

    assert ids(listed(till, search=typed)) == [invoice]
    assert till.does(lambda work: payments.payments(work, search=typed)).rows == []
    assert till.does(lambda work: credits.credit_requests(work, search=typed)).rows == []
    [found] = till.does(lambda work: admin.customers(work, search=typed)).rows
    assert found.id == till.world.marsh


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "AUDX"])
def test_a_list_is_narrowed_by_nothing_that_is_not_there(till: Till, odd: str):
    with pytest.raises(Invalid):
        listed(till, currency=odd)
    with pytest.raises(Invalid):
        till.does(lambda work: credits.credit_requests(work, state=odd))


def test_filters_narrow_by_party_currency_and_day_of_issue(till: Till):
    old = till.invoice(100_00, on=till.days(-30))
    bell = till.invoice(100_00, party_id=till.world.bellweather)

    assert ids(listed(till, party_id=till.world.bellweather)) == [bell]
    assert ids(listed(till, issued_until=till.days(-1))) == [old]
    assert ids(listed(till, issued_since=till.days(-1))) == [bell]
    assert listed(till, currency="EUR") == []
    assert ids(listed(till, currency="AUD", party_id=till.world.marsh)) == [old]


@pytest.mark.parametrize("standing", [Standing.ALL, Standing.TO_PAY])
def test_pages_follow_each_other_without_gap_or_repeat(
    till: Till, standing: Standing, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(invoices, "cut", lambda rows: (rows[:2], rows[1] if rows[2:] else None))
    made = [till.invoice(minor) for minor in (10_00, 20_00, 30_00, 40_00, 50_00)]
    pages, after = [], ""
    while len(pages) < 9:
        page = till.does(
            lambda work, after=after: invoices.invoices(
                work, InvoiceFilter(standing=standing), after=after
            )
        )
        pages.append(ids(page.rows))
        after = page.after
        if not after:
            break

    assert [len(page) for page in pages] == [2, 2, 1]
    expected = made if standing is Standing.TO_PAY else made[::-1]
    assert [each for page in pages for each in page] == expected


@pytest.mark.parametrize("bounds", ["least_minor", "most_minor", "issued_since", "issued_until"])
def test_a_range_in_which_many_lie_is_walked_through_in_the_order_of_the_list(
    till: Till, bounds: str, monkeypatch: pytest.MonkeyPatch
):
    """SQLite would find all of them by the index of the range, to have them put in order."""
    monkeypatch.setattr(invoice_search, "MANY", 2)
    low, _, high = (till.invoice(minor, on=till.days(-minor)) for minor in (10, 20, 30))
    value = 20 if bounds.endswith("minor") else till.days(-20)

    def asked(**wanted: Any) -> tuple[list[str], str]:
        with listening(till.world.database) as sent:
            found = ids(listed(till, **wanted))
        return found, sent[-1][0]

    found, many = asked(**{bounds: value})
    rare, one = asked(least_minor=30, most_minor=30)
    _, by_amount = asked(least_minor=20, order=Order.LARGEST)

    assert (low in found, high in found, len(found)) == (
        bounds in ("most_minor", "issued_since"),
        bounds in ("least_minor", "issued_until"),
        2,
    )
    assert rare == [high]
    assert ["coalesce(invoice." in each for each in (many, one, by_amount)] == [True, False, False]


@pytest.mark.parametrize("order", Order)
def test_a_strangers_invoice_is_not_found_in_any_list_or_page(till: Till, order: Order):
    invoice = till.invoice(100_00)
    otto = Till(till.world, till.world.otto)
    otto.invoice(100_00, party_id=till.world.brandt)

    assert len(listed(otto)) == 1
    with pytest.raises(NotFound):
        otto.does(lambda work: invoice_view.invoice(work, invoice))
    with pytest.raises(NotFound):
        listed(otto, after=invoice, order=order)
    with pytest.raises(NotFound):
        listed(otto, after=invoice, order=order, search="Brandt")
    assert listed(otto, party_id=till.world.marsh) == []


def test_an_invoice_shows_all_that_was_paid_lowered_and_given_up(till: Till):
    invoice = till.invoice(100_00, 20_00)
    till.pay(40_00, invoice, reference="BSB 062")
    till.note(invoice, 30_00)
    till.lose(invoice, 10_00)

    seen = till.does(lambda work: invoice_view.invoice(work, invoice))

    assert [each.what for each in seen.payments] == ["Bank transfer, BSB 062"]
    assert [(each.number, each.amount.minor) for each in seen.credit_notes] == [("CN-00001", 30_00)]
    assert [(each.what, each.amount.minor) for each in seen.write_offs] == [("Bad debt", 10_00)]
    sums = (seen.paid, seen.credited, seen.written_off, seen.row.still_to_pay)
    assert [each.minor for each in sums] == [40_00, 30_00, 10_00, 40_00]
    assert [line.gross.minor for line in seen.lines] == [100_00, 20_00]


def test_g14_a_payment_names_the_invoice_it_paid_and_what_became_credit(till: Till):
    invoice = till.invoice(250_00)
    payment = till.pay(300_00, invoice)

    seen = till.does(lambda work: payments.payment(work, payment))

    assert [(each.name, each.amount.text) for each in seen.documents] == [
        ("Invoice INV-00001", "A$250.00")
    ]
    assert [(each.why, each.amount.text) for each in seen.credit] == [("Overpayment", "A$50.00")]


def test_payments_are_listed_with_what_went_back_and_what_was_a_mistake(till: Till):
    first, second = till.invoice(100_00), till.invoice(60_00)
    refunded, mistaken = till.pay(100_00, first), till.pay(60_00, second)
    till.refund(refunded, 25_00)
    till.reverse(mistaken)

    found = till.does(lambda work: payments.payments(work, search="marsh")).rows

    assert [(each.id, each.refunded.minor, each.flags) for each in found] == [
        (mistaken, 0, ["Taken back"]),
        (refunded, 25_00, ["Partially refunded"]),
    ]
    assert till.does(lambda work: payments.payments(work, search="bell")).rows == []


def test_credit_is_listed_lot_by_lot_with_what_is_left(till: Till):
    till.pay(70_00)
    till.refund_credit(20_00)

    [lot] = till.does(lambda work: credits.credit_lots(work, till.world.marsh)).rows

    assert (lot.origin, lot.amount.minor, lot.left.minor) == ("Overpayment", 70_00, 50_00)


def test_a_credit_request_shows_what_was_paid_of_it(till: Till):
    request = till.request(500_00)
    till.pay(200_00, request)

    [found] = till.does(lambda work: credits.credit_requests(work, search="cr-")).rows

    assert (found.number, found.status, found.still_to_pay.minor) == (
        "CR-00001",
        "Partially paid",
        300_00,
    )
    seen = till.does(lambda work: credits.credit_request(work, request))
    assert [each.amount.minor for each in seen.payments] == [200_00]


def test_the_three_balances_are_shown_apart(till: Till):
    till.invoice(300_00)
    till.pay(100_00)

    [found] = till.does(lambda work: balances.balances(work, till.world.marsh))

    figures = (found.credit_available, found.owed, found.invoice_balance)
    assert [each.minor for each in figures] == [100_00, 300_00, -200_00]


def test_outstanding_sums_what_each_customer_owes(till: Till):
    till.invoice(300_00, on=till.days(-20))
    till.invoice(40_00)
    till.invoice(7_00, party_id=till.world.bellweather)

    found = till.does(balances.outstanding)

    assert {each.customer_id: each.minor for each in found} == {
        till.world.marsh: 340_00,
        till.world.bellweather: 7_00,
    }
    marsh = next(each for each in found if each.customer_id == till.world.marsh)
    assert marsh.due_since == till.days(-20) + timedelta(days=14)


def test_a_customer_sees_its_own_documents_and_never_a_draft(till: Till):
    draft = till.draft(till.line(100_00))
    own = till.invoice(100_00)
    other = till.invoice(100_00, party_id=till.world.bellweather)
    cleo = till.world.cleo

    assert ids(cleo.does(own_documents.my_invoices).rows) == [own]
    for hidden in (draft, other):
        with pytest.raises(NotFound):
            cleo.does(lambda work, hidden=hidden: own_documents.my_invoice(work, hidden))


def test_the_panel_of_unpaid_documents_holds_both_kinds_and_nothing_covered(till: Till):
    paid, unpaid = till.invoice(100_00), till.invoice(50_00)
    till.pay(100_00, paid)
    request = till.request(500_00)

    panel = till.world.cleo.does(own_documents.unpaid)

    assert (ids(panel.invoices), ids(panel.requests), panel.more) == ([unpaid], [request], False)
    assert till.world.carl.does(own_documents.unpaid).invoices == []


def test_a_customer_is_not_told_that_a_debt_was_given_up(till: Till):
    invoice = till.invoice(100_00)
    till.pay(40_00, invoice)
    till.lose(invoice)

    seen = till.world.cleo.does(lambda work: own_documents.my_invoice(work, invoice))

    assert (seen.row.status, seen.written_off.minor, seen.write_offs) == ("Closed", 0, [])
    assert row(till, invoice).status == "Written off"


def test_a_customer_sees_the_money_that_went_back_and_not_why(till: Till):
    invoice = till.invoice(100_00)
    payment = till.pay(100_00, invoice)
    till.refund(payment, 30_00, reason="They shouted at Grace")

    seen = till.world.cleo.does(lambda work: own_documents.my_payment(work, payment))

    assert [(each.amount.minor, each.reason) for each in seen.refunds] == [(30_00, "")]
    assert seen.row.flags == ["Partially refunded"]


def test_a_partners_contact_reads_no_list_of_the_admins(till: Till):
    for read in (invoices.invoices, payments.payments, balances.outstanding):
        with pytest.raises((NotFound, NotAllowed)):
            till.world.pat.does(read)


def test_the_newest_is_first_whatever_its_day(till: Till):
    first = till.invoice(100_00)
    second = till.draft(till.line(1_00))
    till.does(lambda work: invoicing.issue_invoice(work, second, on=till.days(-3)))

    assert ids(listed(till)) == [second, first]
    assert Invoice.is_named_by(second)


def test_an_invoice_is_found_by_its_amount_and_by_the_address_of_its_customer(till: Till):
    wanted, other = till.invoice(129_90), till.invoice(130_00)

    assert ids(listed(till, search="129.90")) == [wanted]
    assert ids(listed(till, search=" A$130.00 ")) == [other]
    [email] = till.told(Customer, till.world.marsh, "email")
    assert set(ids(listed(till, search=email.upper()))) == {wanted, other}


@pytest.mark.parametrize(
    ("order", "place"),
    [("newest", [2, 1, 0]), ("oldest", [0, 1, 2]), ("due", [1, 2, 0]), ("largest", [0, 2, 1])],
)
def test_a_list_comes_in_the_order_that_is_asked_for(till: Till, order: str, place: list[int]):
    made = [
        till.issue(till.draft(till.line(minor), due_on=till.days(due)))
        for minor, due in ((300_00, 30), (100_00, 10), (200_00, 20))
    ]

    assert ids(listed(till, order=Order(order))) == [made[each] for each in place]


@pytest.mark.parametrize("order", list(Order))
def test_each_order_goes_on_behind_any_of_its_rows(till: Till, order: Order):
    for minor in (5_00, 5_00, 7_00, 3_00, 5_00):
        till.invoice(minor)

    whole = ids(listed(till, order=order))

    assert len(whole) == 5
    for place, last in enumerate(whole, start=1):
        assert ids(listed(till, last, order=order)) == whole[place:]


def test_the_words_of_a_list_narrow_it(till: Till):
    def meant(**words: str) -> list[str]:
        return ids(
            till.does(lambda work: invoices.invoices(work, invoice_words.wanted(work, words)).rows)
        )

    small = till.issue(till.draft(till.line(20_00), due_on=till.days(5)))
    large = till.issue(till.draft(till.line(500_00), due_on=till.days(40)))

    assert meant(customer="marsh design") == [large, small]
    assert meant(least="100") == [large]
    assert meant(most="100") == [small]
    assert meant(due_until=till.days(10).isoformat()) == [small]
    assert meant(standing="draft") == []
    assert meant(currency="eur") == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("customer", "nobody of this name"),
        ("currency", "xx"),
        ("least", "much"),
        ("due_since", "tomorrow"),
    ],
)
def test_words_that_cannot_be_understood_are_refused_at_their_field(
    till: Till, field: str, typed: str
):
    with pytest.raises(Invalid) as refusal:
        till.does(lambda work: invoice_words.wanted(work, {field: typed}))

    assert refusal.value.field == field
