"""Invoices: drafted, issued, voided, copied; what they ask, and what the books say of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlmodel import col, select

from billing_app.jobs import kinds
from billing_app.kernel.errors import BillingError, Conflict, Invalid, NotAllowed, NotFound
from billing_app.kernel.lines import read_draft_line
from billing_app.kernel.money import MixedCurrencies, Money
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import Invoice, InvoiceLine, PlanPart
from billing_app.models.outbox import Job
from billing_app.models.party import Customer
from billing_app.reads import admin, invoice_view, owed
from billing_app.services import (
    adjusting,
    drafting,
    enrolling,
    invoicing,
    organizing,
    paying,
    planning,
    voiding,
    writing_off,
)
from billing_app.services.drafting import DraftChanged, NotADraft, PartyArchived
from billing_app.services.invoicing import DueTooEarly, NothingOnIt
from billing_app.services.voiding import AlreadyVoid, LoweredAlready, MoneyApplied, NotIssued
from tests.billing import Desk, aud, drawn, refused
from tests.rules import rule
from tests.till import Till
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def void(desk: Desk, invoice_id: str, **more) -> str:
    said = {"reason": "Sent to the wrong customer"} | more
    return desk.does(lambda work: voiding.void_invoice(work, invoice_id, **said))


# Drafting


def test_a_draft_says_what_it_will_ask_for_and_is_owed_by_nobody(desk: Desk, world: World):
    gst = desk.tax()
    draft = desk.draft(desk.line(60_00, tax=gst), desk.line(40_00, tax=gst, description="Hosting"))

    assert desk.of(draft, "state", "number", "net_minor", "tax_minor", "total_minor") == [
        "draft",
        None,
        100_00,
        10_00,
        110_00,
    ]
    assert desk.lines(draft) == [("Design", 60_00, 6_00, 66_00), ("Hosting", 40_00, 4_00, 44_00)]
    assert desk.of(draft, "still_to_pay_minor") == 0
    assert desk.postings() == []


@pytest.mark.parametrize(("rounding", "tax"), [("document", 1_00), ("line", 99)])
def test_tax_is_rounded_where_the_settings_say(desk: Desk, rounding: str, tax: int):
    desk.settings(tax_rounding=rounding)
    gst = desk.tax()

    draft = desk.draft(*[desk.line(3_33, tax=gst)] * 3)

    assert desk.of(draft, "net_minor", "tax_minor") == [9_99, tax]


def test_a_price_that_contains_its_tax_never_changes(desk: Desk):
    desk.settings(prices_include_tax=True)

    draft = desk.draft(desk.line(100_00, tax=desk.tax()))

    assert desk.of(draft, "net_minor", "tax_minor", "total_minor") == [90_91, 9_09, 100_00]


def test_a_discount_the_customer_sees_lowers_the_tax_too(desk: Desk):
    draft = desk.draft(desk.line(50_00, tax=desk.tax(), quantity_milli=2_500, discount_bp=1_000))

    assert desk.lines(draft) == [("Design", 112_50, 11_25, 123_75)]


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1_200), ("KWD", 1_250)])
def test_g10_an_invoice_lives_in_its_own_currency(desk: Desk, currency: str, minor: int):
    line = desk.line(unit_price=Money(minor, currency))

    issued = desk.issue(desk.draft(line, currency=currency))

    assert desk.of(issued, "currency", "total_minor", "still_to_pay_minor") == [
        currency,
        minor,
        minor,
    ]
    assert desk.balance(Code.CUSTOMER_RECEIVABLE, currency) == Money(minor, currency)
    assert desk.balance(Code.CUSTOMER_RECEIVABLE, "AUD") == aud(0)


def test_a_draft_takes_the_currency_of_its_customer(desk: Desk, world: World):
    desk.does(
        lambda work: enrolling.change_customer(
            work,
            world.marsh,
            name="Marsh",
            email="m@marsh.example",
            due_days="7",
            legal_name="",
            address="",
            tax_id="",
            currency="EUR",
            locale="de",
            autopay=False,
        )
    )

    assert desk.of(desk.draft(), "currency") == "EUR"
    assert desk.of(desk.draft(party_id=world.northside), "currency") == "AUD"


def test_a_form_sent_twice_drafts_once(desk: Desk, world: World):
    form, line = drawn("inv"), desk.line()

    def send(work, note="For May"):
        return drafting.draft_invoice(work, form, party_id=world.marsh, lines=[line], note=note)

    assert desk.does(send) == desk.does(send) == form
    assert desk.count(Invoice) == desk.count(InvoiceLine) == 1
    refused(desk, Conflict, lambda work: send(work, note="For June"))


def test_a_form_sent_again_is_harmless_whatever_became_of_its_draft(desk: Desk, world: World):
    """Issuing fills the due date in, and settings change, while the form says what it said."""
    form, copy, line = drawn("inv"), drawn("inv"), desk.line()

    def send(work):
        return drafting.draft_invoice(work, form, party_id=world.marsh, lines=[line])

    def send_copy(work):
        return drafting.duplicate_invoice(work, copy, form)

    desk.does(send)
    desk.does(send_copy)
    desk.issue(form)
    desk.settings(prices_include_tax=True, tax_rounding="line")

    assert (desk.does(send), desk.does(send_copy)) == (form, copy)
    assert desk.count(Invoice) == 2

    desk.does(lambda work: drafting.delete_draft(work, copy))
    refused(desk, NotFound, send_copy)


def test_a_draft_is_changed_by_whoever_saw_its_last_version(desk: Desk):
    draft = desk.draft(desk.line(10_00), desk.line(20_00))

    def change(work, version=1):
        return drafting.change_draft(
            work,
            draft,
            version=version,
            lines=[desk_line],
            currency="AUD",
            prices_include_tax=False,
            reference="PO 7",
        )

    desk_line = desk.line(75_00, description="Consulting")
    desk.does(change)

    assert desk.lines(draft) == [("Consulting", 75_00, 0, 75_00)]
    assert desk.of(draft, "reference", "total_minor", "version") == ["PO 7", 75_00, 2]
    refused(desk, DraftChanged, change)


def test_a_deleted_draft_leaves_nothing_and_no_gap(desk: Desk):
    draft, first = desk.draft(desk.line()), desk.days(9)
    desk.does(
        lambda work: planning.plan_in_equal_parts(
            work, draft, count=2, first_due_on=first, months_apart=1
        )
    )
    desk.does(lambda work: drafting.delete_draft(work, draft))

    assert [desk.count(kind) for kind in (Invoice, InvoiceLine, PlanPart)] == [0, 0, 0]
    assert desk.of(desk.invoice(), "number") == "INV-00001"


BAD_LINES = [
    (Invalid, {"description": " "}),
    (Invalid, {"description": "x" * 10_000}),
    (Invalid, {"description": "\u200f\u202e"}),
    (Invalid, {"quantity_milli": 0}),
    (Invalid, {"quantity_milli": -1_000}),
    (Invalid, {"quantity_milli": 10**12}),
    (Invalid, {"unit_price": aud(-1)}),
    (Invalid, {"unit_price": aud(10**12), "quantity_milli": 2_000}),
    (Invalid, {"discount_bp": 10_001}),
    (Invalid, {"discount_bp": -1}),
    (MixedCurrencies, {"unit_price": Money(100, "EUR")}),
    (NotFound, {"tax_rate_id": "tax_nonsense"}),
]


@pytest.mark.parametrize(("refusal", "bad"), BAD_LINES)
def test_a_line_that_cannot_be_asked_for_is_refused(desk: Desk, world: World, refusal, bad):
    form, lines = drawn("inv"), [desk.line(), desk.line(**bad)]

    sentence = refused(
        desk,
        refusal,
        lambda work: drafting.draft_invoice(work, form, party_id=world.marsh, lines=lines),
    )

    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "bad",
    [
        {"reference": "x" * 10_000},
        {"note": "x" * 10_000},
        {"currency": "DOGE"},
    ],
)
def test_a_draft_that_cannot_be_printed_is_refused(desk: Desk, world: World, bad):
    form = drawn("inv")

    refused(
        desk,
        Invalid,
        lambda work: drafting.draft_invoice(work, form, party_id=world.marsh, **bad),
    )


def test_a_draft_has_no_more_lines_than_a_person_reads(desk: Desk):
    with pytest.raises(Invalid, match="200 lines"):
        desk.draft(*[desk.line()] * 201)


def test_what_people_write_is_kept_without_its_hidden_marks(desk: Desk):
    """Right-to-left text is text; only the marks that turn other text around are dropped."""
    draft = desk.draft(
        desk.line(description="تصميم\u202e شعار"), desk.line(description='=cmd|"/c calc"!A0')
    )

    assert [line[0] for line in desk.lines(draft)] == ["تصميم شعار", '=cmd|"/c calc"!A0']


def test_nobody_bills_a_stranger_or_somebody_put_away(desk: Desk, world: World):
    desk.does(lambda work: enrolling.archive_customer(work, world.bellweather))
    for party_id, refusal in [
        (world.brandt, NotFound),
        (world.bellweather, PartyArchived),
        ("cus_x", NotFound),
        ("", NotFound),
    ]:
        refused(
            desk,
            refusal,
            lambda work, party_id=party_id: drafting.draft_invoice(
                work, drawn("inv"), party_id=party_id
            ),
        )


def test_a_viewer_drafts_and_issues_nothing_a_bookkeeper_does(world: World):
    draft = Desk(world, by=world.grace).draft(Desk(world).line())

    viewer = Desk(world, by=world.vic)
    refused(viewer, NotAllowed, lambda work: invoicing.issue_invoice(work, draft))
    refused(viewer, NotAllowed, lambda work: drafting.delete_draft(work, draft))
    assert Desk(world, by=world.grace).issue(draft) == draft


# Issuing


def test_row_1_an_issued_invoice_is_owed_in_full(desk: Desk, world: World):
    issued = desk.issue(desk.draft(desk.line(100_00, tax=desk.tax())))

    assert desk.postings(issued) == [
        ("invoice_issued", "1100", "4000", 100_00),
        ("invoice_issued", "1100", "2200", 10_00),
    ]
    assert desk.of(issued, "state", "number", "still_to_pay_minor") == [
        "issued",
        "INV-00001",
        110_00,
    ]
    assert desk.balance(Code.CUSTOMER_RECEIVABLE, party_id=Customer.read_id(world.marsh)) == aud(
        110_00
    )
    assert desk.differences() == []


def test_an_invoice_is_dated_today_and_due_after_the_customers_days(desk: Desk):
    issued = desk.invoice()

    assert desk.of(issued, "issued_on", "due_on") == [desk.today(), desk.days(14)]


def test_a_due_date_of_its_own_is_kept(desk: Desk):
    draft = desk.draft(desk.line(), due_on=desk.days(3))

    assert desk.of(desk.issue(draft, on=desk.days(-1)), "issued_on", "due_on") == [
        desk.days(-1),
        desk.days(3),
    ]


@pytest.mark.parametrize(("on", "due"), [(1, None), (400, None), (0, -1), (-3, -4)])
def test_a_date_that_cannot_be_is_refused(desk: Desk, on: int, due: int | None):
    due_on = None if due is None else desk.days(due)
    draft, day = desk.draft(desk.line(), due_on=due_on), desk.days(on)

    refused(
        desk,
        Invalid if due is None else DueTooEarly,
        lambda work: invoicing.issue_invoice(work, draft, on=day),
    )
    assert desk.of(draft, "state") == "draft"


def test_a_draft_without_lines_is_not_issued(desk: Desk):
    draft = desk.draft()

    refused(desk, NothingOnIt, lambda work: invoicing.issue_invoice(work, draft))


def test_an_invoice_for_nothing_is_issued_and_asks_for_nothing(desk: Desk):
    issued = desk.invoice(0)

    assert desk.of(issued, "state", "number", "still_to_pay_minor") == ["issued", "INV-00001", 0]
    assert desk.postings(issued) == []
    assert desk.asked_for() == []
    assert desk.differences() == []


def test_what_was_shown_is_what_is_issued(desk: Desk):
    draft, line = desk.draft(desk.line(10_00)), desk.line(99_00)
    desk.does(
        lambda work: drafting.change_draft(
            work, draft, version=1, lines=[line], currency="AUD", prices_include_tax=False
        )
    )

    refused(desk, DraftChanged, lambda work: invoicing.issue_invoice(work, draft, version=1))
    assert desk.of(desk.issue(draft, version=2), "total_minor") == 99_00


def test_an_issued_invoice_is_neither_issued_changed_nor_deleted(desk: Desk):
    issued = desk.invoice()
    line = desk.line(1_00)

    for act in (
        lambda work: invoicing.issue_invoice(work, issued),
        lambda work: drafting.delete_draft(work, issued),
        lambda work: planning.drop_plan(work, issued),
        lambda work: drafting.change_draft(
            work, issued, version=2, lines=[line], currency="AUD", prices_include_tax=False
        ),
    ):
        assert "INV-00001 was already issued" in refused(desk, NotADraft, act)


def test_issuing_again_under_the_same_key_answers_the_same(desk: Desk):
    draft = desk.draft(desk.line())

    assert desk.issue(draft, command_key="k-1") == desk.issue(draft, command_key="k-1") == draft
    assert len(desk.postings(draft)) == 1


def test_the_words_and_names_of_the_day_of_issue_stand(desk: Desk, world: World):
    desk.does(
        lambda work: organizing.set_profile(
            work, legal_name="Harbour Pty Ltd", abn="51824753556", address="1 Quay Street"
        )
    )
    issued = desk.issue(desk.draft(desk.line(100_00, tax=desk.tax()), desk.line(5_00)))
    desk.does(lambda work: organizing.set_profile(work, legal_name="Harbour Limited"))

    snapshot = json.loads(desk.of(issued, "snapshot"))
    assert snapshot["from"]["legal_name"] == "Harbour Pty Ltd"
    assert (snapshot["from"]["abn"], snapshot["from"]["address"]) == (
        "51824753556",
        "1 Quay Street",
    )
    assert snapshot["to"]["name"] == snapshot["to"]["legal_name"] == "Marsh Design"
    assert snapshot["taxes"] == [
        {"name": "GST", "rate_bp": 1_000, "net_minor": 100_00, "tax_minor": 10_00},
        {"name": "", "rate_bp": 0, "net_minor": 5_00, "tax_minor": 0},
    ]


def test_somebody_put_away_after_the_draft_is_not_billed(desk: Desk, world: World):
    draft = desk.draft(desk.line())
    desk.does(lambda work: enrolling.archive_customer(work, world.marsh))

    refused(desk, PartyArchived, lambda work: invoicing.issue_invoice(work, draft))


def test_a_partner_counts_its_own_invoices_and_nobody_elses(desk: Desk, world: World):
    for customer in (world.marsh, world.bellweather):
        desk.invoice(party_id=customer)
    first, second = (desk.invoice(party_id=world.northside) for _ in range(2))
    other = desk.invoice(party_id=world.meridian)

    numbers = [desk.of(each, "number") for each in (first, second, other)]
    assert [number[-6:] for number in numbers] == ["-00001", "-00002", "-00001"]
    assert numbers[0][:-5] == numbers[1][:-5] != numbers[2][:-5]
    assert desk.balance(Code.PARTNER_RECEIVABLE) == aud(300_00)
    assert desk.differences() == []


def test_what_is_to_be_paid_is_owed_to_be_asked_for(desk: Desk):
    first, second = desk.invoice(), desk.invoice()

    assert desk.asked_for() == [first, second]


def test_whatever_is_owed_has_somebody_who_does_it_and_words_for_it():
    assert kinds.KINDS.keys() == owed.KINDS.keys() >= {"payment_request"}


def test_a_refusal_takes_no_number(desk: Desk):
    draft, early = desk.draft(desk.line()), desk.days(-5)
    desk.does(lambda work: organizing.close_books(work, until=early))
    with pytest.raises(BillingError):
        desk.issue(draft, on=early)

    assert desk.of(desk.invoice(), "number") == "INV-00001"


def test_many_who_issue_at_once_take_numbers_without_gap_or_repeat(desk: Desk):
    drafts = [desk.draft(desk.line()) for _ in range(12)]

    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(desk.issue, drafts))

    numbers = sorted(desk.of(each, "number") for each in drafts)
    assert numbers == [f"INV-{number:05}" for number in range(1, 13)]
    assert desk.differences() == []


def test_of_many_who_issue_one_draft_one_does(desk: Desk):
    draft = desk.draft(desk.line())

    def issue(_: int) -> str:
        try:
            return desk.issue(draft)
        except NotADraft as refusal:
            return str(refusal)

    with ThreadPoolExecutor(max_workers=6) as threads:
        answers = list(threads.map(issue, range(6)))

    assert sorted(answers) == [
        *["Invoice INV-00001 was already issued. Nothing was changed."] * 5,
        draft,
    ]
    assert desk.of(desk.invoice(), "number") == "INV-00002"


# Credit at issue


def give_credit(desk: Desk, minor: int, currency: str = "AUD") -> str:
    return desk.does(
        lambda work: adjusting.raise_credit(
            work,
            drawn("adj"),
            customer_id=desk.world.marsh,
            amount=Money(minor, currency),
            reason="Goodwill",
        )
    )


def told(desk: Desk, invoice_id: str) -> dict[str, object]:
    """What a letter about an invoice finds to say: its status, what paid it, and the rest."""
    view = desk.does(lambda work: invoice_view.invoice(work, invoice_id))
    return {
        "status": str(view.row.status),
        "taken": [(paid.what, paid.amount.minor) for paid in view.payments],
        "still to pay": view.row.still_to_pay.minor,
    }


@rule(65, 71)
def test_g3_credit_is_taken_before_anybody_is_asked(desk: Desk):
    desk.settings(apply_credit_to_invoices=True)
    give_credit(desk, 100_00)
    draft = desk.draft(desk.line(300_00))

    def issue(work):
        issued = invoicing.issue_invoice(work, draft)
        jobs = select(Job.kind, Job.subject).where(Job.subject == issued)
        return issued, {tuple(job) for job in work.exec(jobs)}

    issued, owed_at_once = desk.does(issue)

    assert owed_at_once == {("payment_request", issued), ("print_paper", issued)}
    assert desk.asked_for() == [issued]
    assert told(desk, issued) == {
        "status": "Partially paid",
        "taken": [("Credit (adjustment)", 100_00)],
        "still to pay": 200_00,
    }
    assert desk.balance(Code.CUSTOMER_CREDIT) == aud(0)
    assert desk.differences() == []


@rule(72)
def test_g4_an_invoice_that_credit_covers_asks_for_no_payment(desk: Desk):
    desk.settings(apply_credit_to_invoices=True)
    give_credit(desk, 500_00)

    issued = desk.invoice(300_00)

    assert told(desk, issued) == {
        "status": "Paid",
        "taken": [("Credit (adjustment)", 300_00)],
        "still to pay": 0,
    }
    assert desk.asked_for() == []
    assert desk.balance(Code.CUSTOMER_CREDIT) == aud(200_00)
    assert desk.differences() == []


def test_credit_stays_where_it_is_while_the_setting_is_off(desk: Desk):
    give_credit(desk, 100_00)

    assert desk.of(desk.invoice(300_00), "still_to_pay_minor") == 300_00
    assert desk.balance(Code.CUSTOMER_CREDIT) == aud(100_00)


# Voiding


def test_row_24_voiding_takes_back_what_was_posted_and_keeps_the_number(desk: Desk):
    issued = desk.issue(desk.draft(desk.line(100_00, tax=desk.tax())))

    void(desk, issued)

    assert desk.postings(issued) == [
        ("invoice_issued", "1100", "4000", 100_00),
        ("invoice_issued", "1100", "2200", 10_00),
        ("invoice_voided", "4000", "1100", 100_00),
        ("invoice_voided", "2200", "1100", 10_00),
    ]
    assert desk.of(issued, "state", "number", "still_to_pay_minor", "voided_on") == [
        "void",
        "INV-00001",
        0,
        desk.today(),
    ]
    assert desk.of(desk.invoice(), "number") == "INV-00002"
    assert desk.differences() == []


def test_credit_that_paid_a_void_invoice_is_back_in_the_lots_it_came_from(desk: Desk):
    desk.settings(apply_credit_to_invoices=True)
    for minor in (60_00, 70_00):
        give_credit(desk, minor)
    lots = select(CreditLot.id).order_by(col(CreditLot.id))
    first, second = desk.sees(lambda work: list(work.exec(lots)))
    issued = desk.invoice(100_00)
    other = desk.invoice(50_00)
    desk.settings(apply_credit_to_invoices=False)

    void(desk, issued)

    left = [desk.balance(Code.CUSTOMER_CREDIT, item_id=lot) for lot in (first, second)]
    assert left == [aud(60_00), aud(40_00)]
    assert desk.of(issued, "state", "still_to_pay_minor") == ["void", 0]
    assert desk.of(other, "still_to_pay_minor") == 20_00
    assert desk.postings()[-3:] == [
        ("credit_returned", "1100", "2000", 40_00),
        ("credit_returned", "1100", "2000", 60_00),
        ("invoice_voided", "4000", "1100", 100_00),
    ]
    assert desk.differences() == []


def test_credit_that_a_void_invoice_gives_back_pays_the_next_open_one(desk: Desk):
    desk.settings(apply_credit_to_invoices=True)
    give_credit(desk, 100_00)
    issued, other = desk.invoice(100_00), desk.invoice(80_00)

    void(desk, issued)

    assert desk.of(other, "still_to_pay_minor") == 0
    assert desk.balance(Code.CUSTOMER_CREDIT) == aud(20_00)
    assert desk.differences() == []


def test_an_invoice_with_money_on_it_is_not_voided(desk: Desk, world: World):
    issued, payment = desk.invoice(100_00), drawn("pay")
    desk.does(
        lambda work: paying.record_payment(
            work,
            payment,
            party_id=world.marsh,
            amount=aud(1),
            kind="cash",
            parts=[paying.Part(issued)],
        )
    )

    refused(desk, MoneyApplied, lambda work: voiding.void_invoice(work, issued, reason="A mistake"))
    assert desk.of(issued, "state", "still_to_pay_minor") == ["issued", 99_99]


def test_an_invoice_that_was_lowered_is_not_voided(desk: Desk):
    desk.settings(small_balance_minor=5)
    issued = desk.invoice(5)
    desk.does(
        lambda work: writing_off.write_off_small_balance(work, drawn("wof"), invoice_id=issued)
    )

    refused(
        desk, LoweredAlready, lambda work: voiding.void_invoice(work, issued, reason="A mistake")
    )
    assert desk.of(issued, "state") == "issued"


def test_voiding_again_under_the_same_key_answers_the_same(desk: Desk):
    issued = desk.invoice()

    assert void(desk, issued, command_key="v") == void(desk, issued, command_key="v") == issued


def test_it_is_void_from_the_day_on_which_its_last_payment_was_taken_back(world: World):
    till = Till(world)
    issued = till.invoice(100_00, on=till.days(-10))
    payment = till.pay(100_00, issued, received_on=till.days(-6))
    till.refund(payment, 100_00, refunded_on=till.days(-4))
    too_early, last = till.days(-5), till.days(-4)

    refused(
        till,
        Invalid,
        lambda work: voiding.void_invoice(work, issued, reason="A mistake", on=too_early),
    )
    void(till, issued, on=last)

    assert till.of(issued, "voided_on") == last
    assert till.differences() == []


def test_a_draft_is_not_voided_and_what_is_void_stays_void(desk: Desk):
    draft, issued = desk.draft(desk.line()), desk.invoice()
    void(desk, issued)

    for invoice_id, refusal in ((draft, NotIssued), (issued, AlreadyVoid)):
        refused(
            desk,
            refusal,
            lambda work, it=invoice_id: voiding.void_invoice(work, it, reason="A mistake"),
        )


def test_voiding_needs_a_reason_and_a_day_since_its_issue(desk: Desk):
    issued = desk.invoice(on=desk.days(-2))
    before, ahead = desk.days(-3), desk.days(1)

    for bad in ({"reason": ""}, {"reason": "x" * 10_000}, {"on": before}, {"on": ahead}):
        refused(
            desk,
            Invalid,
            lambda work, bad=bad: voiding.void_invoice(work, issued, **({"reason": "Why"} | bad)),
        )


def test_an_invoice_for_nothing_is_voided_too(desk: Desk):
    issued = desk.invoice(0)
    void(desk, issued)

    assert desk.of(issued, "state") == "void"
    assert desk.differences() == []


def test_an_invoice_of_closed_books_is_voided_in_open_ones(desk: Desk):
    issued, closed = desk.invoice(on=desk.days(-9)), desk.days(-5)
    desk.does(lambda work: organizing.close_books(work, until=closed))

    void(desk, issued)

    assert desk.of(issued, "state", "voided_on") == ["void", desk.today()]


# Copying


def test_a_copy_is_a_draft_that_says_the_same(desk: Desk):
    gst = desk.tax()
    issued = desk.issue(
        desk.draft(desk.line(40_00, tax=gst), desk.line(2_00), reference="PO 7", note="Thanks")
    )

    copy = desk.does(lambda work: drafting.duplicate_invoice(work, drawn("inv"), issued))

    assert desk.lines(copy) == desk.lines(issued)
    assert desk.of(copy, "state", "reference", "note", "due_on", "duplicate_of_id") == [
        "draft",
        "PO 7",
        "Thanks",
        None,
        Invoice.read_id(issued),
    ]
    assert desk.of(desk.issue(copy), "number") == "INV-00002"


def test_a_copy_is_made_once_however_often_it_is_asked_for(desk: Desk):
    issued, form = desk.invoice(), drawn("inv")
    for _ in range(2):
        desk.does(lambda work: drafting.duplicate_invoice(work, form, issued))

    assert desk.count(Invoice) == 2


def test_a_draft_that_was_copied_can_be_deleted(desk: Desk):
    draft = desk.draft(desk.line())
    copy = desk.does(lambda work: drafting.duplicate_invoice(work, drawn("inv"), draft))
    desk.does(lambda work: drafting.delete_draft(work, draft))

    assert desk.of(copy, "duplicate_of_id") is None


def test_the_business_next_door_has_no_invoice_of_ours(desk: Desk, world: World):
    issued, draft = desk.invoice(), desk.draft(desk.line())
    otto = Desk(world, by=world.otto)

    for act in (
        lambda work: invoicing.issue_invoice(work, draft),
        lambda work: voiding.void_invoice(work, issued, reason="Not mine"),
        lambda work: drafting.duplicate_invoice(work, drawn("inv"), issued),
        lambda work: drafting.delete_draft(work, draft),
    ):
        refused(otto, NotFound, act)


def test_each_act_on_an_invoice_has_its_words_in_the_activity_list(desk: Desk):
    issued = desk.invoice()
    void(desk, issued)

    deeds = [line.deed for line in desk.does(admin.activity)][:3]
    assert deeds == ["voided an invoice", "issued an invoice", "drafted an invoice"]


def test_a_line_as_typed_is_the_line_a_program_says(desk: Desk):
    typed = read_draft_line(
        description="Design",
        quantity="2,5",
        unit_price="1.234,50 $",
        currency="AUD",
        locale="de",
        discount="10 %",
    )

    assert typed == replace(desk.line(1_234_50), quantity_milli=2_500, discount_bp=1_000)
