"""Coming in and going out: plain forms and plain cookies, with a full page load after each.

A socket keeps the headers it was opened with, so who somebody is can only change
together with the page.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billing_app.access.capabilities import LinkGone
from billing_app.access.demo_doors import DEMO_DOORS
from billing_app.access.entering import (
    NothingOpen,
    ask_for_link,
    come_in_by_link,
    come_in_by_password,
    person_at,
)
from billing_app.access.identities import WrongPassword
from billing_app.access.installation import at_the_door, installation
from billing_app.access.passwords import Asker, check_password
from billing_app.access.sessions import end_session, find_session, open_session
from billing_app.access.throttling import LINK_LETTER, PASSWORD, TOKEN, begin_try, note_success
from billing_app.api.cookies import clear_session_cookie, set_session_cookie
from billing_app.api.forms import (
    HOMES,
    browser_of,
    busy_code,
    coming_in,
    leading_to,
    read_fields,
    taking_at_least,
    token_hash,
)
from billing_app.kernel.errors import Busy, NotFound

# Longer than finding out that somebody is here, or writing them a letter, ever takes.
SAME_TIME = 0.25


async def go_home(request: Request) -> Response:
    """Lead whoever opens the bare address to where they belong."""
    held = token_hash(request)
    found = await at_the_door(lambda work: find_session(work, held or ""))
    return leading_to(HOMES[found.actor.audience] if found else "/sign-in")


async def enter_by_password(request: Request) -> Response:
    """Come in with an address and a password.

    Whether or not the address is known, the answer is the same and exactly one hash is
    computed for it.
    """
    fields, browser = await read_fields(request), browser_of(request)
    email = fields.email()
    try:
        tried = await at_the_door(
            lambda work: begin_try(work, door=PASSWORD, account=email, address=browser.address)
        )
        person = await at_the_door(lambda work: person_at(work, email))
        verdict = await check_password(
            fields.secret("password"), person.password if person else None, Asker(browser.address)
        )
        if person is None or not verdict.right:
            raise WrongPassword
        await at_the_door(lambda work: note_success(work, tried))
        known, proven, stronger = person.identity_id, person.password, verdict.stronger
        entered = await at_the_door(
            lambda work: come_in_by_password(work, known, browser, proven=proven, stronger=stronger)
        )
    except WrongPassword:
        return leading_to("/sign-in", "wrong")
    except NothingOpen:
        return leading_to("/sign-in", "denied")
    except Busy as refusal:
        return leading_to("/sign-in", busy_code(refusal))
    return coming_in(entered)


@taking_at_least(SAME_TIME)
async def send_link(request: Request) -> Response:
    """Send a contact the address that lets them in once. Everybody gets the same answer."""
    fields, browser = await read_fields(request), browser_of(request)
    email = fields.email()
    try:
        await at_the_door(
            lambda work: begin_try(work, door=LINK_LETTER, account=email, address=browser.address)
        )
        await at_the_door(lambda work: ask_for_link(work, email))
    except Busy as refusal:
        return leading_to("/sign-in", busy_code(refusal))
    return leading_to("/sign-in", "link-sent")


async def enter_by_link(request: Request) -> Response:
    """Come in by an emailed address, which is used up by this and by nothing else."""
    fields, browser = await read_fields(request), browser_of(request)
    token = fields.typed("token")
    try:
        tried = await at_the_door(
            lambda work: begin_try(work, door=TOKEN, account="", address=browser.address)
        )
        entered = await at_the_door(lambda work: come_in_by_link(work, token, browser))
        await at_the_door(lambda work: note_success(work, tried))
    except LinkGone:
        return leading_to("/sign-in", "gone")
    except NothingOpen:
        return leading_to("/sign-in", "denied")
    except Busy as refusal:
        return leading_to("/sign-in", busy_code(refusal))
    return coming_in(entered)


async def open_demo_door(request: Request) -> Response:
    """Come in as one of the demo's people. Outside a demo this route does not exist."""
    doors = {door.name: door for door in DEMO_DOORS}
    door = doors.get(request.path_params["door"])
    if door is None or not installation().settings.demo:
        return Response("We cannot find that.", status_code=404, media_type="text/plain")
    browser = browser_of(request)
    try:
        token = await at_the_door(
            lambda work: open_session(
                work,
                email=door.email,
                audience=door.audience,
                replacing=browser.replacing,
                device=browser.device,
            )
        )
    except NotFound:
        return Response(
            "The demo's people are not here yet. Run `python -m billing_app seed-demo`.",
            status_code=404,
            media_type="text/plain",
        )
    response = leading_to(HOMES[door.audience])
    set_session_cookie(response, token, installation().settings)
    return response


async def sign_out(request: Request) -> Response:
    """End the session here and in all tabs. Signing out twice is fine."""
    held = token_hash(request)
    if held:
        await at_the_door(lambda work: end_session(work, held))
    response = leading_to("/sign-in")
    clear_session_cookie(response, installation().settings)
    return response


def routes(*, demo: bool) -> list[Route]:
    """The routes of this file; the demo's doors only where there is a demo."""
    doors = [Route("/auth/demo/{door}", open_demo_door, methods=["POST"])] if demo else []
    return [
        Route("/", go_home, methods=["GET"]),
        Route("/auth/password", enter_by_password, methods=["POST"]),
        Route("/auth/link", send_link, methods=["POST"]),
        Route("/auth/enter", enter_by_link, methods=["POST"]),
        Route("/auth/sign-out", sign_out, methods=["POST"]),
        *doors,
    ]
