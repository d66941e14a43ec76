"""The session cookie: its name, its flags, and the hash that stands for it inside.

The token itself is seen by the browser and by this module. Reflex logs the headers of
events it does not know, so nothing behind the edge ever receives a cookie.
"""

from __future__ import annotations

import re

from starlette.responses import Response

from billing_app.config import Settings
from billing_app.kernel.session_header import hashed

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")


def session_cookie_name(settings: Settings) -> str:
    """With TLS the browser itself guards the name: no other host or path can set it."""
    return "__Host-quittance" if settings.uses_tls else "quittance"


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session until it closes; the server decides when it really ends."""
    response.set_cookie(
        session_cookie_name(settings),
        token,
        path="/",
        secure=settings.uses_tls,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Take the cookie back, with the same flags, or the browser would keep it."""
    response.delete_cookie(
        session_cookie_name(settings),
        path="/",
        secure=settings.uses_tls,
        httponly=True,
        samesite="lax",
    )


def session_hash(cookies: list[str], settings: Settings) -> str | None:
    """The hash of the session cookie among these headers, if exactly one is there.

    Two different ones mean that somebody planted one; believing neither is safest.
    """
    name = session_cookie_name(settings)
    pairs = (pair.strip().partition("=") for header in cookies for pair in header.split(";"))
    tokens = {value for key, _, value in pairs if key == name}
    if len(tokens) != 1:
        return None
    token = tokens.pop()
    return hashed(token) if _TOKEN.fullmatch(token) else None
