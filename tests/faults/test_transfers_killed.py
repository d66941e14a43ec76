"""A process that is killed -9 while it takes a transfer: it is neither lost nor taken twice.

The money lies at the gateway, which lives on in the test's process. Whoever starts next hears of
it again, takes what was kept, or goes on with what was begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.collecting.transfers import hear_transfer
from tests.checking import check_books
from tests.dying import Act, dies
from tests.stripes import open_stripes
from tests.transfers import OWED, Remitter
from tests.world import World

OVER = 5_00

POINTS = (
    "transfer.kept",
    "attempt.kept",
    "transfer.begun",
    "transfer.prepared",
    "transfer.taken",
    "settle.received",
    "settle.posted",
    "settle.applied",
)
each_point = pytest.mark.parametrize("point", POINTS)


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def hears(remitter: Remitter) -> tuple[str, Act]:
    """Money arrives for an invoice, a little more than it asks for; how that is heard of."""
    invoice = remitter.owes()
    remitter.chooses(invoice)
    payer, arrived = remitter.payer(), remitter.sends(OWED + OVER)
    return invoice, lambda place: hear_transfer(place, payer, arrived)


def assert_taken_once(remitter: Remitter, invoice: str) -> None:
    assert (remitter.still(invoice), remitter.payments()) == (0, [OWED + OVER])
    assert (remitter.lies_there(), remitter.inbox()) == (0, [])
    taken = remitter.stripes.v1.payment_intents.list({"limit": 100}).data
    assert sum(each.amount_received for each in taken) == OWED + OVER
    remitter.sees(check_books)
    assert remitter.differences() == []


@each_point
def test_what_was_killed_is_taken_once_when_it_is_heard_of_again(remitter: Remitter, point: str):
    invoice, act = hears(remitter)

    assert dies(remitter, act, point)
    act(remitter.place)
    remitter.reconciles()

    assert_taken_once(remitter, invoice)


@each_point
def test_being_killed_again_and_again_takes_nothing_twice(remitter: Remitter, point: str):
    invoice, act = hears(remitter)

    for _ in range(2):
        dies(remitter, act, point)
    if not remitter.kept_transfers():
        act(remitter.place)
    remitter.reconciles()

    assert_taken_once(remitter, invoice)
