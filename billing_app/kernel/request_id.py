"""The name of the request being answered, so that every log line can carry it."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside a request. A socket keeps one for its whole life."""


def new_request_id() -> str:
    """A name short enough to be read out on the telephone."""
    return secrets.token_hex(8)
