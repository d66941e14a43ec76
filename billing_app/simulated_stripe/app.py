"""The simulated Stripe as an application: its API, its pages, and the way in front of ours.

It stands beside the edge and not behind it, as another company's server would: it sets its
own headers, answers other methods, and reads a key where we would read a cookie.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from billing_app.config import Settings
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import ConfigurationError
from billing_app.simulated_stripe import checkout, checkout_page, endpoints, panel, transfers
from billing_app.simulated_stripe.answering import Answer, Answering, Call, now
from billing_app.simulated_stripe.deliveries import deliver_due
from billing_app.simulated_stripe.desk import Desk, Place
from billing_app.simulated_stripe.pages import STYLES, alert, gone_to, page, typed_amount
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.store import Store

log = logging.getLogger("quittance.simulated_stripe")

ROOT = "/_stripe"
_LARGEST_BODY = 256 * 1024
_LOOKS_EVERY_S = 0.2


class SimulatedStripe:
    """One simulated Stripe: its file, its answers, and its application."""

    def __init__(self, settings: Settings, *, webhook_path: str) -> None:
        if not settings.simulates_stripe:
            raise ConfigurationError(
                "The simulated Stripe exists in a demo only, and never beside a live key."
            )
        clock.allow_moving()
        self.store = Store(settings.home)
        self._base = settings.stripe_api_base
        self._house = urlsplit(settings.stripe_api_base).netloc
        self._api = Answering(self.store, self._base, settings.stripe_secret_key)
        app = Starlette(routes=self._routes())
        # Such a redirect would be to wherever a doubled slash seems to point.
        app.router.redirect_slashes = False
        self.app: ASGIApp = app
        with self.store.writing() as connection:
            desk = self._desk(connection)
            secret = settings.stripe_webhook_secret.reveal()
            endpoints.configure(desk, settings.public_url + webhook_path, secret)
            desk.flush()

    def pump(self) -> int:
        """Do what is due and bring what is to be brought; how much that was."""
        return self._api.happen() + deliver_due(self.store, now())

    def beside(self) -> Callable[[], AbstractAsyncContextManager[None]]:
        """What pumps while a server runs."""

        @asynccontextmanager
        async def simulated_stripe_beside() -> AsyncIterator[None]:
            pumping = asyncio.create_task(self._keep_pumping())
            try:
                yield
            finally:
                pumping.cancel()

        return simulated_stripe_beside

    def before(self, rest: ASGIApp) -> ASGIApp:
        """The application that gives this one what is its own, and the rest to ``rest``."""

        async def either(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] == "http" and (scope["path"] + "/").startswith(f"{ROOT}/")
            await (self.app if ours else rest)(scope, receive, send)

        return either

    async def _keep_pumping(self) -> None:
        while True:
            try:
                busy = await asyncio.to_thread(self.pump)
            except Exception:
                log.exception("The simulated Stripe could not bring its news.")
                busy = 0
            if not busy:
                await asyncio.sleep(_LOOKS_EVERY_S)

    def _routes(self) -> list[Route]:
        return [
            Route(f"{ROOT}/v1/{{path:path}}", self._answer, methods=["GET", "POST", "DELETE"]),
            Route(f"{ROOT}/simulated.css", self._styles),
            Route(f"{ROOT}/c/pay/{{id}}", self._checkout, methods=["GET", "POST"]),
            Route(f"{ROOT}/authenticate/{{id}}", self._challenge, methods=["GET", "POST"]),
            Route(f"{ROOT}/transfer/{{id}}", self._transfer, methods=["GET", "POST"]),
            Route(f"{ROOT}/receipt/{{id}}", self._receipt),
            Route(f"{ROOT}/done", self._done),
            Route(f"{ROOT}/panel/{{what}}", self._act, methods=["POST"]),
            Route(f"{ROOT}/", self._panel),
            Route(ROOT, self._panel),
        ]

    async def _answer(self, request: Request) -> Response:
        """The API. It knows its callers by their key, browsers have none."""
        if request.headers.get("host") != self._house:
            return PlainTextResponse("This is not the address of the simulated Stripe.", 421)
        call = Call(
            method=request.method,
            path="/v1/" + request.path_params["path"],
            query=request.url.query.encode(),
            body=await _body(request),
            headers=request.headers,
        )
        answer = await run_in_threadpool(self._api.answer, call)
        await asyncio.sleep(answer.after_s)
        return _Cut() if answer.cut else _json(answer)

    async def _checkout(self, request: Request) -> Response:
        shown = request.path_params["id"]
        if request.method == "GET":
            said = request.query_params.get("said", "")
            return await self._seen(
                request,
                lambda desk: checkout_page.checkout(
                    desk, desk.get("checkout.session", shown), said
                ),
            )
        form = await _form(request)
        return await self._done_at(
            request,
            lambda desk: checkout.submit(desk, desk.get("checkout.session", shown), form),
        )

    async def _challenge(self, request: Request) -> Response:
        shown = request.path_params["id"]
        if request.method == "GET":
            return await self._seen(
                request,
                lambda desk: checkout_page.challenge(
                    desk, desk.look("payment_intent", shown) or desk.get("setup_intent", shown)
                ),
            )
        proven = (await _form(request)).get("proven") == "yes"
        return await self._done_at(request, lambda desk: checkout.prove(desk, shown, proven=proven))

    async def _transfer(self, request: Request) -> Response:
        shown = request.path_params["id"]
        if request.method == "GET":
            return await self._seen(
                request,
                lambda desk: checkout_page.transfer(
                    desk,
                    desk.get("payment_intent", shown),
                    request.query_params.get("arrived", ""),
                ),
            )
        form = await _form(request)

        def arrive(desk: Desk) -> str:
            intent = desk.get("payment_intent", shown)
            customer = desk.get("customer", intent["customer"])
            sum_ = typed_amount(form.get("amount", ""), intent["currency"])
            written = form.get("reference", "").strip() or None
            moved = transfers.arrive(desk, customer, sum_, intent["currency"], written)
            return f"{self._base}/transfer/{shown}?arrived={moved['id']}"

        return await self._done_at(request, arrive)

    async def _receipt(self, request: Request) -> Response:
        shown = request.path_params["id"]
        return await self._seen(
            request, lambda desk: checkout_page.receipt(desk, desk.get("charge", shown))
        )

    async def _done(self, request: Request) -> Response:
        return page(self._base, "All done", "<p>You can close this page.</p>")

    async def _panel(self, request: Request) -> Response:
        return await self._seen(request, panel.panel)

    async def _act(self, request: Request) -> Response:
        what, form = request.path_params["what"], await _form(request)

        def do(desk: Desk) -> str:
            if what == "advance":
                panel.advance(form)
            else:
                panel.act(desk, what, form)
            return f"{self._base}/"

        answer = await self._done_at(request, do)
        await run_in_threadpool(self._api.happen)
        return answer

    async def _styles(self, request: Request) -> Response:
        return Response(STYLES, media_type="text/css", headers={"Cache-Control": "no-cache"})

    async def _seen(self, request: Request, show: Callable[[Desk], Response]) -> Response:
        """A page, as things are."""

        def look() -> Response:
            self._api.happen()
            with self.store.reading() as connection:
                return show(self._desk(connection))

        return await self._guarded(request, look)

    async def _done_at(self, request: Request, do: Callable[[Desk], str]) -> Response:
        """What a form does, as one transaction; then the browser is led on."""

        def act() -> Response:
            self._api.happen()
            with self.store.writing() as connection:
                desk = self._desk(connection)
                target = do(desk)
                desk.flush()
            return gone_to(target)

        return await self._guarded(request, act)

    async def _guarded(self, request: Request, work: Callable[[], Response]) -> Response:
        if not self._is_own(request):
            return page(self._base, "Not from here", "<p>Nothing was done.</p>", status=403)
        try:
            return await run_in_threadpool(work)
        except Refusal as refusal:
            status = refusal.status if refusal.status in {400, 404} else 400
            return page(self._base, "That did not work", alert(str(refusal)), status=status)

    def _is_own(self, request: Request) -> bool:
        """Whether our own pages ask: another site may neither post here nor borrow our name."""
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        posted = request.method == "POST"
        return request.headers.get("host") == self._house and (
            not posted
            or (site in {"same-origin", "none"} and urlsplit(origin or "").netloc
                in {"", self._house} and origin != "null")
        )  # fmt: skip

    def _desk(self, connection: object) -> Desk:
        return Desk(connection, Place(self._base), now())  # type: ignore[arg-type]


class _Cut(Response):
    """Half an answer: it is never ended, so the server cuts the line."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"10000"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _json(answer: Answer) -> Response:
    headers = answer.headers | {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(answer.body, answer.status, headers, media_type="application/json")


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            return b""
    return body


async def _form(request: Request) -> dict[str, str]:
    try:
        return dict(parse_qsl((await _body(request)).decode(), max_num_fields=50))
    except ValueError:
        return {}
