"""Time to the first byte of pages, on a new connection each, as a first visit has it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.timing import Timings

_PAGES = ("/", "/sign-in", "/healthz", "/readyz")
_REQUESTS = 50


def measure(url: str) -> list[Timings]:
    """One series for each page that everybody may see."""
    return [_first_byte(urlsplit(url).netloc, path) for path in _PAGES]


def _first_byte(address: str, path: str) -> Timings:
    timings = Timings(f"first byte of {path}")
    for _ in range(_REQUESTS):
        connection = HTTPConnection(address, timeout=5)
        with timings.one():
            connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
            answer = connection.getresponse()
        answer.read()
        connection.close()
    return timings
