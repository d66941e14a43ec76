"""A thousand kills -9 at random moments while eight people take and give back money.

Four payers pay by link over the wire; four admins, in a process of their own, issue, charge
and give back. The server, with the runner in it, and the admins' process are killed whenever
chance wants it, and start again; the gateway, the database and the browsers live on.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from billing_app.kernel.clock import clock
from billing_app.serving.build import build_if_changed
from tests.conftest import DATABASES, new_postgresql_database
from tests.counting import say
from tests.siege import Siege
from tests.stripe_process import distant_stripe

KILLS = int(os.environ.get("TORTURE_KILLS", "1000"))
SEED = int(os.environ.get("TORTURE_SEED", "20261121"))
PAYERS = 4
SERVES_AGAIN_WITHIN_S = 10
_LOOKED_OVER_EVERY = 100
_LIVE_LONG = 0.05


@pytest.fixture(params=DATABASES)
def siege(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Siege]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'quittance.db'}"
    else:
        url = new_postgresql_database(request.getfixturevalue("postgresql"), "besieged")
    # Making the pages belongs to no restart.
    build_if_changed(lambda _: None)
    before = clock._offset, clock._movable
    with distant_stripe(tmp_path / "stripe") as stripe:
        here = Siege(url, tmp_path, stripe, SEED)
        with closing(here.database):
            yield here
    clock._offset, clock._movable = before


@pytest.mark.torture
def test_a_thousand_kills_lose_nothing_and_take_nothing_twice(siege: Siege):
    began = time.monotonic()
    besiege(siege)
    siege.kill_server()
    siege.kill_desk()
    siege.come_to_rest()

    say(told(siege, time.monotonic() - began))
    siege.look_over()
    assert siege.desk.differences() == []
    assert siege.undecided() == []
    assert siege.taken() == siege.stripe.taken()
    assert len({attempt for attempt, _ in siege.taken().values()}) == len(siege.taken())
    assert siege.given_back() == siege.stripe.given_back()
    assert siege.desk.credit() == 0, "somebody paid what was paid already"
    assert siege.lost() == []
    assert siege.mistakes() == []
    assert max(siege.restarts["cold"] + siege.restarts["warm"]) <= SERVES_AGAIN_WITHIN_S


def besiege(siege: Siege) -> None:
    """Have people at work, and kill server and admins when chance wants it, often enough."""
    over = threading.Event()

    def again_and_again(act: Callable[[], None]) -> None:
        try:
            while not over.is_set():
                act()
        finally:
            over.set()

    def looked_over() -> None:
        if siege.kills.total() >= KILLS:
            over.set()
        elif siege.kills.total() // _LOOKED_OVER_EVERY > siege.looks:
            siege.look_over()
        time.sleep(0.5)

    siege.start_server()
    siege.start_desk()
    acts = [*_deaths(siege), looked_over, *(_payer(siege, number) for number in range(PAYERS))]
    with ThreadPoolExecutor(len(acts)) as threads:
        done = [threads.submit(again_and_again, act) for act in acts]
    for each in done:
        each.result()


def _deaths(siege: Siege) -> list[Callable[[], None]]:
    of_server, of_desk = random.Random(f"{SEED} server"), random.Random(f"{SEED} desk")

    def server_dies() -> None:
        # Now and then it lives long enough to look after what those before it left behind.
        lives_long = of_server.random() < _LIVE_LONG
        time.sleep(of_server.uniform(5, 20) if lives_long else of_server.uniform(0.1, 2))
        siege.kill_server()
        siege.start_server()

    def desk_dies() -> None:
        time.sleep(of_desk.uniform(0.2, 2))
        siege.kill_desk()
        siege.start_desk()

    return [server_dies, desk_dies]


def _payer(siege: Siege, number: int) -> Callable[[], None]:
    chance = random.Random(f"{SEED} payer {number}")
    return lambda: siege.pays(chance, machine=f"127.88.0.{number + 1}")


def told(siege: Siege, took_s: float) -> str:
    """What happened, and that both sides tell the same of it."""
    there, here = siege.stripe.taken(), siege.taken()
    back_there, back_here = siege.stripe.given_back(), siege.given_back()
    kind = "sqlite" if siege.database.is_sqlite else "postgresql"
    worst = " · ".join(
        f"{how} {max(times):.1f} s of {len(times)}"
        for how, times in siege.restarts.items()
        if times
    )
    return "\n".join(
        (
            f"torture on {kind}, seed {SEED}: {siege.kills.total()} kills {dict(siege.kills)} in"
            f" {took_s:.0f} s · admins were answered {dict(siege.answered())}",
            f"  captures at the simulator {_sum(there)} = in the books {_sum(here)}"
            f" · refunds {_sum(back_there)} = {_sum(back_here)}"
            f" · unbalanced {len(siege.desk.differences())} · worst restart: {worst}"
            f" (load {os.getloadavg()[1]:.0f} on {os.cpu_count()} processors)",
        )
    )


def _sum(of: dict[str, Any]) -> str:
    amounts = [each[1] if isinstance(each, tuple) else each for each in of.values()]
    return f"{len(amounts)} ({sum(amounts)})"
