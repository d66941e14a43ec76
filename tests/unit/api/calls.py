"""Requests and sockets made by hand: an edge, what stands behind it, and no network."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billing_app.api.edge import Edge
from billing_app.config import Settings, load
from billing_app.kernel.session_header import hashed

HOUSE = "http://127.0.0.1:8000"
TAB = "53870fd0-ef75-4b0b-87d1-65d592e7fd72"
ADA, CLEO = "a" * 43, "c" * 43
SESSIONS = {hashed(ADA): "admin", hashed(CLEO): "customer"}
SCREENS = {
    "/": "anyone",
    "/who": "anyone",
    "/admin": "admin",
    "/customer": "customer",
    "/mailbox": "nobody",
}
ADD = "reflex___state____state.counting.add"
REPORT = "reflex___state____state.errors.handle_frontend_exception"
CONNECT = "40/_event,"
UNKNOWN = '42/_event,["event",{"name":"SECRET","router_data":{"pathname":"/"}}]'
CLICK = UNKNOWN.replace("SECRET", ADD)
GOOD_QUERY = f"token={TAB}&EIO=4&transport=websocket"
TLS = {"PUBLIC_URL": "https://pay.example.com", "LINK_KEY": "k" * 32}

Pairs = Sequence[tuple[str, str]]


def house(**environ: str) -> Settings:
    return load({"QUITTANCE_HOME": "/nowhere", "LINK_KEY": "k" * 32, **environ})


@dataclass
class Behind:
    """What stands behind the edge: it keeps what reached it and answers as it was told."""

    status: int = 200
    headers: Pairs = (("content-type", "text/plain"),)
    body: bytes = b"hello"
    raises: Exception | None = None
    scopes: list[Scope] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.bodies.append((await receive()).get("body", b""))
        if self.raises:
            raise self.raises
        start = {"type": "http.response.start", "status": self.status}
        await send({**start, "headers": encoded(self.headers)})
        await send({"type": "http.response.body", "body": self.body})

    def seen(self, name: str) -> list[str]:
        """The values of a header as the last request behind the edge carried it."""
        headers = self.scopes[-1]["headers"]
        return [value.decode() for key, value in headers if key == name.encode()]


@dataclass
class Answered:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


async def _session_audience(token: str) -> str | None:
    return SESSIONS.get(token)


def edge(behind: ASGIApp, settings: Settings | None = None, **options: Any) -> Edge:
    known: dict[str, Any] = {
        "settings": settings or house(),
        "screen_audience": SCREENS.get,
        "session_audience": _session_audience,
        "events": lambda: frozenset({ADD, REPORT}),
        "script_hashes": ("sha256-abc=",),
        "not_found": Path("/nowhere/404.html"),
    }
    return Edge(behind, **{**known, **options})


def encoded(headers: Pairs) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers]


def scope(kind: str, path: str, headers: Pairs, **more: Any) -> Scope:
    named = {name for name, _ in headers}
    own = [] if "host" in named else [("host", "127.0.0.1:8000")]
    return {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": encoded([*own, *headers]),
        "client": ("192.0.2.7", 4711),
        **more,
    }


def ask(
    door: Edge,
    path: str,
    *headers: tuple[str, str],
    method: str = "GET",
    body: Sequence[bytes] = (b"",),
    query: bytes = b"",
) -> Answered:
    """Send one request through the edge and wait for the whole answer."""
    sent: list[Message] = []
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    parts[-1]["more_body"] = False

    async def receive() -> Message:
        return parts.pop(0) if parts else await asyncio.Event().wait()  # type: ignore[func-returns-value]

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(
        door(scope("http", path, headers, method=method, query_string=query), receive, send)
    )
    start, *rest = sent
    return Answered(
        status=start["status"],
        headers=[(name.decode(), value.decode()) for name, value in start["headers"]],
        body=b"".join(part.get("body", b"") for part in rest),
    )


def post(door: Edge, path: str, *headers: tuple[str, str], **more: Any) -> Answered:
    """A form of our own, unless the headers say otherwise."""
    named = {name for name, _ in headers}
    own = [] if "origin" in named else [("origin", HOUSE)]
    return ask(door, path, *own, *headers, method="POST", **more)


@dataclass
class Line:
    """One browser's end of a socket, and what Reflex heard behind the edge."""

    heard: list[str] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    @property
    def closed_with(self) -> int | None:
        closes = [message for message in self.sent if message["type"] == "websocket.close"]
        return closes[0]["code"] if closes else None

    @property
    def accepted(self) -> bool:
        return any(message["type"] == "websocket.accept" for message in self.sent)

    async def listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What stands behind the edge: accepts, and writes down what it hears."""
        self.scopes.append(scope)
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message["text"])
            if message["text"].startswith("41"):
                await send({"type": "websocket.send", "text": "41/_event,"})


def open_socket(
    *frames: str | bytes,
    path: str = "/_event/",
    query: str = GOOD_QUERY,
    headers: Pairs = (("origin", HOUSE),),
    **options: Any,
) -> Line:
    """Open a socket, say these frames as fast as possible, and hang up."""
    line = Line()
    asyncio.run(speak(edge(line.listen, **options), line, frames, path, query, headers))
    return line


async def speak(
    door: Edge,
    line: Line,
    frames: Sequence[str | bytes],
    path: str = "/_event/",
    query: str = GOOD_QUERY,
    headers: Pairs = (("origin", HOUSE),),
    before_hanging_up: Callable[[], Awaitable[None]] | None = None,
) -> None:
    messages: list[Message] = [{"type": "websocket.connect"}]
    for frame in frames:
        kind = "text" if isinstance(frame, str) else "bytes"
        messages.append({"type": "websocket.receive", kind: frame})

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if before_hanging_up:
            await before_hanging_up()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        line.sent.append(message)

    await door(scope("websocket", path, headers, query_string=query.encode()), receive, send)
