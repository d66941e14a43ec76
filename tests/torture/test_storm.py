"""A storm of frames from many addresses at once. Long, seeded, and counted."""

from __future__ import annotations

import os
import random
import statistics
import threading
import time

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS
from tests.attack.test_floods import frame, waits
from tests.servers import Site

SECONDS = int(os.environ.get("TORTURE_SECONDS", "30"))
SEED = int(os.environ.get("TORTURE_SEED", "20261121"))
ATTACKERS = 20
_P95_S = 1.0
_GROWTH = 128 * 1024 * 1024

FRAMES = (
    frame("nonsense"),
    frame(HANDLERS["AdminNewInvoiceState.search_for"], search="x"),
    frame(HANDLERS["AdminCustomersState.add"], form="x"),
    frame(HANDLERS["ProfileState.rename"], form={"name": ["x"]}),
    "42/_event,[" * 10,
    '42/_event,["ping"]',
    "42/_event," + "[" * 2_000,
    "x" * 70_000,
)


@pytest.mark.torture
def test_a_storm_from_twenty_addresses_leaves_the_house_standing(site: Site):
    stop = threading.Event()
    sent = [0] * ATTACKERS
    storm = [
        threading.Thread(target=_attack, args=(site, number, stop, sent))
        for number in range(ATTACKERS)
    ]
    process = psutil.Process(site.pid)
    written, before = contents(site.database), _memory(process)
    for attacker in storm:
        attacker.start()

    found: list[float] = []
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found += waits(site, times=20)

    stop.set()
    for attacker in storm:
        attacker.join()
    p95 = statistics.quantiles(found, n=20)[-1]
    grown = _memory(process) - before
    print(
        f"\nseed {SEED} · {sum(sent)} frames in {SECONDS} s · {len(found)} answers beside it,"
        f" p95 {p95 * 1000:.0f} ms · memory {grown / 1_048_576:+.0f} MiB · rows written 0"
    )
    assert contents(site.database) == written
    assert p95 < _P95_S
    assert grown < _GROWTH
    assert "traceback" not in site.log.read_text()


def _attack(site: Site, number: int, stop: threading.Event, sent: list[int]) -> None:
    chance = random.Random(SEED + number)
    while not stop.is_set():
        try:
            tab = site.tab(source=f"127.0.1.{number + 1}")
            while not stop.is_set():
                tab.send_raw(chance.choice(FRAMES))
                sent[number] += 1
        except (ConnectionClosed, InvalidStatus, OSError, TimeoutError):
            time.sleep(0.05)


def _memory(process: psutil.Process) -> int:
    return sum(part.memory_info().rss for part in (process, *process.children(recursive=True)))
