"""A browser's tab without the browser: what it says over its socket, and what it hears."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import connect
from websockets.typing import Origin

_PING, _PONG = "2", "3"
_NAMESPACE = "/_event"
_ANSWER = f'42{_NAMESPACE},["event"'
_PATIENCE_S = 60.0
_FAILED = "Something went wrong on our side"


class Tab:
    """One socket, of whoever holds the cookie."""

    def __init__(self, url: str, cookie: str = "") -> None:
        """Engine.IO greets, then Socket.IO wants the namespace named."""
        address = f"ws://{urlsplit(url).netloc}{_NAMESPACE}/"
        self._socket = connect(
            f"{address}?EIO=4&transport=websocket&token={uuid.uuid4()}",
            origin=Origin(url),
            additional_headers={"Cookie": f"quittance={cookie}"} if cookie else {},
            compression=None,
            max_size=None,
        )
        self._socket.recv(timeout=5)
        self._socket.send(f"40{_NAMESPACE},")
        while not str(self._socket.recv(timeout=5)).startswith(f"40{_NAMESPACE},"):
            pass

    def __enter__(self) -> Tab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def send(self, name: str, path: str, payload: Any = None) -> None:
        """Send an event from a page, as its address says it."""
        asked = {"pathname": path.partition("?")[0], "query": {}, "asPath": path}
        event = {"name": name, "payload": payload or {}, "router_data": asked}
        self._socket.send(f"42{_NAMESPACE},{json.dumps(['event', event])}")

    def wait(self, words: str = "") -> str:
        """Wait for the answer in which these words are; returns it."""
        while not (said := self._next(_PATIENCE_S)).startswith(_ANSWER) or words not in said:
            pass
        return said

    def pause(self, seconds: float) -> None:
        """Let the rest of an answer arrive, or it would pass for the next event's."""
        with suppress(TimeoutError):
            while True:
                self._next(seconds)

    def _next(self, timeout: float) -> str:
        message = str(self._socket.recv(timeout=timeout))
        if message == _PING:
            self._socket.send(_PONG)
        if _FAILED in message:
            raise RuntimeError("A screen failed, which is quick and tells nothing.")
        return message
