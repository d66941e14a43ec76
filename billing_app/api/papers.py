"""Documents as PDF files: for admins, for contacts of customers, and behind a pay link.

Each is asked for by the id that its page shows. What somebody may not know of does not exist.
"""

from __future__ import annotations

import re
from datetime import date

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from billing_app.access.actors import AdminActor, Member, SystemActor
from billing_app.access.installation import at_the_door, installation, run_as
from billing_app.access.pay_links import payer_behind
from billing_app.access.permissions import Permission, may
from billing_app.access.sessions import find_session
from billing_app.api.answers import NOT_FOUND
from billing_app.api.forms import leading_to, token_hash
from billing_app.documents.papers.naming import file_name
from billing_app.documents.papers.printing import CannotPrint, fonts_of, rendered
from billing_app.kernel.errors import BillingError, Busy, Invalid, NotAllowed, NotFound
from billing_app.reads import papers
from billing_app.reads.paper import Paper

# What asks for a statement: a customer has no paper but that.
_OF_CUSTOMERS = "cus_"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_PRINT = (
    "This document cannot be printed right now. Nothing else has changed; please ask the person"
    " you deal with for it."
)
_NEVER_KEPT = {"Cache-Control": "no-store"}


async def document(request: Request) -> Response:
    """A document of whoever is signed in: the current copy, or with ``as=issued`` the first print.

    A customer's id asks for the statement of some days.
    """
    held = token_hash(request)
    found = await at_the_door(lambda work: find_session(work, held)) if held else None
    if found is None:
        return leading_to("/sign-in")
    try:
        return await _document(request, found.actor, request.path_params["document_id"])
    except BillingError as refusal:
        return _refused(refusal, mends=isinstance(found.actor, AdminActor))


async def document_behind_link(request: Request) -> Response:
    """The one document behind a pay link, as it stands now."""
    address = request.client.host if request.client else "unknown"
    try:
        payer = await payer_behind(request.path_params["token"], address)
        document_id = await run_as(payer, papers.printable_behind)
        system = SystemActor(organization_id=payer.organization_id)
        return await _printed(request, await _current(system, document_id))
    except BillingError as refusal:
        return _refused(refusal, mends=False)


async def _document(request: Request, member: Member, document_id: str) -> Response:
    if request.query_params.get("as") == "issued":
        kept = await run_as(member, lambda work: papers.print_as_issued(work, document_id))
        return _file(request, kept.content, file_name(kept.kind, kept.number, "as-issued"))
    known = await run_as(member, lambda work: papers.printable(work, document_id))
    system = SystemActor(organization_id=member.organization_id)
    if not known.startswith(_OF_CUSTOMERS):
        return await _printed(request, await _current(system, known, link=_may_have_link(member)))
    asked = request.query_params
    since, until = _day(asked.get("since"), "since"), _day(asked.get("until"), "until")
    said = await run_as(
        system,
        lambda work: papers.statement_paper(
            work, known, since=since, until=until, currency=asked.get("currency", "")
        ),
    )
    return await _printed(request, said)


def _may_have_link(member: Member) -> bool:
    """Whose the document is may pay it; of the admins, those who hand pay links on."""
    return not isinstance(member, AdminActor) or may(member.role, Permission.TAKE_PAYMENTS)


async def _current(system: SystemActor, document_id: str, *, link: bool = True) -> Paper:
    public_url = installation().settings.public_url if link else ""
    return await run_as(system, lambda work: papers.paper(work, document_id, public_url=public_url))


async def _printed(request: Request, said: Paper) -> Response:
    content = await rendered(said, fonts=fonts_of(installation().settings.home))
    return _file(
        request,
        content,
        file_name(said.head.kind, said.head.number or said.head.dated_on.isoformat()),
    )


def _file(request: Request, content: bytes, name: str) -> Response:
    """The whole file: parts of it are not given, and a HEAD is told about it and spared it."""
    headers = _NEVER_KEPT | {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(len(content)),
        "Accept-Ranges": "none",
    }
    body = b"" if request.method == "HEAD" else content
    return Response(body, media_type="application/pdf", headers=headers)


def _refused(refusal: BillingError, *, mends: bool) -> Response:
    """The sentence of a refusal; why a print cannot be made is told to those who can mend it."""
    if isinstance(refusal, NotFound | NotAllowed):
        return PlainTextResponse(f"{NOT_FOUND}\n", status_code=404, headers=_NEVER_KEPT)
    status = 503 if isinstance(refusal, Busy) else 409
    said = _NO_PRINT if isinstance(refusal, CannotPrint) and not mends else refusal
    return PlainTextResponse(f"{said}\n", status_code=status, headers=_NEVER_KEPT)


def _day(typed: str | None, field: str) -> date | None:
    """A day as addresses carry it; nothing where nothing was said."""
    if not typed:
        return None
    try:
        if _DAY.fullmatch(typed):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    raise Invalid("Write a day like 2026-11-21. Nothing was printed.", field=field)


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route("/documents/{document_id}.pdf", document, methods=["GET"]),
        Route("/pay/{token}/document.pdf", document_behind_link, methods=["GET"]),
    ]
