"""Plain forms of our own pages: their fields, bounded, and where each answer leads.

An answer is a redirect. What went wrong travels as a code, which the page turns into one
of its sentences. Nothing that was typed is sent back, but for how somebody wanted to pay.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from billing_app.access.devices import device_words
from billing_app.access.entering import Browser, Entered
from billing_app.access.installation import installation
from billing_app.access.throttling import TooSoon
from billing_app.api.cookies import set_session_cookie
from billing_app.config import Secret
from billing_app.kernel.addresses import neighbourhood
from billing_app.kernel.audience import Audience
from billing_app.kernel.entries import read_email
from billing_app.kernel.errors import Busy, Invalid
from billing_app.kernel.session_header import read_header

HOMES = {
    Audience.ADMIN: "/admin",
    Audience.PARTNER: "/partner",
    Audience.CUSTOMER: "/customer",
}

# Longer than anything that could be meant, so that nothing long travels any further.
_LONGEST = {"password": 600, "current": 600, "new": 600, "name": 1_000, "email": 400}
_LONGEST_OTHER = 200

Handler = Callable[[Request], Awaitable[Response]]


class Fields:
    """What a form sent. A field that is missing, doubled or far too long is empty."""

    def __init__(self, sent: dict[str, list[str]]) -> None:
        self._sent = sent

    def typed(self, name: str) -> str:
        """A field as it was typed."""
        values = self._sent.get(name, [])
        return values[0] if len(values) == 1 else ""

    def several(self, name: str) -> list[str]:
        """All that was chosen under one name."""
        return self._sent.get(name, [])

    def secret(self, name: str) -> Secret:
        """A field that nothing may show."""
        return Secret(self.typed(name))

    def email(self) -> str:
        """The address in its normal form; what is none stays as it was typed."""
        said = self.typed("email")
        try:
            return read_email(said)
        except Invalid:
            return said.strip().lower()


async def read_fields(request: Request, *, most: int = 10) -> Fields:
    """The fields of a form; the edge has bounded the body before."""
    try:
        form = await request.form(max_files=0, max_fields=most)
    except (HTTPException, ValueError):
        return Fields({})
    sent = {}
    for name in form:
        values = form.getlist(name)
        texts = [value for value in values if isinstance(value, str) and len(value) <= _bound(name)]
        if len(texts) == len(values):
            sent[name] = texts
    return Fields(sent)


def _bound(name: str) -> int:
    return _LONGEST.get(name, _LONGEST_OTHER)


def leading_to(path: str, said: str = "", **more: str) -> Response:
    """An answer that sends the browser on, with a code for the page to say in words."""
    query = urlencode(({"said": said} if said else {}) | more)
    return RedirectResponse(
        f"{path}?{query}" if query else path,
        status_code=303,
        headers={"Cache-Control": "no-store"},
    )


def busy_code(refusal: Busy) -> str:
    """The code for a try that came too soon, or for a moment when all is busy."""
    return "slow" if isinstance(refusal, TooSoon) else "busy"


def coming_in(entered: Entered) -> Response:
    """Give the browser its session and lead it in, past the chooser if there is a choice."""
    response = leading_to("/choose" if entered.has_choice else HOMES[entered.audience])
    set_session_cookie(response, entered.token, installation().settings)
    return response


def browser_of(request: Request) -> Browser:
    """The browser that sent this."""
    return Browser(
        replacing=token_hash(request),
        device=device_words(request.headers.get("user-agent", "")),
        address=neighbourhood(request.client.host if request.client else "unknown"),
    )


def token_hash(request: Request) -> str | None:
    """The session behind the request, as the edge names it."""
    return read_header(request.headers.get("authorization", ""))


def taking_at_least(seconds: float) -> Callable[[Handler], Handler]:
    """Answer no sooner than this, so that the time tells nothing about what was done."""

    def slowed(handler: Handler) -> Handler:
        @wraps(handler)
        async def answer(request: Request) -> Response:
            ends = time.monotonic() + seconds
            response = await handler(request)
            await asyncio.sleep(max(0.0, ends - time.monotonic()))
            return response

        return answer

    return slowed
