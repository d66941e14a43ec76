"""AT15: too much at once. One client's flood is another client's ordinary day."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS
from tests.servers import Site

SEARCH = HANDLERS["AdminNewInvoiceState.search_for"]
_P95_S = 0.3


def frame(name: str = SEARCH, **payload: object) -> str:
    event = {"name": name, "payload": payload, "router_data": {"pathname": "/admin"}}
    return "42/_event," + json.dumps(["event", event])


def waits(site: Site, times: int = 40) -> list[float]:
    """How long somebody at another desk waits for each answer."""
    tab = site.tab(site.world.grace.token)
    tab.settle()
    found = []
    for number in range(times):
        began = time.perf_counter()
        tab.ask(SEARCH, {"search": f"m{number % 2}"})
        found.append(time.perf_counter() - began)
        time.sleep(0.08)
    return found


def flood(site: Site, stop: threading.Event, per_second: int) -> None:
    tab = site.tab(site.world.ada.token)
    try:
        while not stop.is_set():
            tab.send_raw(frame(search="x"))
            time.sleep(1 / per_second)
    except ConnectionClosed:
        return


@pytest.mark.parametrize("per_second", [500, 5_000])
def test_at15_a_flood_on_one_socket_leaves_the_others_their_pace(
    site: Site, per_second: int, record_property: Callable[[str, object], None]
):
    stop = threading.Event()
    attacker = threading.Thread(target=flood, args=(site, stop, per_second))
    attacker.start()

    found = waits(site)

    stop.set()
    attacker.join()
    p95 = statistics.quantiles(found, n=20)[-1]
    record_property("p95_ms", round(p95 * 1000))
    assert p95 < _P95_S


def test_at15_a_frame_of_two_megabytes_ends_its_socket_and_nothing_else(site: Site):
    written = contents(site.database)
    tab = site.tab(site.world.ada.token)

    tab.send_raw(frame(search="x" * 2_000_000))
    with pytest.raises(ConnectionClosed):
        tab.settle()

    assert contents(site.database) == written
    assert site.get("/healthz").status_code == 200


def test_at15_a_binary_frame_ends_its_socket(site: Site):
    tab = site.tab(site.world.ada.token)

    tab.send_raw(b"\x00" * 100)

    with pytest.raises(ConnectionClosed):
        tab.settle()


def test_at15_thousands_of_new_tabs_are_turned_away_and_memory_stays(site: Site):
    """From a neighbour's address, because each address has its own measure."""
    process = psutil.Process(site.pid)
    before = _memory(process)
    opened = refused = 0
    for _ in range(400):
        try:
            site.tab(source="127.0.0.77").close()
            opened += 1
        except InvalidStatus:
            refused += 1

    assert refused > 200, f"{opened} opened"
    assert _memory(process) - before < 64 * 1024 * 1024
    assert site.tab(site.world.ada.token).settle() is not None


def _memory(process: psutil.Process) -> int:
    return sum(part.memory_info().rss for part in (process, *process.children(recursive=True)))
