"""Several documents in one file: the prints of invoices, as they were issued."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from billing_app.access.actors import AdminActor
from billing_app.access.installation import at_the_door, run_as
from billing_app.access.sessions import find_session
from billing_app.api.answers import NOT_FOUND
from billing_app.api.forms import leading_to, token_hash
from billing_app.documents.papers.naming import file_name
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError, Busy, NotAllowed, NotFound
from billing_app.reads import prints
from billing_app.reads.prints import Bundle

_NEVER_KEPT = {"Cache-Control": "no-store"}
_LEFT_OUT = "not-in-this-file.txt"


async def invoices(request: Request) -> Response:
    """The prints of the invoices that ``of`` names, with commas between them, for admins."""
    held = token_hash(request)
    found = await at_the_door(lambda work: find_session(work, held)) if held else None
    if found is None:
        return leading_to("/sign-in")
    named = [each for each in request.query_params.get("of", "").split(",") if each]
    try:
        if not isinstance(found.actor, AdminActor):
            raise NotFound
        there = await run_as(found.actor, lambda work: prints.bundle(work, named))
    except BillingError as refusal:
        return _refused(refusal)
    content = await asyncio.to_thread(zipped, there)
    headers = _NEVER_KEPT | {
        "Content-Disposition": f'attachment; filename="invoices-{clock.now():%Y-%m-%d}.zip"',
        "Content-Length": str(len(content)),
    }
    body = b"" if request.method == "HEAD" else content
    return Response(body, media_type="application/zip", headers=headers)


def zipped(there: Bundle) -> bytes:
    """The prints under their numbers; they are compressed already.

    Numbers of two series, A/1 and A-1, can be one name for a file: the second says that it is.
    """
    file, names = io.BytesIO(), Counter[str]()
    with ZipFile(file, "w", ZIP_STORED) as bundle:
        for each in there.prints:
            name = file_name(each.kind, each.number, "as-issued")
            names[name] += 1
            if names[name] > 1:
                name = file_name(each.kind, each.number, "as-issued", str(names[name]))
            bundle.writestr(ZipInfo(name), each.content)
        if there.missing:
            bundle.writestr(ZipInfo(_LEFT_OUT), "\n".join(there.missing) + "\n")
    return file.getvalue()


def _refused(refusal: BillingError) -> Response:
    if isinstance(refusal, NotFound | NotAllowed):
        return PlainTextResponse(f"{NOT_FOUND}\n", status_code=404, headers=_NEVER_KEPT)
    status = 503 if isinstance(refusal, Busy) else 400
    return PlainTextResponse(f"{refusal}\n", status_code=status, headers=_NEVER_KEPT)


def routes() -> list[Route]:
    """The routes of this file."""
    return [Route("/documents/invoices.zip", invoices, methods=["GET"])]
