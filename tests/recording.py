"""What is asked of a server, noted on its way in: method, path, the names of what is sent."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(r"\b(?:cus|ccsbtxn|pi|cs_test|pm|re|dp|du|evt|ch|py|mandate)_[A-Za-z0-9]+")
_DRAWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OURS = re.compile(r"_[a-z0-9]+")
_PLACE = re.compile(r"\[\d+\]")

Request = tuple[str, frozenset[str]]


class Recording:
    """Stands before an application and notes each request to Stripe's interface."""

    def __init__(self, rest: ASGIApp) -> None:
        self._rest = rest
        self.requests: list[Request] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/v1/" not in scope["path"]:
            await self._rest(scope, receive, send)
            return
        body = b""

        async def noting() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                self._note(scope, body)
            return message

        await self._rest(scope, noting, send)

    def _note(self, scope: Scope, body: bytes) -> None:
        sent = parse_qsl(scope["query_string"].decode()) + parse_qsl(body.decode())
        path = _ID.sub("{id}", scope["path"].partition("/_stripe")[2])
        names = frozenset(_PLACE.sub("[]", name) for name, _ in sent)
        headers = dict(scope["headers"])
        key = headers.get(b"idempotency-key", b"").decode()
        # Where we say none, the SDK draws one for each call.
        if key and not _DRAWN.fullmatch(key):
            names |= {f"Idempotency-Key: {_OURS.sub('_…', key)}"}
        self.requests.append((f"{scope['method']} {path}", names))
