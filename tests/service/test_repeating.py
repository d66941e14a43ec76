"""Commands that are sent twice: they do their work once, and answer the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.models.ledger import CommandKey
from billing_app.services.paying import Part
from billing_app.services.repeating import SaidDifferently, once, remember
from tests.billing import Desk, aud, refused
from tests.world import World

SAID = ["inv_1", aud(5_00), date(2026, 3, 31), [Part("inv_1", aud(5_00))], None, True]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def command(answer: str, key: str = "k", said: Any = SAID, verb: str = "pay"):
    """A command that answers what it is told to, unless it was answered before."""

    @admin_command(Permission.LOOK)
    def act(work: Work[Any]) -> str:
        first = once(work, key, verb, said)
        if first is not None:
            return first
        remember(work, key, answer)
        return answer

    return act


def test_the_first_answer_is_the_answer(desk: Desk):
    assert [desk.does(command("one")), desk.does(command("two"))] == ["one", "one"]


@pytest.mark.parametrize(
    "other",
    [
        {"said": []},
        {"said": [*SAID[:-1], False]},
        {"said": ["inv_1", aud(5_01), *SAID[2:]]},
        {"verb": "refund"},
    ],
)
def test_other_words_under_the_same_key_are_refused(desk: Desk, other: dict[str, Any]):
    desk.does(command("one"))

    refused(desk, SaidDifferently, command("two", **other))


def test_the_order_in_which_arguments_are_named_says_nothing(desk: Desk):
    desk.does(command("one", said={"invoice_id": "inv_1", "amount": aud(5_00)}))
    again = command("two", said={"amount": aud(5_00), "invoice_id": "inv_1"})

    assert desk.does(again) == "one"


def test_without_a_key_every_command_is_a_first_one(desk: Desk):
    assert [desk.does(command(each, key="")) for each in ("one", "two")] == ["one", "two"]
    assert desk.count(CommandKey) == 0


def test_what_a_command_makes_is_its_key_and_its_answer(desk: Desk):
    def make(amount, key=""):
        @admin_command(Permission.LOOK)
        def act(work: Work[Any]) -> str:
            return once(work, key, "pay", [amount], makes="pay_1") or "done"

        return act

    assert [desk.does(make(1)), desk.does(make(1))] == ["done", "pay_1"]
    refused(desk, SaidDifferently, make(2))
    assert [desk.does(make(1, key="k")), desk.does(make(1, key="k"))] == ["done", "pay_1"]


def test_a_key_counts_within_one_organization(desk: Desk, world: World):
    desk.does(command("one"))

    assert world.otto.does(command("two")) == "two"


def test_a_key_of_a_command_that_failed_is_free_again(desk: Desk):
    @admin_command(Permission.LOOK)
    def fail(work: Work[Any]) -> str:
        once(work, "k", "pay", SAID)
        raise Conflict

    refused(desk, Conflict, fail)

    assert desk.does(command("two")) == "two"


def test_an_endless_key_is_refused(desk: Desk):
    refused(desk, Invalid, command("one", key="k" * 81))


def test_of_many_sent_at_once_one_does_the_work_and_all_hear_its_answer(desk: Desk):
    with ThreadPoolExecutor(max_workers=6) as threads:
        answers = list(threads.map(lambda at: desk.does(command(f"{at}")), range(12)))

    assert len(set(answers)) == 1
    assert desk.count(CommandKey) == 1


def test_what_cannot_be_spelled_is_our_own_mistake(desk: Desk):
    with pytest.raises(TypeError, match="cannot be compared"):
        desk.does(command("one", said=[clock]))
