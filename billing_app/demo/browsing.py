"""As much of a browser as the demo's people need."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

_PATIENCE_S = 20


class Browser:
    """Sends forms, and sees where they lead."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def submit(self, page: str, kind: str, number: str, **more: str) -> str:
        """Fill in the gateway's page and send it; returns where it leads."""
        typed = {"pay_with": kind, kind: number, "name": "A payer", "email": "payer@post.example"}
        return self.post(page, **(typed | more))

    def post(self, address: str, **fields: str) -> str:
        """Send a form; returns the address that the answer leads to."""
        form = {"Origin": self._origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", address, urlencode(fields), form)

    def visit(self, address: str) -> None:
        """Open an address, as a browser does that is led there."""
        self._send("GET", address, "", {})

    def _send(self, how: str, address: str, body: str, headers: dict[str, str]) -> str:
        here, there = urlsplit(self._origin), urlsplit(address)
        line = HTTPConnection(here.hostname or "", here.port, timeout=_PATIENCE_S)
        try:
            line.request(how, there._replace(scheme="", netloc="").geturl(), body, headers)
            answer = line.getresponse()
            answer.read()
            return answer.headers.get("Location", "")
        finally:
            line.close()
