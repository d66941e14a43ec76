"""Setting a password: by invitation, after forgetting it, or by changing it."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billing_app.access.capabilities import LinkGone
from billing_app.access.credentials import (
    accept_invitation,
    ask_for_reset,
    change_password,
    person_invited,
    person_resetting,
    reset_password,
)
from billing_app.access.entering import Entered, NothingOpen, Person
from billing_app.access.identities import WrongPassword
from billing_app.access.installation import at_the_door
from billing_app.access.passwords import (
    Asker,
    Weak,
    check_password,
    hashed_password,
    read_new_password,
)
from billing_app.access.throttling import PASSWORD, RESET_LETTER, TOKEN, begin_try, note_success
from billing_app.api.forms import (
    Fields,
    browser_of,
    busy_code,
    coming_in,
    leading_to,
    read_fields,
    taking_at_least,
)
from billing_app.api.own_sessions import Proven, proving_again
from billing_app.api.sign_in import SAME_TIME
from billing_app.config import Secret
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import Busy, Invalid


async def accept(request: Request) -> Response:
    """Accept an invitation with a name and a password, and come in."""
    fields = await read_fields(request)
    page = f"/invite/{quote(fields.typed('token'), safe='')}"
    try:
        return coming_in(await _accept(request, fields))
    except LinkGone:
        return leading_to("/sign-in", "gone")
    except NothingOpen:
        return leading_to("/sign-in", "denied")
    except WrongPassword:
        return leading_to(page, "wrong")
    except Weak:
        return leading_to(page, "weak")
    except Invalid:
        return leading_to(page, "name")
    except Busy as refusal:
        return leading_to(page, busy_code(refusal))


async def _accept(request: Request, fields: Fields) -> Entered:
    """Somebody who has a password proves it instead of setting one.

    An invitation lives for days; it must not be a way around a password that is known.
    """
    browser, token = browser_of(request), fields.typed("token")
    tried = await _begin(TOKEN, "", browser.address)
    person = await at_the_door(lambda work: person_invited(work, token))
    await at_the_door(lambda work: note_success(work, tried))
    name, password = fields.typed("name") or person.name, None
    if person.password:
        await _prove(person, fields.secret("password"), browser.address)
    else:
        asker = Asker(browser.address)
        password = await _hashed_new(fields.secret("password"), person, asker, read_name(name))
    return await at_the_door(
        lambda work: accept_invitation(
            work, token, browser, name=name, password=password, proven=person.password
        )
    )


@taking_at_least(SAME_TIME)
async def forgot(request: Request) -> Response:
    """Send an admin the address that sets a new password. Everybody gets the same answer."""
    fields, browser = await read_fields(request), browser_of(request)
    email = fields.email()
    try:
        await _begin(RESET_LETTER, email, browser.address)
        await at_the_door(lambda work: ask_for_reset(work, email))
    except Busy as refusal:
        return leading_to("/forgot", busy_code(refusal))
    return leading_to("/forgot", "link-sent")


async def reset(request: Request) -> Response:
    """Set a new password by an emailed address, and sign the person out everywhere."""
    fields, browser = await read_fields(request), browser_of(request)
    token = fields.typed("token")
    page = f"/reset/{quote(token, safe='')}"
    try:
        tried = await _begin(TOKEN, "", browser.address)
        person = await at_the_door(lambda work: person_resetting(work, token))
        await at_the_door(lambda work: note_success(work, tried))
        password = await _hashed_new(fields.secret("password"), person, Asker(browser.address))
        await at_the_door(
            lambda work: reset_password(work, token, password, address=browser.address)
        )
    except LinkGone:
        return leading_to("/forgot", "gone")
    except Weak:
        return leading_to(page, "weak")
    except Busy as refusal:
        return leading_to(page, busy_code(refusal))
    return leading_to("/sign-in", "reset")


async def change(request: Request) -> Response:
    """Change one's own password, giving the one before; everybody else is signed out."""
    fields = await read_fields(request)

    async def keep(proven: Proven) -> str:
        try:
            password = await _hashed_new(fields.secret("new"), proven.person, proven.asker)
        except Weak:
            return "weak"
        await at_the_door(
            lambda work: change_password(
                work, proven.token_hash, password, proven=proven.person.password
            )
        )
        return "changed"

    return await proving_again(request, fields.secret("current"), keep)


async def _begin(door: str, account: str, address: str) -> str:
    return await at_the_door(
        lambda work: begin_try(work, door=door, account=account, address=address)
    )


async def _prove(person: Person, typed: Secret, address: str) -> None:
    tried = await _begin(PASSWORD, person.email, address)
    if not (await check_password(typed, person.password, Asker(address))).right:
        raise WrongPassword
    await at_the_door(lambda work: note_success(work, tried))


async def _hashed_new(typed: Secret, person: Person, asker: Asker, *known: str) -> Secret:
    return await hashed_password(
        read_new_password(typed, about=(person.email, person.name, *known)), asker
    )


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route("/auth/invitation", accept, methods=["POST"]),
        Route("/auth/forgot", forgot, methods=["POST"]),
        Route("/auth/reset", reset, methods=["POST"]),
        Route("/auth/change-password", change, methods=["POST"]),
    ]
