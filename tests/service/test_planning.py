"""Plans: an invoice asked for in parts."""

from __future__ import annotations

from datetime import date

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed, NotFound
from billing_app.kernel.money import MixedCurrencies, Money
from billing_app.kernel.plans import Part
from billing_app.reads import draft_view
from billing_app.reads.shown import day
from billing_app.services import drafting, invoicing, planning
from billing_app.services.invoicing import DueTooEarly, PlanDiffers
from billing_app.services.planning import PartsDiffer
from tests.billing import Desk, aud, refused
from tests.world import World

LEAP = date(2032, 1, 31)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def equally(desk: Desk, draft: str, count: int, **more) -> str:
    said = {"first_due_on": LEAP, "months_apart": 1} | more
    return desk.does(lambda work: planning.plan_in_equal_parts(work, draft, count=count, **said))


def in_parts(desk: Desk, draft: str, *parts: Part) -> str:
    return desk.does(lambda work: planning.plan_in_parts(work, draft, parts))


def test_the_odd_cent_is_in_the_first_part_and_a_short_month_has_its_last_day(desk: Desk):
    draft = desk.draft(desk.line(100_00))

    equally(desk, draft, 3)

    assert desk.plan(draft) == [
        (LEAP, 33_34),
        (date(2032, 2, 29), 33_33),
        (date(2032, 3, 31), 33_33),
    ]


def test_parts_can_be_weeks_apart(desk: Desk):
    draft = desk.draft(desk.line(100_00))

    equally(desk, draft, 2, months_apart=0, days_apart=14)

    assert desk.plan(draft) == [(LEAP, 50_00), (date(2032, 2, 14), 50_00)]


def test_parts_of_their_own_days_and_amounts_come_to_the_whole(desk: Desk):
    draft = desk.draft(desk.line(100_00))
    parts = [Part(LEAP, aud(70_00)), Part(date(2032, 6, 1), aud(30_00))]

    in_parts(desk, draft, *parts)
    in_parts(desk, draft, *parts)

    assert desk.plan(draft) == [(LEAP, 70_00), (date(2032, 6, 1), 30_00)]


BAD_PLANS = [
    (PartsDiffer, [Part(LEAP, aud(99_99))]),
    (PartsDiffer, [Part(LEAP, aud(100_01))]),
    (Invalid, []),
    (Invalid, [Part(LEAP, aud(100_00)), Part(date(2032, 2, 1), aud(0))]),
    (Invalid, [Part(LEAP, aud(101_00)), Part(date(2032, 2, 1), aud(-1_00))]),
    (Invalid, [Part(LEAP, aud(50_00)), Part(LEAP, aud(50_00))]),
    (Invalid, [Part(LEAP, aud(50_00)), Part(date(2032, 1, 30), aud(50_00))]),
    (MixedCurrencies, [Part(LEAP, Money(100_00, "EUR"))]),
]


@pytest.mark.parametrize(("refusal", "parts"), BAD_PLANS)
def test_parts_that_are_not_the_whole_are_refused(desk: Desk, refusal, parts):
    draft = desk.draft(desk.line(100_00))

    refused(desk, refusal, lambda work: planning.plan_in_parts(work, draft, parts))


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (0, {}),
        (-1, {}),
        (121, {}),
        (101, {"total": 1_00}),
        (2, {"months_apart": 0}),
        (2, {"months_apart": -1}),
        (2, {"months_apart": 13}),
        (2, {"days_apart": 7}),
        (1, {"total": 0}),
        (2.5, {}),
        (2, {"months_apart": 1.0}),
        (2, {"first_due_on": date(9999, 12, 1)}),
        (2, {"first_due_on": date(9999, 12, 1), "months_apart": 0, "days_apart": 31}),
    ],
)
def test_a_plan_nobody_can_keep_is_refused(desk: Desk, count: int, more: dict):
    said = {"first_due_on": LEAP, "months_apart": 1} | more
    draft = desk.draft(desk.line(said.pop("total", 100_00)))

    refused(
        desk,
        Invalid,
        lambda work: planning.plan_in_equal_parts(work, draft, count=count, **said),
    )


def test_an_invoice_in_parts_is_due_in_full_with_the_last_one(desk: Desk):
    draft = desk.draft(desk.line(100_00), due_on=desk.days(1))
    equally(desk, draft, 3)

    desk.issue(draft)

    assert desk.of(draft, "due_on", "still_to_pay_minor") == [date(2032, 3, 31), 100_00]
    assert len(desk.plan(draft)) == 3


def test_a_plan_is_made_again_when_the_draft_asks_for_something_else(desk: Desk):
    draft, line = desk.draft(desk.line(100_00)), desk.line(90_00)
    equally(desk, draft, 3)
    desk.does(
        lambda work: drafting.change_draft(
            work, draft, version=2, lines=[line], currency="AUD", prices_include_tax=False
        )
    )

    sentence = refused(desk, PlanDiffers, lambda work: invoicing.issue_invoice(work, draft))
    assert "$100.00" in sentence
    assert "$90.00" in sentence
    equally(desk, draft, 3)
    assert desk.issue(draft) == draft


def test_a_dropped_plan_leaves_one_sum(desk: Desk):
    draft = desk.draft(desk.line(100_00))
    equally(desk, draft, 3)
    desk.does(lambda work: planning.drop_plan(work, draft))

    assert desk.plan(draft) == []
    assert desk.of(desk.issue(draft), "due_on") == desk.days(14)


def test_no_part_is_due_before_the_invoice_is_issued(desk: Desk):
    draft, yesterday = desk.draft(desk.line(100_00)), desk.days(-1)
    equally(desk, draft, 2, first_due_on=yesterday)

    refused(desk, DueTooEarly, lambda work: invoicing.issue_invoice(work, draft))


def test_a_viewer_plans_nothing_and_a_stranger_finds_nothing(world: World):
    draft = Desk(world).draft(Desk(world).line())

    for who, refusal in ((world.vic, NotAllowed), (world.otto, NotFound)):
        refused(Desk(world, by=who), refusal, lambda work: planning.drop_plan(work, draft))


def due(desk: Desk, draft: str) -> str:
    """By when it is due, in the words of whoever is asked whether it shall be issued."""
    return desk.does(lambda work: draft_view.draft(work, draft)).due


def test_a_draft_says_by_when_it_is_due_if_it_is_issued_now(desk: Desk, world: World):
    typed, followed = desk.draft(desk.line(), due_on=desk.days(5)), desk.draft(desk.line())
    partners, planned = desk.draft(desk.line(), party_id=world.northside), desk.draft(desk.line())
    equally(desk, planned, 3)

    for draft in (typed, followed, partners, planned):
        told = due(desk, draft)
        desk.issue(draft)
        assert told == day(desk.of(draft, "due_on"))
