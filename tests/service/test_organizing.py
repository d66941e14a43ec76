"""The organization's profile, its settings, its taxes, its numbers, its closed books."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event
from time import sleep

import pytest
from sqlmodel import select

from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.books import AccountingSettings, OrganizationProfile, TaxRate
from billing_app.models.party import Customer
from billing_app.services import enrolling, invoicing, organizing, taxing
from billing_app.services.itemizing import TaxRateArchived
from billing_app.services.organizing import NotOver, PrefixTaken, SeriesUnderWay
from tests.billing import Desk, drawn, refused
from tests.rules import rule
from tests.world import World

PROFILE = {
    "legal_name": "Harbour Services Pty Ltd",
    "abn": "51 824 753 556",
    "tax_id": "GST 51824753556",
    "address": "1 Quay Street\nSydney NSW 2000",
    "bank_details": "BSB 062-000\nAccount 1234 5678",
    "colour": "#1F6FEB",
    "locale": "en",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae4260"
    "82"
)

CUSTOMER = {
    "name": "Marsh Design Studio",
    "email": "Pay@Marsh.example",
    "due_days": "30",
    "legal_name": "Marsh Design GmbH",
    "address": "Hafenstraße 1\n20457 Hamburg",
    "tax_id": "DE123456789",
    "currency": "eur",
    "locale": "de",
    "autopay": True,
}


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def set_profile(desk: Desk, **said):
    return desk.does(lambda work: organizing.set_profile(work, **(PROFILE | said)))


# The profile


def test_the_profile_is_kept_as_it_will_be_printed(desk: Desk):
    shown = set_profile(desk)

    told = desk.told(OrganizationProfile, shown, "legal_name", "abn", "address", "colour")
    assert told == [
        "Harbour Services Pty Ltd",
        "51824753556",
        "1 Quay Street\nSydney NSW 2000",
        "#1f6feb",
    ]


def test_there_is_one_profile_however_often_it_is_set(desk: Desk):
    assert set_profile(desk) == set_profile(desk, legal_name="Harbour Limited")
    assert desk.count(OrganizationProfile) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("legal_name", "x" * 10_000),
        ("abn", "51 824 753 557"),
        ("abn", "5182475355"),
        ("abn", "٥١٨٢٤٧٥٣٥٥٦"),
        ("tax_id", "x" * 41),
        ("address", "x" * 10_000),
        ("bank_details", "x" * 501),
        ("colour", "red; background: url(x)"),
        ("colour", "#12345"),
        ("locale", "tlh"),
    ],
)
def test_a_profile_that_cannot_be_printed_is_refused_at_its_field(
    desk: Desk, field: str, typed: str
):
    with pytest.raises(Invalid) as refusal:
        set_profile(desk, **{field: typed})

    assert refusal.value.field == field
    assert desk.sees(profile) == OrganizationProfile().model_dump(exclude=KEYS)


KEYS = {"organization_id", "id"}


def profile(work) -> dict:
    """What the organization says of itself."""
    return work.exec(select(OrganizationProfile)).one().model_dump(exclude=KEYS)


def test_a_logo_is_a_picture_of_modest_size_or_none(desk: Desk):
    shown = desk.does(lambda work: organizing.set_logo(work, PNG))
    for bad in (PNG + b"<script>", PNG + bytes(organizing.LARGEST_LOGO), b""):
        refused(desk, Invalid, lambda work, bad=bad: organizing.set_logo(work, bad))

    assert desk.told(OrganizationProfile, shown, "logo") == [PNG]
    desk.does(lambda work: organizing.set_logo(work, None))
    assert desk.told(OrganizationProfile, shown, "logo") == [None]


# 'General Accounting Settings'


@rule(59)
def test_automatic_use_of_credit_is_off_until_somebody_turns_it_on(desk: Desk):
    shown = desk.settings()

    assert desk.told(AccountingSettings, shown, "apply_credit_to_invoices") == [False]
    assert desk.settings(apply_credit_to_invoices=True, apply_credit_to_requests=True) == shown
    assert desk.told(
        AccountingSettings, shown, "apply_credit_to_invoices", "apply_credit_to_requests"
    ) == [True, True]


@pytest.mark.parametrize(
    "said",
    [
        {"tax_rounding": "sometimes"},
        {"tax_rounding": ""},
        {"small_balance_minor": -1},
        {"small_balance_minor": 0.5},
        {"apply_credit_to_invoices": "yes"},
        {"prices_include_tax": 1},
    ],
)
def test_a_setting_that_does_not_exist_is_refused(desk: Desk, said):
    with pytest.raises(Invalid):
        desk.settings(**said)


@pytest.mark.parametrize("who", ["grace", "vic"])
def test_only_those_who_keep_the_books_set_how_they_are_kept(world: World, who: str):
    other = Desk(world, by=getattr(world, who))

    refused(other, NotAllowed, lambda work: organizing.close_books(work, until=None))
    refused(other, NotAllowed, lambda work: organizing.set_profile(work, **PROFILE))
    refused(other, NotAllowed, lambda work: organizing.set_series(work, "invoice", prefix="A-"))
    with pytest.raises(NotAllowed):
        other.settings()
    with pytest.raises(NotAllowed):
        other.tax()


# Closed books


def test_nothing_is_dated_in_closed_books(desk: Desk):
    draft = desk.draft(desk.line())
    close(desk, desk.days(-3))

    with pytest.raises(ClosedPeriod):
        desk.issue(draft, on=desk.days(-3))

    assert desk.of(draft, "state", "number") == ["draft", None]
    assert desk.issue(draft, on=desk.days(-2)) == draft


def test_books_that_were_opened_again_take_the_date(desk: Desk):
    draft = desk.draft(desk.line())
    close(desk, desk.days(-3))
    close(desk, None)

    assert desk.issue(draft, on=desk.days(-3)) == draft


@pytest.mark.parametrize("ahead", [0, 1, 4_000])
def test_a_day_that_is_not_over_cannot_be_closed(desk: Desk, ahead: int):
    day = desk.days(ahead)

    assert "is over" in refused(desk, NotOver, lambda work: organizing.close_books(work, until=day))


def test_a_moment_is_no_day_until_which_books_are_closed(desk: Desk):
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    refused(desk, NotOver, lambda work: organizing.close_books(work, until=moment))


@pytest.mark.parametrize(
    "on", [date(1, 1, 1), date(1899, 12, 31), datetime(2026, 1, 1, tzinfo=UTC)]
)
def test_nothing_is_dated_before_there_were_books_or_at_a_moment(desk: Desk, on: date):
    draft = desk.draft(desk.line())

    refused(desk, Invalid, lambda work: invoicing.issue_invoice(work, draft, on=on))
    desk.issue(draft, on=date(1900, 1, 1))


def test_whoever_closes_the_books_first_waits_for_what_is_being_posted(desk: Desk):
    """Of an organization that never said anything of itself, too."""
    draft, day, until = desk.draft(desk.line()), desk.days(-5), desk.days(-1)
    issued, ended = Event(), []

    @admin_command(Permission.LOOK)
    def issue_slowly(work) -> str:
        invoicing.issue_invoice(work, draft, on=day)
        issued.set()
        sleep(1)
        ended.append("posting")
        return draft

    def shut() -> None:
        issued.wait(5)
        close(desk, until)
        ended.append("closing")

    with ThreadPoolExecutor(2) as threads:
        for done in (threads.submit(desk.does, issue_slowly), threads.submit(shut)):
            done.result()

    assert ended == ["posting", "closing"]


def close(desk: Desk, until: date | None) -> str:
    return desk.does(lambda work: organizing.close_books(work, until=until))


# Taxes


def test_a_tax_is_added_once_however_often_its_form_is_sent(desk: Desk):
    form = drawn("tax")
    for _ in range(2):
        desk.does(lambda work: taxing.add_tax_rate(work, form, name="GST", rate_bp=1_000))

    assert desk.count(TaxRate) == 1
    refused(
        desk,
        Conflict,
        lambda work: taxing.add_tax_rate(work, form, name="GST", rate_bp=1_500),
    )


@pytest.mark.parametrize(
    ("name", "rate_bp"),
    [("", 1_000), ("x" * 61, 1_000), ("GST", -1), ("GST", 10_001), ("GST", 7.5)],
)
def test_a_tax_without_name_or_measure_is_refused(desk: Desk, name: str, rate_bp: int):
    form = drawn("tax")

    refused(desk, Invalid, lambda work: taxing.add_tax_rate(work, form, name=name, rate_bp=rate_bp))


def test_an_archived_tax_is_used_by_no_new_line_and_by_no_issue(desk: Desk):
    gst = desk.tax()
    draft = desk.draft(desk.line(tax=gst))
    desk.does(lambda work: taxing.archive_tax_rate(work, gst))

    with pytest.raises(TaxRateArchived):
        desk.draft(desk.line(tax=gst))
    with pytest.raises(TaxRateArchived):
        desk.issue(draft)


def test_a_tax_of_the_business_next_door_is_not_found(desk: Desk, world: World):
    foreign = Desk(world, by=world.otto).tax()

    refused(desk, NotFound, lambda work: taxing.archive_tax_rate(work, foreign))
    with pytest.raises(NotFound):
        desk.draft(desk.line(tax=foreign))


# Numbers


def test_numbers_follow_each_other_under_the_prefix_chosen(desk: Desk):
    first = desk.invoice()
    desk.does(lambda work: organizing.set_series(work, "invoice", prefix="2026/"))
    second = desk.invoice()

    assert [desk.of(each, "number") for each in (first, second)] == ["INV-00001", "2026/00002"]


def test_counting_begins_where_the_books_before_ended(desk: Desk):
    desk.does(lambda work: organizing.set_series(work, "invoice", prefix="H-", next_number=731))

    assert desk.of(desk.invoice(), "number") == "H-00731"


def test_a_series_under_way_goes_on_by_itself(desk: Desk):
    desk.invoice()

    refused(
        desk,
        SeriesUnderWay,
        lambda work: organizing.set_series(work, "invoice", prefix="H-", next_number=1),
    )
    assert desk.of(desk.invoice(), "number") == "INV-00002"


@pytest.mark.parametrize(
    ("kind", "prefix", "number"),
    [
        ("invoice", "INV-1", None),
        ("invoice", "a" * 13, None),
        ("invoice", "=cmd|", None),
        ("invoice", "\u202e-", None),
        ("invoice", "٣-", None),
        ("payslip", "P-", None),
        ("invoice", "I-", 0),
        ("invoice", "I-", 10**9),
        ("invoice", "I-", 1.5),
    ],
)
def test_a_series_that_could_repeat_or_spoil_a_number_is_refused(desk: Desk, kind, prefix, number):
    refused(
        desk,
        Invalid,
        lambda work: organizing.set_series(work, kind, prefix=prefix, next_number=number),
    )


def test_our_own_series_does_not_take_a_partners_prefix(desk: Desk, world: World):
    number = desk.of(desk.invoice(party_id=world.northside), "number")
    prefix = number.removesuffix("00001")

    refused(desk, PrefixTaken, lambda work: organizing.set_series(work, "invoice", prefix=prefix))


# What is on record about a customer


def test_a_customers_record_is_changed_as_a_whole(desk: Desk, world: World):
    desk.does(lambda work: enrolling.change_customer(work, world.marsh, **CUSTOMER))

    told = desk.told(Customer, world.marsh, *CUSTOMER)
    assert dict(zip(CUSTOMER, told, strict=True)) == CUSTOMER | {
        "email": "pay@marsh.example",
        "due_days": 30,
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", " "),
        ("email", "nobody"),
        ("due_days", "-1"),
        ("legal_name", "x" * 10_000),
        ("address", "x" * 501),
        ("tax_id", "x" * 10_000),
        ("currency", "XXX"),
        ("locale", "en_US"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused_at_its_field(
    desk: Desk, world: World, field: str, typed: str
):
    with pytest.raises(Invalid) as refusal:
        desk.does(
            lambda work: enrolling.change_customer(work, world.marsh, **(CUSTOMER | {field: typed}))
        )

    assert refusal.value.field == field
    assert desk.told(Customer, world.marsh, "name") == ["Marsh Design"]


def test_a_record_next_door_is_not_found(desk: Desk, world: World):
    refused(desk, NotFound, lambda work: enrolling.change_customer(work, world.brandt, **CUSTOMER))
