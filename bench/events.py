"""The round trip of an event over the page's socket, from sending to the first answer."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.timing import Timings

_EVENTS = 100
_PAUSE_S = 0.05
_PING, _PONG = "2", "3"
_NAMESPACE = "/_event"
_HYDRATE: dict[str, object] = {
    "name": "reflex___state____state.hydrate_and_load",
    "payload": {},
    "router_data": {"pathname": "/sign-in", "query": {}, "asPath": "/sign-in"},
}


def measure(url: str) -> Timings:
    """Hydrate the sign-in page again and again, at the pace of a quick person."""
    timings = Timings("event, nobody signed in")
    host = urlsplit(url).netloc
    address = f"ws://{host}{_NAMESPACE}/?EIO=4&transport=websocket&token={uuid.uuid4()}"
    with connect(address, origin=Origin(url), compression=None) as socket:
        _join(socket)
        for _ in range(_EVENTS):
            with timings.one():
                _send(socket, _HYDRATE)
                _await_answer(socket)
            _pause(socket)
    return timings


def _join(socket: ClientConnection) -> None:
    """Engine.IO greets, then Socket.IO wants the namespace named."""
    socket.recv(timeout=5)
    socket.send(f"40{_NAMESPACE},")
    while not str(socket.recv(timeout=5)).startswith(f"40{_NAMESPACE},"):
        pass


def _send(socket: ClientConnection, event: dict[str, object]) -> None:
    socket.send(f"42{_NAMESPACE},{json.dumps(['event', event])}")


def _await_answer(socket: ClientConnection) -> None:
    while not _next_message(socket, timeout=5).startswith(f'42{_NAMESPACE},["event"'):
        pass


def _pause(socket: ClientConnection) -> None:
    """Let the rest of the answer arrive, or it would pass for the next event's."""
    with suppress(TimeoutError):
        while True:
            _next_message(socket, timeout=_PAUSE_S)


def _next_message(socket: ClientConnection, *, timeout: float) -> str:
    message = str(socket.recv(timeout=timeout))
    if message == _PING:
        socket.send(_PONG)
    return message
