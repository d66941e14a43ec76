"""Which state a tab gets inside: one that its own session alone can name.

Reflex keeps the state of a tab under a token that the browser chooses, and sends the updates
of an event in flight to whoever holds that token by then. So inside the token is another
one, made of the browser's and of its session. Two sessions never meet in one state, and
nobody outside can say what a token is inside, because the key never leaves this process.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import parse_qsl, urlencode
from uuid import UUID


class Tabs:
    """The tokens of this process; a new process starts with new states anyway."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def inside(self, query: bytes, session: str | None) -> bytes:
        """The query of a socket with the token that Reflex is told instead."""
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True)
        told = [
            (name, self._token(value, session) if name == "token" else value)
            for name, value in pairs
        ]
        return urlencode(told).encode()

    def _token(self, token: str, session: str | None) -> str:
        named = f"{token}|{session or ''}".encode()
        return str(UUID(bytes=hmac.digest(self._key, named, "sha256")[:16]))
