"""How a session is named inside the house: by the hash of its token, in one header.

The edge takes the cookie away and writes ``authorization: session <hash>`` in its place.
Reflex keeps that header on the server and never sends it to a browser.
"""

from __future__ import annotations

import hashlib

_SCHEME = "session"


def hashed(token: str) -> str:
    """What everything behind the edge, and the database, know of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def write_header(token_hash: str) -> str:
    """The header's value for a session."""
    return f"{_SCHEME} {token_hash}"


def read_header(authorization: str) -> str | None:
    """The hash of the session that a header names; None for any other header."""
    scheme, _, token_hash = authorization.partition(" ")
    return token_hash if scheme == _SCHEME and token_hash else None
