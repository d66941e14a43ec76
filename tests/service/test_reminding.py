"""Reminders: on the chosen days, once each, and to nobody who has paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from billing_app.gateways.payments import Stage
from billing_app.jobs import remind as reminding_job
from billing_app.jobs.schedule import PERIODIC
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotAllowed
from billing_app.kernel.plans import Part
from billing_app.kernel.reminder_days import latest
from billing_app.models.organization import Organization
from billing_app.services import linking, planning, reminding, voiding
from tests.billing import aud
from tests.post import Post
from tests.posting import PUBLIC_URL, place
from tests.rules import rule
from tests.world import World

Wait = Callable[[timedelta], None]
DAY = timedelta(days=1)


@pytest.fixture
def post(world: World, wait: Wait) -> Post:
    """Ada's desk at ten in the morning, where reminders are wanted around the due date."""
    post = Post(world)
    zone = post.sees(lambda work: work.exec(select(Organization.time_zone)).one())
    local = clock.now().astimezone(ZoneInfo(zone))
    tomorrow = datetime.combine(local.date() + DAY, datetime.min.time(), ZoneInfo(zone))
    wait(tomorrow + timedelta(hours=10) - local)
    post.remind(-3, 0, 7)
    return post


def due_in(post: Post, days: int, **more: str) -> str:
    return post.issue(post.draft(post.line(), due_on=post.days(days), **more))


def test_nobody_is_reminded_unless_an_organization_chose_days(world: World, post: Post, wait: Wait):
    post.remind()
    due_in(post, 1)
    wait(20 * DAY)

    assert post.comes_round() == []


def test_an_invoice_is_reminded_of_before_on_and_after_the_day_it_is_due(post: Post, wait: Wait):
    due_in(post, 5)
    due = post.days(5).isoformat()
    seen = []
    for _ in range(14):
        seen += post.comes_round()
        seen += post.comes_round()
        wait(DAY)

    assert seen == [("reminder", f"{due}{day}") for day in ("-3", "+0", "+7")]


def test_each_reminder_says_how_things_stand_on_its_day(post: Post, wait: Wait):
    invoice = due_in(post, 4)
    said = []
    for by in (1, 3, 7):
        wait(by * DAY)
        post.comes_round()
        said.append(post.says(post.last("reminder")).replace(post.of(invoice, "number"), "X"))

    assert "Invoice X is due in 3 days" in said[0]
    assert "Invoice X is due today" in said[1]
    assert "Invoice X was due 7 days ago" in said[2]


def test_days_that_were_missed_are_caught_up_by_one_letter(post: Post, wait: Wait):
    due_in(post, 4)
    due = post.days(4).isoformat()
    wait(13 * DAY)

    assert post.comes_round() == [("reminder", f"{due}+7")]
    assert post.comes_round() == []


def test_what_is_long_overdue_when_reminders_are_turned_on_is_left_alone(post: Post, wait: Wait):
    due_in(post, 1)
    wait(40 * DAY)

    assert post.comes_round() == []


def test_an_invoice_as_young_as_its_reminder_has_none(post: Post):
    due_in(post, 3)
    due_in(post, 0)

    assert post.comes_round() == []


def test_nobody_is_written_to_at_night(post: Post, wait: Wait):
    due_in(post, 3)
    wait(3 * DAY - timedelta(hours=3))

    assert [kind for kind, _ in post.comes_round()] == []

    wait(timedelta(hours=3))
    assert [kind for kind, _ in post.comes_round()] == ["reminder"]


@pytest.mark.parametrize("how", ["paid", "void", "draft", "on its way", "being paid"])
@rule(72)
def test_nobody_is_reminded_of_what_they_need_not_pay(post: Post, wait: Wait, how: str):
    invoice = post.draft(post.line(), due_on=post.days(3))
    if how != "draft":
        post.issue(invoice)
    if how == "paid":
        post.pay(100_00, invoice)
    elif how == "void":
        post.does(lambda work: voiding.void_invoice(work, invoice, reason="Twice"))
    elif how == "on its way":
        post.settle(post.begin(invoice), Stage.PROCESSING)
    wait(3 * DAY)
    if how == "being paid":
        post.begin(invoice)
    post.comes_round()

    assert post.written("reminder") == []


def test_what_comes_on_its_way_after_the_reminder_was_written_stops_it(post: Post, wait: Wait):
    invoice = due_in(post, 3)
    wait(3 * DAY)
    post.comes_round()
    post.settle(post.begin(invoice), Stage.PROCESSING)

    assert post.last("reminder").needless == "What it asks for is on its way."


def test_a_request_is_reminded_of_in_its_own_words(post: Post, wait: Wait):
    post.raises(post.ask(500_00))
    wait(14 * DAY)
    post.comes_round()

    said = post.says(post.last("reminder"))

    assert "It is a request and no debt." in said
    assert "due" not in said


@rule(50)
def test_a_reminder_makes_the_pay_link_good_for_longer(post: Post, wait: Wait):
    invoice = due_in(post, 1)
    post.ask_for(invoice)
    post.remind(45)
    wait(46 * DAY)
    assert post.last("payment_request").link == ""
    post.comes_round()

    letter = post.last("reminder")

    assert letter.link.startswith(f"{PUBLIC_URL}/pay/")
    assert post.held(letter.link.rpartition("/")[2]).customer_id is not None


def test_a_link_that_was_withdrawn_stays_withdrawn(post: Post, wait: Wait):
    invoice = due_in(post, 3)
    post.link(invoice)
    post.does(lambda work: linking.withdraw_pay_link(work, invoice))
    wait(3 * DAY)
    post.comes_round()

    letter = post.last("reminder")

    assert letter.link == ""
    assert "ask the person you deal with" in post.says(letter)


def in_parts(post: Post, *days: int) -> str:
    drafted = post.draft(post.line(300_00))
    parts = [Part(post.days(day), aud(300_00 // len(days))) for day in days]
    post.does(lambda work: planning.plan_in_parts(work, drafted, parts=parts))
    return post.issue(drafted)


def test_each_part_of_a_plan_is_asked_for_ahead_and_reminded_of(post: Post, wait: Wait):
    invoice = in_parts(post, 1, 10, 20)
    first, second = post.days(1).isoformat(), post.days(10).isoformat()
    seen = []
    for day in range(12):
        if day == 5:
            post.pay(100_00, invoice)
        seen += post.comes_round()
        wait(DAY)

    assert seen == [
        ("reminder", f"{first}+0"),
        ("instalment_due", second),
        ("reminder", f"{second}+0"),
    ]
    said = post.says(post.full(post.written("instalment_due")[0]))
    assert "Part 2 of 3" in said
    assert "Still to pay in all: A$200.00" in said


def test_parts_are_asked_for_although_reminders_are_off(post: Post, wait: Wait):
    post.remind()
    in_parts(post, 1, 10)
    wait(7 * DAY)

    assert [kind for kind, _ in post.comes_round()] == ["instalment_due"]


def test_a_part_that_is_covered_is_not_asked_for(post: Post, wait: Wait):
    invoice = in_parts(post, 1, 10)
    post.pay(300_00, invoice)
    wait(7 * DAY)

    assert post.comes_round() == []


def test_a_part_whose_money_is_on_its_way_is_not_asked_for_again(post: Post, wait: Wait):
    invoice = in_parts(post, 1, 10, 20)
    post.settle(post.begin(invoice, amount=100_00), Stage.PROCESSING)
    wait(2 * DAY)
    assert post.comes_round() == []

    wait(5 * DAY)
    post.comes_round()
    said = post.says(post.last("instalment_due"))
    assert "Still to pay in all: A$300.00 Of that on its way: A$100.00" in said

    post.settle(post.begin(invoice, amount=100_00), Stage.PROCESSING)
    assert post.last("instalment_due").needless == "What it asks for is on its way."


def test_of_reminders_that_had_to_wait_only_the_last_one_leaves(post: Post, wait: Wait):
    due_in(post, 5)
    for _ in range(14):
        post.comes_round()
        wait(DAY)

    why = [post.full(each).needless for each in post.written("reminder")]

    assert why == ["A later reminder says how things stand."] * 2 + [""]


def test_a_later_reminder_of_a_part_that_was_paid_since_stops_no_other(post: Post, wait: Wait):
    post.remind(0, 12)
    invoice = in_parts(post, 1, 10)
    second = post.days(10).isoformat()
    for _ in range(14):
        post.comes_round()
        wait(DAY)
    post.pay(150_00, invoice)

    waiting = [post.full(each) for each in post.written("reminder")]

    assert [each.detail for each in waiting if not each.needless] == [f"{second}+0"]


def test_partners_are_reminded_too_and_sign_in_to_pay(post: Post, wait: Wait):
    due_in(post, 3, party_id=post.world.northside)
    wait(3 * DAY)
    post.comes_round()

    assert post.last("reminder").link == f"{PUBLIC_URL}/sign-in"


def test_the_runner_looks_each_hour_and_writes_for_every_organization(post: Post, wait: Wait):
    due_in(post, 3)
    wait(3 * DAY)
    (entry,) = [entry for entry in PERIODIC if entry.name == "remind"]

    entry.run(place(post.world))
    entry.run(place(post.world))

    assert entry.run is reminding_job.remind
    assert entry.every == timedelta(hours=1)
    assert len(post.written("reminder")) == 1


@pytest.mark.parametrize("days", [[61], [-61], [1.5], [True], list(range(7))])
def test_days_that_nobody_means_are_refused(post: Post, days: list[int]):
    with pytest.raises(Invalid):
        post.does(lambda work: reminding.set_reminders(work, days=days))


def test_only_those_who_keep_the_books_choose_the_days(post: Post):
    with pytest.raises(NotAllowed):
        post.world.grace.does(lambda work: reminding.set_reminders(work, days=[1]))


@pytest.mark.parametrize(
    ("now", "day"),
    [(1, None), (2, -3), (4, -3), (5, 0), (11, 0), (12, 7), (26, 7), (27, None)],
)
def test_the_last_day_that_has_come_counts(now: int, day: int | None):
    assert latest([-3, 0, 7], date(2026, 3, 5), date(2026, 3, now)) == day
