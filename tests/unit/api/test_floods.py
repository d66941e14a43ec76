import asyncio
import statistics
import time

import pytest

from billing_app.api.rates import Limits, Rate
from tests.unit.api.calls import (
    ADD,
    CLICK,
    CONNECT,
    GOOD_QUERY,
    HOUSE,
    REPORT,
    UNKNOWN,
    Line,
    edge,
    open_socket,
    scope,
    speak,
)


def test_of_a_flood_only_the_burst_arrives_and_then_the_socket_closes():
    line = open_socket(CONNECT, *[CLICK] * 1_000)
    assert 60 <= len(line.heard) <= 65
    assert line.closed_with == 1008


def test_frames_that_fit_in_between_do_not_keep_a_flood_going():
    mixed = ([UNKNOWN] * 3 + [CLICK]) * 20
    limits = Limits(socket_frames=Rate(1_000, 1_000), drops=Rate(burst=9, per_second=0.001))
    line = open_socket(CONNECT, *mixed, limits=limits)
    assert (len(line.heard), line.closed_with) == (4, 1008)


def test_frames_of_one_address_are_counted_over_all_its_sockets():
    line = Line()
    limits = Limits(calm_frames=Rate(0, 0), address_frames=Rate(burst=5, per_second=0.001))
    door = edge(line.listen, limits=limits)
    for _ in range(3):
        asyncio.run(speak(door, line, [CONNECT, CLICK]))
    assert len(line.heard) == 5


def test_a_calm_socket_is_heard_although_its_address_has_used_up_everything():
    line = Line()
    door = edge(line.listen, limits=Limits(address_frames=Rate(burst=1, per_second=0.001)))
    asyncio.run(speak(door, line, [CONNECT, *[CLICK] * 200]))
    heard_of_the_flood = len(line.heard)
    asyncio.run(speak(door, line, [CONNECT, *[CLICK] * 20]))
    assert heard_of_the_flood == 31
    assert len(line.heard) - heard_of_the_flood == 21


def _sized(size: int) -> str:
    frame = CLICK.replace(',"router', ',"payload":{"x":""},"router')
    return frame.replace('"x":""', f'"x":"{"a" * (size - len(frame))}"')


@pytest.mark.parametrize(
    ("size", "heard"),
    [(64 * 1024, 2), (16 * 1024 + 1, 2), (16 * 1024, 15), (8 * 1024, 31)],
)
def test_the_larger_the_frames_the_fewer_are_heard(size, heard):
    limits = Limits(
        socket_bytes=Rate(burst=256 * 1024, per_second=1),
        large_frames=Rate(burst=2, per_second=0.001),
    )
    line = open_socket(CONNECT, *[_sized(size)] * 50, limits=limits)
    assert len(line.heard) - 1 == heard
    assert line.closed_with is None


def test_bytes_of_one_address_are_counted_over_all_its_sockets():
    line = Line()
    door = edge(line.listen, limits=Limits(address_bytes=Rate(burst=50_000, per_second=0.001)))
    for _ in range(4):
        asyncio.run(speak(door, line, [CONNECT, _sized(16_000), CLICK]))
    assert [len(frame) > 10_000 for frame in line.heard].count(True) == 3
    assert line.heard.count(CLICK) == 4


def test_of_a_page_that_breaks_on_and_on_five_reports_a_minute_are_heard():
    line = open_socket(CONNECT, *[CLICK.replace(ADD, REPORT)] * 20, CLICK)
    assert [REPORT in frame for frame in line.heard].count(True) == 5
    assert line.heard[-1] == CLICK


def test_reports_of_one_address_are_counted_over_all_its_sockets():
    line = Line()
    door = edge(line.listen, limits=Limits(address_reports=Rate(burst=7, per_second=0.001)))
    for _ in range(3):
        asyncio.run(speak(door, line, [CONNECT, *[CLICK.replace(ADD, REPORT)] * 5]))
    assert [REPORT in frame for frame in line.heard].count(True) == 7


def test_an_address_opens_sockets_in_a_burst_and_then_waits():
    line = Line()
    door = edge(line.listen)
    for _ in range(70):
        asyncio.run(speak(door, line, []))
    assert 60 <= len(line.scopes) <= 62


def test_an_address_holds_so_many_sockets_and_a_closed_one_makes_room():
    line = Line()
    door = edge(line.listen, limits=Limits(open_sockets=2))

    async def three_at_once_then_one():
        hang_up = asyncio.Event()
        calls = [speak(door, line, [], before_hanging_up=hang_up.wait) for _ in range(3)]
        sockets = [asyncio.create_task(call) for call in calls]
        await asyncio.sleep(0.01)
        opened_at_once = len(line.scopes)
        hang_up.set()
        await asyncio.gather(*sockets)
        await speak(door, line, [])
        return opened_at_once, len(line.scopes)

    assert asyncio.run(three_at_once_then_one()) == (2, 3)


def test_while_a_flood_is_thrown_away_everybody_else_gets_a_turn():
    turns = 0

    async def somebody_else():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both():
        other = asyncio.create_task(somebody_else())
        line = Line()
        await speak(edge(line.listen), line, [UNKNOWN] * 200)
        other.cancel()

    asyncio.run(both())
    assert turns >= 200


def test_500_frames_in_a_second_do_not_make_another_client_wait():
    """Each frame costs Reflex 5 ms here, so that 500 unfiltered ones would take 2.5 s."""

    async def reflex(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            time.sleep(0.005)
            await send({"type": "websocket.send", "text": message["text"]})

    async def both():
        door, calm = edge(reflex), Calm(clicks=20, every=0.05)
        flood = [CONNECT, *[CLICK, UNKNOWN] * 250]
        await asyncio.gather(calm.use(door), speak(door, Line(), flood))
        return calm.waited

    waited = asyncio.run(both())
    assert len(waited) == 21
    assert statistics.quantiles(waited, n=20)[-1] < 0.3


class Calm:
    """A browser that clicks on time, and counts its wait from when it meant to click."""

    def __init__(self, *, clicks: int, every: float) -> None:
        self._frames = [CONNECT, *[CLICK] * clicks]
        self._every = every
        self._meant_at = 0.0
        self.waited: list[float] = []

    async def use(self, door) -> None:
        self._meant_at = time.perf_counter()
        query = GOOD_QUERY.encode()
        socket = scope("websocket", "/_event/", [("origin", HOUSE)], query_string=query)
        await door(socket, self._messages().__anext__, self._answered)

    async def _messages(self):
        yield {"type": "websocket.connect"}
        for frame in self._frames:
            self._meant_at += self._every
            await asyncio.sleep(self._meant_at - time.perf_counter())
            yield {"type": "websocket.receive", "text": frame}
        yield {"type": "websocket.disconnect", "code": 1000}

    async def _answered(self, message) -> None:
        if message["type"] == "websocket.send":
            self.waited.append(time.perf_counter() - self._meant_at)
