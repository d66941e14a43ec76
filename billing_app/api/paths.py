"""What may be asked for by address, and what a log may say about it."""

from __future__ import annotations

import re

from starlette.types import Scope

SOCKET = "/_event/"

_LONGEST = 2_000
_LONGEST_SHOWN = 200
_ENCODED_SLASH = re.compile(rb"%2f|%5c", re.IGNORECASE)
# Built pages are asked for by their own address, which is what the audience check knows.
_CLOSED_FILE = re.compile(r"\.(map|html)(\.(gz|br|zst))?$")
_CLOSED_ROOMS = frozenset({"docs", "redoc", "openapi.json", "ping", "auth-codespace"})
_SECRET = re.compile(r"^/(pay|receipt|reset|invite|enter)/[^/]*", re.IGNORECASE)


def is_odd(scope: Scope) -> bool:
    """Whether two readers of this path could disagree about what it names.

    Doubled, reversed and hidden slashes turn into redirects to other houses; dots climb.
    Our own pages never link to any of them.
    """
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    return (
        not path.startswith("/")
        or len(raw) > _LONGEST
        or "//" in path
        or "\\" in path
        or _ENCODED_SLASH.search(raw) is not None
        or not path.isprintable()
        or "\ufffd" in path
        or not {".", ".."}.isdisjoint(path.split("/"))
    )


def is_closed(path: str) -> bool:
    """Whether the path is nobody's business: Reflex's own rooms, sources, hidden files.

    Everything whose name starts with an underscore is Reflex's; its socket is the one
    door among them, and plain HTTP does not open it.
    """
    segments = path.lower().strip("/").split("/")
    return (
        segments[0].startswith("_")
        or segments[0] in _CLOSED_ROOMS
        or any(segment.startswith(".") for segment in segments)
        or _CLOSED_FILE.search(segments[-1]) is not None
    )


def is_of_payers(path: str) -> bool:
    """Whether the path carries a pay link: what it says is for its holder alone."""
    return path.lower().startswith("/pay/")


def is_of_customers(path: str) -> bool:
    """Whether the path lies in the customers' portal, where they can pay."""
    return page(path) == "/customer" or path.startswith("/customer/")


def page(path: str) -> str:
    """The address of a page, which is the same with and without its last slash."""
    return path.rstrip("/") or "/"


def as_directory(path: str) -> str:
    """Where the built page lies; asking for it there spares the browser a redirect."""
    return path if path.endswith("/") else f"{path}/"


def shown(scope: Scope) -> str:
    """The path as logs carry it: without query, without tokens, without surprises."""
    if is_odd(scope):
        return "…"
    return _SECRET.sub(r"/\1/…", scope["path"])[:_LONGEST_SHOWN]
