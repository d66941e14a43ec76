"""Bodies of bounded size, read before anything behind the edge is asked."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope

from billing_app.api.rates import Limits
from billing_app.api.requests import header_values


class BodyRefused(Exception):
    """The body is too large or too slow; the status says which."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def read_body(scope: Scope, receive: Receive, limits: Limits) -> Receive:
    """Take in the whole body, and give back a ``receive`` that plays it again.

    A route therefore never begins its work for a body that turns out too large.
    """
    if any(not _fits(length, limits) for length in header_values(scope, b"content-length")):
        raise _too_large()
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _collect(receive, limits)
    except TimeoutError:
        raise BodyRefused(408, "Your request took too long to arrive. Please try again.") from None
    return _replay(body, receive)


def _fits(length: str, limits: Limits) -> bool:
    return length.isascii() and length.isdigit() and int(length[:20]) <= limits.body_bytes


async def _collect(receive: Receive, limits: Limits) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BodyRefused(400, "Your request ended before it was complete.")
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > limits.body_bytes:
            raise _too_large()
        if not message.get("more_body", False):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _too_large() -> BodyRefused:
    return BodyRefused(413, "That is more than we accept at once. Nothing was changed.")
