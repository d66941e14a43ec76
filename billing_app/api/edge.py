"""The edge: the one door through which every request and every socket comes in.

It is the outermost application, around Reflex and its CORS layer, so that what it refuses
was seen by nobody and what it answers is changed by nobody. It knows no tables and no
screens; it is told who may see what by the functions it is given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from billing_app.api import paths, requests
from billing_app.api.access_log import Visit, trouble
from billing_app.api.answers import NOT_FOUND, Answer, in_words, standing_still
from billing_app.api.bodies import BodyRefused, read_body
from billing_app.api.cookies import session_hash
from billing_app.api.rates import Limits
from billing_app.api.security_headers import SecurityHeaders
from billing_app.api.sockets import Sockets
from billing_app.api.tabs import Tabs
from billing_app.config import Settings
from billing_app.kernel.request_id import new_request_id, request_id
from billing_app.kernel.session_header import write_header

_ANYONE = "anyone"
_NOBODY = "nobody"
_READS = frozenset({"GET", "HEAD"})
_METHODS = _READS | {"POST"}
# Load balancers and process managers ask by number, not by name.
_ON_ANY_HOST = frozenset({"/healthz", "/readyz"})
_WRONG_HOUSE = "This is not the address of this service."
_FOREIGN_SOCKET = "This connection is not possible here. Please reload the page."
_FOREIGN_FORM = (
    "This request did not come from our own pages, so nothing was done."
    " Please go back, reload the page and try again."
)


class Edge:
    """Checks, limits, dresses and logs everything that comes in and goes out."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        screen_audience: Callable[[str], str | None],
        session_audience: Callable[[str], Awaitable[str | None]],
        events: Callable[[], frozenset[str]],
        script_hashes: tuple[str, ...],
        not_found: Path,
        exempt: frozenset[str] = frozenset(),
        pictures: frozenset[str] = frozenset(),
        limits: Limits | None = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._screen_audience = screen_audience
        self._session_audience = session_audience
        self._not_found = not_found
        self._exempt = exempt
        self._pictures = pictures
        self._limits = limits or Limits()
        self._headers = SecurityHeaders(settings, script_hashes)
        self._tabs = Tabs()
        self._sockets = Sockets(
            app, public_url=settings.public_url, events=events, limits=self._limits
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or serve a socket; a lifespan passes through untouched."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        visit = self._visit(scope)
        named = request_id.set(visit.request_id)
        try:
            if scope["type"] == "http":
                await self._request(scope, receive, send, visit)
            else:
                await self._socket(scope, receive, send, visit)
        finally:
            visit.end()
            request_id.reset(named)

    def _visit(self, scope: Scope) -> Visit:
        return Visit(
            request_id=new_request_id(),
            method=scope.get("method", "SOCKET"),
            path=paths.shown(scope),
            client=requests.client_address(scope, self._settings.trusted_proxy_hops),
        )

    async def _request(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        answer = Answer(send, visit, self._headers, scope["path"], self._not_found_page)
        try:
            await self._answer(scope, receive, answer, visit)
        except Exception:
            trouble.exception("Request %s failed.", visit.request_id)
            if answer.begun:
                # Half an answer cannot be taken back; the server has to cut the line.
                raise
            await answer.fail()

    async def _answer(self, scope: Scope, receive: Receive, answer: Answer, visit: Visit) -> None:
        if await self._refused(scope, answer, visit):
            return
        if scope["method"] == "POST":
            try:
                receive = await read_body(scope, receive, self._limits_of(scope))
            except BodyRefused as refused:
                visit.reason = "body"
                await answer.say(refused.status, refused.sentence)
                return
        inner = self._inside(scope, visit)
        if scope["method"] in _READS:
            if not await self._may_see(scope, answer, visit):
                return
            if answer.cached_as is not None:
                inner = _at(inner, paths.as_directory(scope["path"]))
        await self._app(inner, receive, answer.send)
        await answer.finish()

    def _limits_of(self, scope: Scope) -> Limits:
        """A picture may be larger than a form, from whoever comes with a session."""
        if scope["path"] in self._pictures and self._token_hash(scope):
            return replace(self._limits, body_bytes=self._limits.picture_bytes)
        return self._limits

    async def _refused(self, scope: Scope, answer: Answer, visit: Visit) -> bool:
        """Turn away what is wrong on the face of it, and say why in the log."""
        method, path = scope["method"], scope["path"]
        probe = path in _ON_ANY_HOST and method in _READS
        if not probe and not requests.is_for(scope, self._settings.public_url):
            visit.reason = "host"
            await answer.say(421, f"{_WRONG_HOUSE} {self._right_house}")
        elif method not in _METHODS:
            visit.reason = "method"
            await answer.say(405, "That is not possible here.", (b"allow", b"GET, HEAD, POST"))
        elif paths.is_odd(scope) or paths.is_closed(path):
            visit.reason = "path"
            await answer.say(404, NOT_FOUND)
        elif method == "POST" and path not in self._exempt and not self._is_own_form(scope):
            visit.reason = "origin"
            await answer.say(403, _FOREIGN_FORM)
        return visit.reason is not None

    @property
    def _right_house(self) -> str:
        """What to do instead. A demo names its address, which is this machine's and no secret."""
        if self._settings.demo:
            return f"This demo is at {self._settings.public_url}/"
        return "Please check what you typed."

    def _is_own_form(self, scope: Scope) -> bool:
        """Whether one of our own pages posts this: a browser lets no other say so.

        The page of a pay link tells nobody where it is, so its form comes from ``null``. That
        is enough there: the form carries no cookie's power, only the secret in its address.
        """
        site = requests.header_values(scope, b"sec-fetch-site")
        if site not in ([], ["same-origin"]):
            return False
        if paths.is_of_payers(scope["path"]) and requests.tells_no_origin(scope):
            return True
        return requests.is_from(scope, self._settings.public_url)

    async def _may_see(self, scope: Scope, answer: Answer, visit: Visit) -> bool:
        """Check the audience of a page before any of it is shown."""
        wanted = self._screen_audience(paths.page(scope["path"]))
        if wanted == _NOBODY:
            await answer.give_not_found()
            return False
        if wanted is None or wanted == _ANYONE:
            answer.cached_as = wanted
            return True
        token = self._token_hash(scope)
        visit.audience = await self._session_audience(token) if token else None
        if visit.audience == wanted:
            answer.cached_as = wanted
            return True
        if visit.audience is None:
            over = b"?said=over" if token else b""
            await answer.say(303, "Please sign in.", (b"location", b"/sign-in" + over))
        else:
            await answer.give_not_found()
        return False

    @cached_property
    def _not_found_page(self) -> tuple[bytes, bytes]:
        """The built page if it says something without its scripts, else one sentence."""
        built = self._not_found.read_bytes() if self._not_found.is_file() else b""
        page = standing_still(built)
        if b"<h1" in page:
            return page, b"text/html; charset=utf-8"
        return in_words(NOT_FOUND)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        if not requests.is_for(scope, self._settings.public_url):
            visit.reason = "host"
        else:
            visit.reason = self._sockets.reason_to_refuse(scope, visit.client)
        if visit.reason is not None:
            await receive()
            answer = Answer(send, visit, self._headers, scope["path"], self._not_found_page)
            spoken = "websocket.http.response" in (scope.get("extensions") or {})
            await answer.refuse_socket(_FOREIGN_SOCKET, in_words=spoken)
            return
        inner = _at(self._inside(scope, visit), paths.SOCKET)
        query = self._tabs.inside(scope["query_string"], self._token_hash(scope))
        await self._sockets.serve({**inner, "query_string": query}, receive, send, visit)

    def _inside(self, scope: Scope, visit: Visit) -> Scope:
        """The request as everything behind the edge sees it: no cookie, no hearsay."""
        headers = [
            (name, value)
            for name, value in scope["headers"]
            if name.lower() not in {b"cookie", b"authorization", b"x-request-id"}
            and not requests.comes_from_proxies(name.lower())
        ]
        if token := self._token_hash(scope):
            headers.append((b"authorization", write_header(token).encode()))
        port = (scope.get("client") or ("", 0))[1]
        return {
            **scope,
            "headers": headers,
            "client": (visit.client, port),
            "scheme": requests.scheme(scope, self._settings.trusted_proxy_hops),
        }

    def _token_hash(self, scope: Scope) -> str | None:
        return session_hash(requests.header_values(scope, b"cookie"), self._settings)


def _at(scope: Scope, path: str) -> Scope:
    """The same request for another path; both spellings of it have to agree."""
    return {**scope, "path": path, "raw_path": quote(path).encode()}
