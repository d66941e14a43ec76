"""A small server for one ASGI application, in a thread of the test that can look inside it.

The real server runs in processes of its own, where no test can move the clock.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import h11
from starlette.types import ASGIApp, Message

_ENDS_WITHIN_S = 10


@contextmanager
def answering(app: ASGIApp, port: int) -> Iterator[None]:
    """Answer on a port of this machine until the block ends."""
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _Visitor(app, reader, writer).serve()

        async with await asyncio.start_server(meet, "127.0.0.1", port):
            ready.set()
            await done.wait()

    def run() -> None:
        loop.run_until_complete(serve())
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(_ENDS_WITHIN_S), "nothing answers"
    try:
        yield
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(_ENDS_WITHIN_S)


class _Visitor:
    """One connection, with one request after the other on it."""

    def __init__(
        self, app: ASGIApp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._app = app
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        """Answer until the other side goes, or half an answer ends the conversation."""
        try:
            while isinstance(request := await self._event(), h11.Request):
                await self._app(_scope(request), self._receive, self._send)
                if self._http.our_state is not h11.DONE:
                    break
                while self._http.their_state is not h11.DONE:
                    await self._event()
                self._http.start_next_cycle()
        except (ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            # They are gone, or the block has ended.
            pass
        finally:
            self._writer.close()

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(65_536))
        return event

    async def _receive(self) -> Message:
        event = await self._event()
        if isinstance(event, h11.Data):
            return {"type": "http.request", "body": bytes(event.data), "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            self._say(h11.Response(status_code=message["status"], headers=headers))
            return
        self._say(h11.Data(data=message.get("body", b"")))
        if not message.get("more_body", False):
            self._say(h11.EndOfMessage())
        await self._writer.drain()

    def _say(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")


def _scope(request: h11.Request) -> dict[str, Any]:
    target = request.target.decode()
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method.decode(),
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower(), value) for name, value in request.headers],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
