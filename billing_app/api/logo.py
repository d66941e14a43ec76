"""The logo on documents: shown to admins on its page of settings, and put there by a form."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from billing_app.access.actors import AdminActor
from billing_app.access.installation import at_the_door, run_as
from billing_app.access.sessions import find_session
from billing_app.api.answers import NOT_FOUND
from billing_app.api.forms import busy_code, leading_to, token_hash
from billing_app.kernel.errors import Busy, Invalid, NotAllowed
from billing_app.reads import settings
from billing_app.services import organizing

ADDRESS = "/settings/logo"
_PAGE = "/admin/settings/organization"
_PNG = b"\x89PNG"
_MOST_FIELDS = 5


async def show(request: Request) -> Response:
    """The picture as it is kept."""
    actor = await _admin(request)
    missing = PlainTextResponse(f"{NOT_FOUND}\n", status_code=404)
    if actor is None:
        return missing
    try:
        picture = await run_as(actor, settings.logo)
    except (NotAllowed, Busy):
        return missing
    if not picture:
        return missing
    kind = "image/png" if picture.startswith(_PNG) else "image/jpeg"
    return Response(picture, media_type=kind, headers={"Cache-Control": "no-store"})


async def change(request: Request) -> Response:
    """Keep another picture, or take the one there is off."""
    actor = await _admin(request)
    if actor is None:
        return leading_to("/sign-in", "over")
    try:
        picture, takes_off = await _sent(request)
    except (HTTPException, ValueError):
        return leading_to(_PAGE, "logo-odd")
    if picture is None and not takes_off:
        return leading_to(_PAGE, "logo-none")
    try:
        await run_as(actor, lambda work: organizing.set_logo(work, picture))
    except NotAllowed:
        return leading_to("/admin", "denied")
    except Busy as refusal:
        return leading_to(_PAGE, busy_code(refusal))
    except Invalid:
        is_large = picture is not None and len(picture) > organizing.LARGEST_LOGO
        return leading_to(_PAGE, "logo-large" if is_large else "logo-odd")
    return leading_to(_PAGE, "logo-off" if takes_off else "logo-kept")


async def _admin(request: Request) -> AdminActor | None:
    held = token_hash(request)
    found = await at_the_door(lambda work: find_session(work, held)) if held else None
    return found.actor if found and isinstance(found.actor, AdminActor) else None


async def _sent(request: Request) -> tuple[bytes | None, bool]:
    """The picture that was chosen, if any, and whether it shall be taken off instead."""
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        if form.get("remove") == "yes":
            return None, True
        chosen = form.get("logo")
        content = await chosen.read() if isinstance(chosen, UploadFile) else b""
        return content or None, False


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route(ADDRESS, show, methods=["GET"]),
        Route(ADDRESS, change, methods=["POST"]),
    ]
