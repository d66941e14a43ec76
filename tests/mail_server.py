"""A real mail server that does as it is told: takes letters, refuses them, dawdles, hangs up."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.servers import free_port

TOOK = "250 OK"


class Clerk:
    """Who answers behind the server's counter, and what was handed over so far.

    ``answers`` gives the word for a step: ``MAIL``, ``RCPT`` or ``DATA``. A step named in
    ``hold`` waits until it is let go, and says so through ``reached``.
    """

    def __init__(
        self,
        answers: dict[str, str] | None = None,
        *,
        hold: str = "",
        hangs_up_at: str = "",
        slow_s: float = 0,
    ) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []
        self.reached = threading.Event()
        self.said_goodbye = threading.Event()
        self._answers = answers or {}
        self._hold = hold
        self._hangs_up_at = hangs_up_at
        self._slow_s = slow_s
        self._let_go = threading.Event()

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in turn."""
        return [str(message["Message-ID"]) for message in self.taken]

    def let_go(self) -> None:
        """Answer the step that was held."""
        self._let_go.set()

    async def handle_MAIL(
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("MAIL", server)
        if answer == TOOK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server)
        if answer == TOOK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:
        answer = await self._answer("DATA", server)
        if answer == TOOK:
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return answer

    async def handle_QUIT(self, _: SMTP, __: Session, ___: Envelope) -> str:
        self.said_goodbye.set()
        return "221 Bye"

    async def _answer(self, step: str, server: SMTP) -> str:
        await asyncio.sleep(self._slow_s)
        if step == self._hold:
            self.reached.set()
            while not self._let_go.is_set():
                await asyncio.sleep(0.01)
        if step == self._hangs_up_at:
            assert server.transport is not None
            server.transport.abort()
        return self._answers.get(step, TOOK)


@contextmanager
def mail_server(
    clerk: Clerk,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    password: str = "",
) -> Iterator[str]:
    """Serve until the block ends; gives host and port."""

    def authenticate(_s: Any, _n: Any, _e: Any, _m: str, said: Any) -> AuthResult:
        return AuthResult(success=said.password.decode() == password, handled=False)

    how: dict[str, Any] = {"enable_SMTPUTF8": True}
    if password:
        how |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    counter = Controller(
        clerk,
        hostname="localhost" if (tls or starttls) else "127.0.0.1",
        port=free_port(),
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        **how,
    )
    counter.start()
    try:
        yield f"{counter.hostname}:{counter.port}"
    finally:
        clerk.let_go()
        counter.stop()


@contextmanager
def odd_server(says: bytes, every_s: float) -> Iterator[str]:
    """A server that takes a connection and then says ``says``, byte for byte, very slowly."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection, suppress(OSError):
                    for byte in says:
                        connection.sendall(bytes([byte]))
                        ended.wait(every_s)
                    while not ended.is_set() and connection.recv(1000):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()
