"""What goes back to the browser, dressed and never with a traceback in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.types import Message, Send

from billing_app.api.access_log import Visit
from billing_app.api.paths import page
from billing_app.api.security_headers import Header, SecurityHeaders

NOT_FOUND = "We cannot find that."

_TEXT = b"text/plain; charset=utf-8"
_FAILED = (
    "Something went wrong on our side. Nothing was charged unless we confirmed it."
    " Please try again; if it happens again, tell us this number: {}."
)


_STARTS_REACT = re.compile(
    rb"""<script[^>]*type="module".*?</script>|<link[^>]*rel="modulepreload"[^>]*>""", re.DOTALL
)


def in_words(sentence: str) -> tuple[bytes, bytes]:
    """One plain sentence as a body, and the type of that body."""
    return f"{sentence}\n".encode(), _TEXT


def standing_still(html: bytes) -> bytes:
    """A built page without what brings it to life.

    The scripts of any page look at the address and draw the page that belongs there, which
    would be the very one that was refused.
    """
    return _STARTS_REACT.sub(b"", html)


class Answer:
    """The one answer to one request."""

    def __init__(
        self,
        send: Send,
        visit: Visit,
        headers: SecurityHeaders,
        path: str,
        not_found: tuple[bytes, bytes],
    ) -> None:
        self._send = send
        self._visit = visit
        self._headers = headers
        self._path = path
        self._not_found = not_found
        self._instead: tuple[int, bytes, bytes] | None = None
        self.cached_as: str | None = None
        """The audience of the screen asked for, which decides how long it is kept."""

    @property
    def begun(self) -> bool:
        """Whether the browser has been told a status."""
        return self._visit.status != 0

    async def send(self, message: Message) -> None:
        """Pass on what the application answers, unless the edge has a better word for it."""
        if message["type"] == "http.response.start":
            self._instead = self._replacement(message)
            if self._instead is None:
                await self._start(message)
        elif self._instead is None:
            await self._send(message)

    async def refuse_socket(self, sentence: str, *, in_words: bool) -> None:
        """Keep a socket shut: with a sentence where the server can carry one.

        Everywhere else, closing before accepting is how a server is told to say 403.
        """
        self._visit.status = 403
        if not in_words:
            await self._send({"type": "websocket.close", "code": 1008})
            return
        body = f"{sentence}\n".encode()
        own = [(b"content-type", _TEXT), (b"content-length", str(len(body)).encode())]
        start = {"type": "websocket.http.response.start", "status": 403, "headers": own}
        await self._start(start)
        await self._send({"type": "websocket.http.response.body", "body": body})

    async def finish(self) -> None:
        """The application is done; say what it left unsaid."""
        if self._instead is not None:
            await self.give(*self._instead)
        elif not self.begun:
            await self.fail()

    async def say(self, status: int, sentence: str, *headers: Header) -> None:
        """Answer with one plain sentence."""
        await self.give(status, *in_words(sentence), headers)

    async def give_not_found(self) -> None:
        """Say that there is no such page, whether it is missing or somebody else's."""
        await self.give(404, *self._not_found)

    async def fail(self) -> None:
        """Say that it is our fault, with the number under which the log explains it."""
        await self.say(500, _FAILED.format(self._visit.request_id))

    async def give(
        self, status: int, body: bytes, media_type: bytes, headers: Sequence[Header] = ()
    ) -> None:
        """Answer with these bytes; a HEAD is told about them and spared them."""
        length = str(len(body)).encode()
        own = [(b"content-type", media_type), (b"content-length", length), *headers]
        await self._start({"type": "http.response.start", "status": status, "headers": own})
        sent = b"" if self._visit.method == "HEAD" else body
        await self._send({"type": "http.response.body", "body": sent})

    async def _start(self, message: Message) -> None:
        status: int = message["status"]
        self._visit.status = status
        dressed = self._headers.dress(
            message.get("headers", ()),
            status=status,
            path=self._path,
            audience=self.cached_as,
            request_id=self._visit.request_id,
        )
        await self._send({**message, "headers": dressed})

    def _replacement(self, message: Message) -> tuple[int, bytes, bytes] | None:
        status, headers = message["status"], message.get("headers", ())
        if status == 500:
            return 500, *in_words(_FAILED.format(self._visit.request_id))
        if status == 404 and dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            return 404, *self._not_found
        if status in {307, 308} and self._is_slash_hop(headers):
            return 404, *self._not_found
        return None

    def _is_slash_hop(self, headers: Sequence[Header]) -> bool:
        """Whether this is the static files' redirect to a folder, by a scheme they guess."""
        targets = [value.decode("latin-1") for name, value in headers if name == b"location"]
        return any(page(urlsplit(target).path) == page(self._path) for target in targets)
