"""What somebody signed in does with their sessions: switch, end, prove themselves again."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billing_app.access.entering import Person, come_in_as, person_behind
from billing_app.access.identities import WrongPassword
from billing_app.access.installation import at_the_door, installation
from billing_app.access.own_sessions import end_other_sessions, end_own_session
from billing_app.access.passwords import Asker, check_password
from billing_app.access.sessions import find_session, step_up
from billing_app.access.throttling import AGAIN, begin_try, note_success
from billing_app.api.cookies import clear_session_cookie
from billing_app.api.forms import (
    HOMES,
    browser_of,
    busy_code,
    coming_in,
    leading_to,
    read_fields,
    token_hash,
)
from billing_app.config import Secret
from billing_app.kernel.errors import Busy, NotFound, NotSignedIn

_OWN_PAGE = re.compile(r"/(admin|partner|customer|choose)(/[A-Za-z0-9_-]{1,60}){0,4}")


@dataclass(frozen=True)
class Proven:
    """Somebody signed in who gave their password again just now."""

    person: Person
    token_hash: str = field(repr=False)

    @property
    def asker(self) -> Asker:
        """Who waits for the hashes that this takes."""
        return Asker(self.token_hash, signed_in=True)


async def choose(request: Request) -> Response:
    """Go on as another of one's memberships, in a session of its own."""
    fields, browser, held = await read_fields(request), browser_of(request), token_hash(request)
    wanted = fields.typed("membership")
    try:
        entered = await at_the_door(lambda work: come_in_as(work, held or "", wanted, browser))
    except NotSignedIn:
        return leading_to("/sign-in")
    except NotFound:
        return leading_to("/choose", "denied")
    except Busy as refusal:
        return leading_to("/choose", busy_code(refusal))
    return coming_in(entered)


async def end(request: Request) -> Response:
    """End one of one's own sessions, or all but this one."""
    fields, held = await read_fields(request), token_hash(request) or ""
    wanted, page = fields.typed("session"), await _profile(held)
    try:
        if wanted == "others":
            await at_the_door(lambda work: end_other_sessions(work, held))
            return leading_to(page, "others-ended")
        this_one = await at_the_door(lambda work: end_own_session(work, held, wanted))
    except NotSignedIn:
        return leading_to("/sign-in")
    except NotFound:
        return leading_to(page, "denied")
    except Busy as refusal:
        return leading_to(page, busy_code(refusal))
    if not this_one:
        return leading_to(page, "ended")
    response = leading_to("/sign-in", "signed-out")
    clear_session_cookie(response, installation().settings)
    return response


async def prove_again(request: Request) -> Response:
    """Give the password again before something that needs it; it counts for five minutes.

    The cookie stays: sockets that are open keep the headers they were opened with.
    """
    fields = await read_fields(request)
    asked = fields.typed("next")
    wanted = asked if _OWN_PAGE.fullmatch(asked) else ""

    async def stamp(proven: Proven) -> str:
        await at_the_door(
            lambda work: step_up(work, proven.token_hash, proven=proven.person.password)
        )
        return "stepped-up"

    return await proving_again(
        request, fields.secret("password"), stamp, onward=wanted, back="/step-up"
    )


async def proving_again(
    request: Request,
    typed: Secret,
    act: Callable[[Proven], Awaitable[str]],
    *,
    onward: str = "",
    back: str = "",
) -> Response:
    """Do ``act`` for somebody signed in whose password this is; lead on with what it says.

    Guesses here are counted apart from those at the front door, where strangers stand.
    Without a page ``onward`` or ``back`` it is the person's own profile.
    """
    held, browser = token_hash(request) or "", browser_of(request)
    profile = await _profile(held)
    again = {"next": onward} if back and onward else {}
    try:
        person = await at_the_door(lambda work: person_behind(work, held))
        tried = await at_the_door(
            lambda work: begin_try(work, door=AGAIN, account=person.email, address=browser.address)
        )
        proven = Proven(person, held)
        if not (await check_password(typed, person.password, proven.asker)).right:
            raise WrongPassword
        await at_the_door(lambda work: note_success(work, tried))
        said = await act(proven)
    except NotSignedIn:
        return leading_to("/sign-in")
    except WrongPassword:
        return leading_to(back or profile, "wrong-password", **again)
    except Busy as refusal:
        return leading_to(back or profile, busy_code(refusal), **again)
    return leading_to(onward or profile, said)


async def _profile(held: str) -> str:
    found = await at_the_door(lambda work: find_session(work, held))
    return f"{HOMES[found.actor.audience]}/profile" if found else "/sign-in"


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route("/auth/choose", choose, methods=["POST"]),
        Route("/auth/sessions/end", end, methods=["POST"]),
        Route("/auth/step-up", prove_again, methods=["POST"]),
    ]
