"""One-click reconciliation, with a gateway that was paid at, and books that know of it or not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from billing_app.access.installation import act_as
from billing_app.collecting.comparing import GatewayDoesNotAnswer, compare_with_gateway
from billing_app.collecting.reconciling import reconcile
from billing_app.gateways.payments import Stage
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotAllowed
from billing_app.reads.reconciliation import Match, Reconciliation
from billing_app.ui.admin.reconciliation import AdminReconciliationState
from tests.news import Newsroom
from tests.stripes import open_stripes
from tests.world import Person, World


@pytest.fixture
def newsroom(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    with open_stripes(tmp_path) as stripes:
        yield Newsroom(world, stripes, monkeypatch)


def compared(newsroom: Newsroom, by: Person | None = None) -> Reconciliation:
    actor = (by or newsroom.by).actor
    return compare_with_gateway(newsroom.place, actor, clock.now() - timedelta(days=1))  # type: ignore[arg-type]


def test_each_side_is_held_against_the_other(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(10_00))
    clock.move(timedelta(seconds=61))
    reconcile(newsroom.place)
    newsroom.pays_on_page(newsroom.invoice(20_00))
    newsroom.stripes.charged(amount=30_00, metadata={"organization": newsroom.world.harbour})
    newsroom.stripes.charged(amount=40_00, metadata={"organization": "org_of_somebody_else"})
    lost = newsroom.begin(newsroom.invoice(50_00))
    newsroom.settle(lost, Stage.SUCCEEDED, payment=f"pi_{uuid4().hex}")

    found = compared(newsroom)

    assert [each.amount.minor for each in found.matched] == [10_00]
    assert sorted((each.match, each.amount.minor) for each in found.wrong) == [
        (Match.ONLY_THERE, 20_00),
        (Match.ONLY_THERE, 30_00),
        (Match.ONLY_HERE, 50_00),
    ]
    assert all(each.fix for each in found.wrong)


def test_the_same_is_not_shown_next_door(newsroom: Newsroom):
    newsroom.pays_on_page(newsroom.invoice(10_00))

    found = compared(newsroom, newsroom.world.otto)

    assert (found.wrong, found.matched) == ([], [])


def test_who_takes_no_payments_compares_none(newsroom: Newsroom):
    with pytest.raises(NotAllowed):
        compared(newsroom, newsroom.world.vic)


def test_a_gateway_that_does_not_answer_is_said_to_be_away(newsroom: Newsroom):
    newsroom.stripes.set_mood("failing", about="GET *", times="9")

    with pytest.raises(GatewayDoesNotAnswer, match="nothing was compared"):
        compared(newsroom)


async def seen(newsroom: Newsroom, *, leaves: bool) -> AdminReconciliationState:
    """The screen after a comparison, while which somebody perhaps asked for something else."""
    act_as(newsroom.by.actor)
    screen = AdminReconciliationState()
    comparing = asyncio.create_task(screen._compare())
    while not screen.running:
        await asyncio.sleep(0)
    if leaves:
        screen.reset()
    await comparing
    return screen


def test_the_screen_shows_what_was_compared_and_nothing_that_is_not_asked_for_any_more(
    newsroom: Newsroom,
):
    newsroom.pays_on_page(newsroom.invoice(10_00))

    stays = asyncio.run(seen(newsroom, leaves=False))
    left = asyncio.run(seen(newsroom, leaves=True))

    assert (stays.done, stays.running, stays.counts["only_there"]) == (True, False, 1)
    assert (left.done, left.running, left.counts) == (False, False, {})


def test_no_event_of_a_tab_waits_for_a_comparison():
    handlers = AdminReconciliationState.event_handlers

    assert [name for name, each in handlers.items() if not each.is_background] == ["setvar"]
