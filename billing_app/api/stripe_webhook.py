"""What the gateway tells us by itself: verified, kept once, and answered before it is applied."""

from __future__ import annotations

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import installation, run_as
from billing_app.api.rates import Buckets, Limits
from billing_app.collecting.gateway import NoGateway, gateway_of, moves_real_money
from billing_app.gateways.news import News
from billing_app.gateways.refusals import Forged
from billing_app.kernel.addresses import neighbourhood
from billing_app.kernel.errors import Busy
from billing_app.kernel.failpoints import reach
from billing_app.services.hearing import hear

_SIGNATURE = "stripe-signature"


class Webhook:
    """The door for news. It is told nothing but whether the news was taken."""

    def __init__(self, limits: Limits) -> None:
        self._rates = Buckets(limits.news)

    async def take_in(self, request: Request) -> Response:
        """Take news in. Whatever is not 200 is sent to us again later.

        Nothing is believed of it yet but that something changed, so that the answer waits for
        nobody: what changed is asked for by a runner.
        """
        if not self._rates.take(neighbourhood(_address(request)), time.monotonic()):
            return _say(429, "That is too much at once. Nothing was kept; please send it again.")
        body, signature = await request.body(), request.headers.get(_SIGNATURE, "")
        try:
            news = await run_in_threadpool(_read, body, signature)
            await run_as(RunnerActor(), lambda work: hear(work, news))
        except (Forged, NoGateway):
            return _say(400, "This was not sent by our payment provider. Nothing was kept.")
        except Busy:
            return _say(503, "We are busy right now. Nothing was kept; please send it again.")
        reach("news.kept")
        return _say(200, "Kept.")


def routes(path: str, limits: Limits | None = None) -> list[Route]:
    """The routes of this file."""
    return [Route(path, Webhook(limits or Limits()).take_in, methods=["POST"])]


def _read(body: bytes, signature: str) -> News:
    """The news, if it was signed for us. Test money and real money never meet."""
    here = installation()
    news = gateway_of(here).hear(body, signature)
    if news.live != moves_real_money(here):
        raise Forged
    return news


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _say(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status_code=status)
