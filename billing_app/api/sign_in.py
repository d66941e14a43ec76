"""Signing in and out: plain forms and plain cookies, with a full page load after each.

A socket keeps the headers it was opened with, so who somebody is can only change
together with the page.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from billing_app.access.demo_doors import DEMO_DOORS
from billing_app.access.installation import at_the_door, installation
from billing_app.access.sessions import end_session, find_session, open_session
from billing_app.api.cookies import clear_session_cookie, set_session_cookie
from billing_app.kernel.audience import Audience
from billing_app.kernel.errors import NotFound
from billing_app.kernel.session_header import read_header

_HOMES = {
    Audience.ADMIN: "/admin",
    Audience.PARTNER: "/partner",
    Audience.CUSTOMER: "/customer",
}


async def go_home(request: Request) -> Response:
    """Lead whoever opens the bare address to where they belong."""
    token_hash = _token_hash(request)
    found = await at_the_door(lambda work: find_session(work, token_hash or ""))
    return _leading_to(_HOMES[found.actor.audience] if found else "/sign-in")


async def open_demo_door(request: Request) -> Response:
    """Come in as one of the demo's people. Outside a demo this route does not exist."""
    doors = {door.name: door for door in DEMO_DOORS}
    door = doors.get(request.path_params["door"])
    if door is None or not installation().settings.demo:
        return Response("We cannot find that.", status_code=404, media_type="text/plain")
    try:
        token = await at_the_door(
            lambda work: open_session(
                work, email=door.email, audience=door.audience, replacing=_token_hash(request)
            )
        )
    except NotFound:
        return Response(
            "The demo's people are not here yet. Run `python -m billing_app seed-demo`.",
            status_code=404,
            media_type="text/plain",
        )
    response = _leading_to(_HOMES[door.audience])
    set_session_cookie(response, token, installation().settings)
    return response


async def sign_out(request: Request) -> Response:
    """End the session here and in all tabs. Signing out twice is fine."""
    token_hash = _token_hash(request)
    if token_hash:
        await at_the_door(lambda work: end_session(work, token_hash))
    response = _leading_to("/sign-in")
    clear_session_cookie(response, installation().settings)
    return response


def routes(*, demo: bool) -> list[Route]:
    """The routes of this file; the demo's doors only where there is a demo."""
    doors = [Route("/auth/demo/{door}", open_demo_door, methods=["POST"])] if demo else []
    return [
        Route("/", go_home, methods=["GET"]),
        Route("/auth/sign-out", sign_out, methods=["POST"]),
        *doors,
    ]


def _leading_to(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def _token_hash(request: Request) -> str | None:
    return read_header(request.headers.get("authorization", ""))
