"""The headers of every answer: what a browser may do with it, and how long it keeps it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from billing_app.api.paths import is_of_customers, is_of_payers
from billing_app.config import Settings

Header = tuple[bytes, bytes]

_IMMUTABLE = b"public, max-age=31536000, immutable"
_REVALIDATE = b"no-cache"
_PRIVATE = b"no-store"
_ASSETS = "/assets/"
_GATEWAYS_PAGES = "https://checkout.stripe.com"
_SUCCESSES = frozenset({200, 206, 304})
# Files that lie in the build under a name of their own; they hold no data.
_ICON_OR_FONT = re.compile(r"\.(ico|svg|png|woff2|webmanifest)$")
_DENIED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)


class SecurityHeaders:
    """Dresses responses. What a route says about caching wins; nothing else of it does."""

    def __init__(self, settings: Settings, script_hashes: Collection[str]) -> None:
        self._for_pages = _policy(settings, script_hashes).encode()
        self._for_assets = _policy(settings, ()).encode()
        self._for_payers = _policy(settings, script_hashes, leads_to=_pages_of(settings)).encode()
        self._fixed: list[Header] = [
            (b"x-content-type-options", b"nosniff"),
            (b"permissions-policy", ", ".join(f"{f}=()" for f in _DENIED_FEATURES).encode()),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            # A server that finds none writes its own name and version here.
            (b"server", b"Quittance"),
        ]
        if settings.uses_tls:
            self._fixed.append((b"strict-transport-security", b"max-age=31536000"))
        self._ours = {name for name, _ in self._fixed} | {
            b"content-security-policy",
            b"referrer-policy",
            b"x-robots-tag",
            b"x-request-id",
            b"x-powered-by",
        }

    def dress(
        self,
        headers: Iterable[Header],
        *,
        status: int,
        path: str,
        audience: str | None,
        request_id: str,
    ) -> list[Header]:
        """The response's own headers without those that are ours to say, then ours."""
        kept = [(name, value) for name, value in headers if not self._is_ours(name.lower())]
        if not any(name.lower() == b"cache-control" for name, _ in kept):
            kept.append((b"cache-control", _cache_control(path, status, audience)))
        return [
            *kept,
            *self._by_path(path),
            *self._fixed,
            (b"x-request-id", request_id.encode()),
        ]

    def _by_path(self, path: str) -> list[Header]:
        """What differs between places: where a page may lead, and what it tells about itself."""
        if is_of_payers(path):
            return [
                (b"content-security-policy", self._for_payers),
                (b"referrer-policy", b"no-referrer"),
                (b"x-robots-tag", b"noindex, nofollow"),
            ]
        # The hashes fill kilobytes, and scripts and fonts have no scripts of their own.
        policy = self._for_assets if path.startswith(_ASSETS) else self._for_pages
        if is_of_customers(path):
            # Whoever opens the portal may pay there without loading another page first.
            policy = self._for_payers
        # With `no-referrer` browsers post our own forms with `Origin: null`, and the origin
        # is how we know our own forms. Other sites are told nothing either way.
        return [(b"content-security-policy", policy), (b"referrer-policy", b"same-origin")]

    def _is_ours(self, name: bytes) -> bool:
        return name in self._ours or name.startswith(b"access-control-")


def _pages_of(settings: Settings) -> str:
    """Where the gateway's own pages are; a demo's are on our own origin."""
    is_elsewhere = bool(settings.stripe_secret_key) and not settings.simulates_stripe
    return f" {_GATEWAYS_PAGES}" if is_elsewhere else ""


def _policy(settings: Settings, script_hashes: Iterable[str], *, leads_to: str = "") -> str:
    """Only our own scripts, and of inline ones only those that the build wrote.

    Reflex writes style elements while a page runs, which is why styles may be inline. A form
    ``leads_to`` where its answer redirects to: browsers hold the redirect to this, too.
    """
    socket = f"{'wss' if settings.uses_tls else 'ws'}://{settings.public_host}"
    hashes = "".join(f" '{source}'" for source in script_hashes)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self'{hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "manifest-src 'self'",
            f"form-action 'self'{leads_to}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


def _cache_control(path: str, status: int, audience: str | None) -> bytes:
    if status not in _SUCCESSES or is_of_payers(path):
        return _PRIVATE
    if path.startswith(_ASSETS):
        return _IMMUTABLE
    if audience == "anyone" or _ICON_OR_FONT.search(path):
        return _REVALIDATE
    return _PRIVATE
