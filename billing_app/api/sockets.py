"""The socket: who may open one, how much may be said on it, and when it is closed."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billing_app.api import paths
from billing_app.api.access_log import Visit
from billing_app.api.frames import Frame, FrameRefused, read_frame
from billing_app.api.meters import AddressMeters, SocketMeter
from billing_app.api.rates import Bucket, Buckets, Limits
from billing_app.api.requests import is_from
from billing_app.kernel.addresses import neighbourhood

_OVER, _UNSUPPORTED, _OVER_LIMIT, _TOO_BIG = 1000, 1003, 1008, 1009
# What the Reflex client makes for each tab.
_TAB = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STAMP = re.compile(r"[A-Za-z0-9._-]{1,40}")
_QUERY = {
    "EIO": re.compile("4"),
    "transport": re.compile("websocket"),
    "token": _TAB,
    "t": _STAMP,
}
_ASKED_FOR = _QUERY.keys() - {"t"}


class Sockets:
    """All open sockets of this process, counted by the address they came from."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        public_url: str,
        events: Callable[[], frozenset[str]],
        limits: Limits,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._public_url = public_url
        self._events = events
        self._limits = limits
        self._now = now
        self._open: Counter[str] = Counter()
        self._connections = Buckets(limits.connections)
        self._meters = AddressMeters(limits)

    def reason_to_refuse(self, scope: Scope, address: str) -> str | None:
        """Why this socket is not opened; None if it may be."""
        near = neighbourhood(address)
        if paths.as_directory(scope["path"]) != paths.SOCKET:
            return "no socket here"
        if not is_from(scope, self._public_url):
            return "foreign origin"
        if not _is_query_of_ours(scope.get("query_string", b"")):
            return "odd query"
        if not self._connections.take(near, self._now()):
            return "too many connections"
        if self._open[near] >= self._limits.open_sockets:
            return "too many open sockets"
        return None

    async def serve(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        """Run the application behind a guard, for as long as the socket lives."""
        near = neighbourhood(visit.client)
        guard = _Guard(
            receive,
            send,
            visit=visit,
            events=self._events,
            limits=self._limits,
            now=self._now,
            meter=SocketMeter(near, self._meters, self._limits, self._now()),
        )
        self._open[near] += 1
        try:
            await self._app(scope, guard.receive, guard.send)
        finally:
            self._open[near] -= 1
            if not self._open[near]:
                del self._open[near]


class _Guard:
    """Stands between one browser and Reflex, and lets through only what fits."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        visit: Visit,
        events: Callable[[], frozenset[str]],
        limits: Limits,
        now: Callable[[], float],
        meter: SocketMeter,
    ) -> None:
        self._receive = receive
        self._send = send
        self._visit = visit
        self._events = events
        self._limits = limits
        self._now = now
        self._meter = meter
        self._connect_by = now() + limits.connect_seconds
        self._drops = Bucket(limits.drops, now())
        self._was_connected = False
        self._connected = False
        self._closed_with: int | None = None

    async def receive(self) -> Message:
        """The next message that fits. What is dropped is neither answered nor passed on."""
        while self._closed_with is None:
            message = await self._next()
            if message["type"] != "websocket.receive":
                return message
            if self._fits(message):
                return message
            if not self._drops.take(self._now()):
                self._closed_with = self._closed_with or _OVER_LIMIT
            # A flood may be waiting already; everybody else gets a turn in between.
            await asyncio.sleep(0)
            if self._closed_with is not None:
                await self._send({"type": "websocket.close", "code": self._closed_with})
        return {"type": "websocket.disconnect", "code": self._closed_with}

    async def _next(self) -> Message:
        """What comes next; a socket that says nothing whole at first is not waited for.

        Later Reflex itself asks for a sign of life, and closes a socket that gives none.
        """
        if self._was_connected:
            return await self._receive()
        try:
            async with asyncio.timeout(self._connect_by - self._now()):
                return await self._receive()
        except TimeoutError:
            self._closed_with = _OVER_LIMIT
            self._visit.drop("no connect in time")
            await self._send({"type": "websocket.close", "code": _OVER_LIMIT})
            return {"type": "websocket.disconnect", "code": _OVER_LIMIT}

    async def send(self, message: Message) -> None:
        """Pass on what Reflex says, unless nobody is there to hear it any more."""
        if self._closed_with is not None:
            return
        if message["type"] == "websocket.accept":
            self._visit.status = 101
        elif message["type"] == "websocket.close" and not self._visit.status:
            self._visit.status = 403
        if (message.get("text") or "").startswith(("41/_event", "44/_event")):
            self._connected = False
        await self._send(message)

    def _fits(self, message: Message) -> bool:
        text = message.get("text")
        if text is None:
            self._closed_with = _UNSUPPORTED
            self._visit.drop("binary frame")
            return False
        size = len(text)
        if size <= self._limits.frame_bytes and not text.isascii():
            size = len(text.encode("utf-8", "surrogatepass"))
        if size > self._limits.frame_bytes:
            self._closed_with = _TOO_BIG
            self._visit.drop("frame too large")
            return False
        if excess := self._meter.refusal(size, self._now()):
            self._visit.drop(excess)
            return False
        try:
            self._follow(read_frame(text, self._events()))
        except FrameRefused as refused:
            self._visit.drop(str(refused))
            return False
        return self._closed_with is None

    def _follow(self, frame: Frame) -> None:
        """Keep to the order of the protocol: Reflex would log what comes out of turn.

        A socket is for one connection. Each connection is a new tab to Reflex, so a socket
        that could begin again and again would make states without opening a line.
        """
        match frame:
            case Frame.CONNECT if self._was_connected:
                self._closed_with = _OVER_LIMIT
                raise FrameRefused("connected already")
            case Frame.CONNECT:
                self._connected = self._was_connected = True
            case Frame.DISCONNECT | Frame.MESSAGE | Frame.REPORT if not self._connected:
                raise FrameRefused("not connected")
            case Frame.DISCONNECT:
                self._closed_with = _OVER
            case Frame.REPORT if not self._meter.takes_report(self._now()):
                raise FrameRefused("too many reports")
            case _:
                pass


def _is_query_of_ours(query: bytes) -> bool:
    """Exactly what the client writes: Reflex would take any text at all for a tab."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return False
    given = dict(pairs)
    return (
        len(given) == len(pairs)
        and given.keys() <= _QUERY.keys()
        and given.keys() >= _ASKED_FOR
        and all(_QUERY[name].fullmatch(value) for name, value in pairs)
    )
