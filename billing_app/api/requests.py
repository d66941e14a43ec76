"""Who asks, and for which house: client addresses, hosts and origins.

Nothing a client writes is believed. Proxies in front of us are counted from the right of
what they append, because everything to the left may have been made up.
"""

from __future__ import annotations

import re

from starlette.types import Scope

from billing_app.kernel.addresses import read_address

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_NETLOC = re.compile(r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<netloc>[^/?#@\s]+)")
_FROM_PROXIES = frozenset({b"forwarded", b"x-real-ip", b"true-client-ip", b"x-client-ip"})


def header_values(scope: Scope, name: bytes) -> list[str]:
    """Every value of a header, in order."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def comes_from_proxies(name: bytes) -> bool:
    """Whether a header speaks for somebody else, so that nobody behind us may read it."""
    return name.startswith(b"x-forwarded-") or name in _FROM_PROXIES


def normal_host(value: str, scheme: str) -> str | None:
    """Host and port in one spelling, without the port that the scheme implies."""
    parts = _NETLOC.fullmatch(value.strip().lower())
    if parts is None:
        return None
    host, port = parts["host"], parts["port"]
    return host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


def normal_origin(value: str) -> str | None:
    """An origin in one spelling; None for ``null`` and for anything that is none."""
    parts = _ORIGIN.fullmatch(value.strip().lower())
    host = normal_host(parts["netloc"], parts["scheme"]) if parts else None
    return f"{parts['scheme']}://{host}" if parts and host else None


def is_for(scope: Scope, public_url: str) -> bool:
    """Whether the one Host header names us. Anything else may be DNS rebinding."""
    hosts = header_values(scope, b"host")
    scheme, _, netloc = public_url.partition("://")
    return len(hosts) == 1 and normal_host(hosts[0], scheme) == normal_host(netloc, scheme)


def is_from(scope: Scope, public_url: str) -> bool:
    """Whether the one Origin header is our own page."""
    origins = header_values(scope, b"origin")
    return len(origins) == 1 and normal_origin(origins[0]) == normal_origin(public_url)


def tells_no_origin(scope: Scope) -> bool:
    """Whether the one Origin header is ``null``, as a page without referrer sends it."""
    return header_values(scope, b"origin") == ["null"]


def client_address(scope: Scope, hops: int) -> str:
    """The address that the outermost trusted proxy saw, or our direct peer's.

    Fewer entries than proxies means that somebody came in by a side door, so the peer it
    really is counts.
    """
    peer = (scope.get("client") or ("unknown", 0))[0]
    seen = _appended(scope, b"x-forwarded-for", hops)
    return (read_address(seen) if seen else None) or read_address(peer) or peer


def scheme(scope: Scope, hops: int) -> str:
    """How the browser reached the outermost trusted proxy, else how we were reached."""
    own = str(scope.get("scheme", "http"))
    seen = _appended(scope, b"x-forwarded-proto", hops)
    if seen not in {"http", "https"}:
        return own
    return seen if scope["type"] == "http" else seen.replace("http", "ws")


def _appended(scope: Scope, name: bytes, hops: int) -> str:
    if not hops:
        return ""
    entries = [part.strip() for part in ",".join(header_values(scope, name)).split(",")]
    if name == b"x-forwarded-proto" and len(entries) < hops:
        # Most proxies set this one instead of appending to it.
        return entries[-1].lower()
    return entries[-hops].lower() if len(entries) >= hops else ""
