"""Whether this process lives, and whether it can work: for whoever watches over it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from billing_app.access.installation import installation


async def healthz(_request: Request) -> Response:
    """The process answers. A watcher restarts it when this fails."""
    return PlainTextResponse("ok")


async def readyz(_request: Request) -> Response:
    """The database answers too. A balancer sends nobody here while this fails."""
    if await run_in_threadpool(installation().database.answers):
        return PlainTextResponse("ready")
    return PlainTextResponse("the database does not answer", status_code=503)


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
    ]
