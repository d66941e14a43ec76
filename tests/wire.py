"""A browser tab without the browser: raw Engine.IO and Socket.IO frames over a socket."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, suppress
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

ROOT = "reflex___state____state"
HYDRATE = f"{ROOT}.hydrate_and_load"
# Where no page is, nothing is loaded.
_MARK = "/no-such-page"
_A_SECOND = 28


class Tab:
    """One socket. ``ask`` sends an event and returns every frame it led to."""

    def __init__(
        self,
        base: str,
        *,
        cookie: str = "",
        origin: str | None = "",
        token: str = "",
        boot: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        query: str = "",
        source: str = "",
    ) -> None:
        self.token = token or str(uuid4())
        self.frames: list[Any] = []
        self._spoken: list[float] = []
        sent = dict(headers or {})
        if cookie:
            sent["Cookie"] = f"quittance={cookie}"
        asked = query or f"EIO=4&transport=websocket&token={self.token}"
        self._open = ExitStack()
        connecting = connect(
            f"{base.replace('http', 'ws')}/_event/?{asked}",
            origin=base if origin == "" else origin,
            additional_headers=sent,
            max_size=None,
            compression=None,
            # A browser pings nobody, and a thread that does would draw from the random
            # numbers that Hypothesis watches.
            ping_interval=None,
            **({"source_address": (source, 0)} if source else {}),
        )
        self.socket: ClientConnection = self._open.enter_context(connecting)
        assert self.socket.recv(timeout=5).startswith("0{"), "Engine.IO says hello first"
        self.socket.send("40/_event," + (json.dumps(boot) if boot else ""))
        self._receive_until(lambda frame: frame.startswith("40/_event"))

    def send_raw(self, frame: str | bytes) -> None:
        """Put a frame on the wire as it is, at once."""
        self.socket.send(frame)

    def send(self, name: str, payload: Any = None, path: str = "/admin") -> None:
        """Send an event as the client would."""
        event = {
            "name": name,
            "payload": {} if payload is None else payload,
            "router_data": {"pathname": path, "query": {}, "asPath": path},
        }
        self._keep_pace()
        self.send_raw("42/_event," + json.dumps(["event", event]))

    def _keep_pace(self) -> None:
        """Stay below what one socket may say in a second; more would be dropped."""
        now = time.monotonic()
        self._spoken = [moment for moment in self._spoken if now - moment < 1]
        if len(self._spoken) >= _A_SECOND:
            time.sleep(1 - (now - self._spoken[0]))
        self._spoken.append(time.monotonic())

    def ask(self, name: str, payload: Any = None, path: str = "/admin") -> list[dict[str, Any]]:
        """Send an event and wait until it is over; returns the updates it caused."""
        self.send(name, payload, path)
        return self.settle()

    def settle(self, timeout: float = 10) -> list[dict[str, Any]]:
        """Wait until everything sent before is over; returns the updates since.

        Events of one tab are answered in turn, so a hydration that is asked for now ends
        after them. Its own updates are left out.
        """
        before = len(self.frames)
        self.send(HYDRATE, {}, _MARK)
        self._receive_until(_is_hydration, timeout)
        updates = [frame for frame in self.frames[before:] if isinstance(frame, dict)]
        # A hydration sends the whole state, what its page then loads, and that it is over.
        starts = [place for place, update in enumerate(updates) if _begins_hydration(update)]
        return updates[: starts[-1]]

    def wait_for(self, words: str, quiet: float = 0.5) -> str:
        """Wait until ``words`` are said, and a little longer; returns all that was said."""
        before = len(self.frames)
        self._receive_until(lambda frame: words in frame)
        with suppress(TimeoutError):
            self._receive_until(lambda frame: False, quiet)
        return repr(self.frames[before:])

    def hydrate(self, path: str = "/admin") -> dict[str, Any]:
        """The whole public state, as a fresh page would get it."""
        self.send(HYDRATE, {}, path)
        state: dict[str, Any] = {}
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            update = self._receive()
            if isinstance(update, dict):
                for name, values in update.get("delta", {}).items():
                    state.setdefault(name, {}).update(values)
                if _hydrates(update):
                    return state
        raise TimeoutError("the page was never hydrated")

    def close(self) -> None:
        """Close the socket."""
        self._open.close()

    def _receive_until(self, found: Any, timeout: float = 10) -> None:
        deadline = time.monotonic() + timeout
        while True:
            frame = self._receive_text(deadline - time.monotonic())
            if found(frame):
                return

    def _receive(self) -> Any:
        self._receive_text(10)
        return self.frames[-1]

    def _receive_text(self, timeout: float) -> str:
        frame = str(self.socket.recv(timeout=max(timeout, 0.001)))
        if frame == "2":
            self.socket.send("3")
        elif frame.startswith("42/_event,"):
            kind, body = json.loads(frame.removeprefix("42/_event,"))
            self.frames.append(body if kind == "event" else (kind, body))
        return frame


def _hydrates(update: dict[str, Any]) -> bool:
    return update.get("delta", {}).get(ROOT, {}).get("is_hydrated_rx_state_") is True


def _begins_hydration(update: dict[str, Any]) -> bool:
    delta = update.get("delta", {})
    return len(delta) > 2 and delta.get(ROOT, {}).get("is_hydrated_rx_state_") is False


def _is_hydration(frame: str) -> bool:
    return '"is_hydrated_rx_state_":true' in frame.replace(" ", "") and frame.startswith("42")


__all__ = ["HYDRATE", "ROOT", "ConnectionClosed", "Tab"]
