"""Lists and statements as files: of the organization for its admins, their own for customers.

The rows are read a page at a time while they are sent, so that a long list takes no memory and
holds no transaction open. What cannot be had is refused before the first byte leaves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from functools import partial

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from billing_app.access.actors import AdminActor, CustomerActor, Member, SystemActor
from billing_app.access.installation import at_the_door, run_as
from billing_app.access.sessions import find_session
from billing_app.api.answers import NOT_FOUND
from billing_app.api.forms import leading_to, token_hash
from billing_app.documents.tables import as_csv
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError, Busy, Invalid, NotFound
from billing_app.reads import exports, statement_rows
from billing_app.reads.exports import Rows, Wanted

_STATEMENT = "statement"
_PLAIN = ("standing", "party_id", "currency", "search")
_OF_INVOICES = ("customer", "least", "most", "due_since", "due_until")
_WORDS = {*_PLAIN, *_OF_INVOICES, "since", "until"}

Page = Callable[[str], Awaitable[Rows]]


async def export(request: Request) -> Response:
    """A list of the organization, or the statement of one of its customers."""
    return await _answer(request, AdminActor, _of_organization)


async def own_export(request: Request) -> Response:
    """A list of a customer's own, or their statement."""
    return await _answer(request, CustomerActor, _of_customer)


async def _answer(
    request: Request,
    audience: type[Member],
    choose: Callable[..., Awaitable[tuple[tuple[str, ...], Page]]],
) -> Response:
    held, name = token_hash(request), request.path_params["name"]
    found = await at_the_door(lambda work: find_session(work, held)) if held else None
    if found is None:
        return leading_to("/sign-in")
    try:
        if not isinstance(found.actor, audience):
            raise NotFound
        headings, page = await choose(found.actor, name, _wanted(request.query_params))
        first = await page("")
    except NotFound:
        return PlainTextResponse(f"{NOT_FOUND}\n", status_code=404)
    except Busy as refusal:
        return PlainTextResponse(f"{refusal}\n", status_code=503)
    except BillingError as refusal:
        return PlainTextResponse(f"{refusal}\n", status_code=400)
    own = {
        "Content-Disposition": f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.csv"',
        "Cache-Control": "no-store",
    }
    if request.method == "HEAD":
        return Response(headers=own, media_type="text/csv")
    return StreamingResponse(_sheet(headings, first, page), headers=own, media_type="text/csv")


async def _sheet(headings: tuple[str, ...], rows: Rows, page: Page) -> AsyncIterator[bytes]:
    yield as_csv([headings])
    yield as_csv(rows.rows)
    while rows.after:
        rows = await page(rows.after)
        yield as_csv(rows.rows)


async def _of_organization(
    actor: AdminActor, name: str, wanted: Wanted
) -> tuple[tuple[str, ...], Page]:
    if name == _STATEMENT:
        if not wanted.party_id:
            raise Invalid("Name the customer whose statement it is, as party_id.")
        return statement_rows.STATEMENT, partial(_statement_page, actor, wanted)
    headings = await run_as(actor, lambda work: exports.headings(work, name))

    async def page(after: str) -> Rows:
        return await run_as(actor, lambda work: exports.exported(work, name, wanted, after=after))

    return headings, page


async def _of_customer(
    actor: CustomerActor, name: str, wanted: Wanted
) -> tuple[tuple[str, ...], Page]:
    if name == _STATEMENT:
        own = Wanted(currency=wanted.currency, since=wanted.since, until=wanted.until)
        if wanted != own:
            raise Invalid("Your own statement is narrowed by currency, since and until.")
        mine = await run_as(actor, statement_rows.my_customer_id)
        whose = replace(own, party_id=mine)
        return statement_rows.STATEMENT, partial(_statement_page, actor, whose)
    if wanted != Wanted():
        raise Invalid("Your own lists come whole, and are not narrowed.")
    headings = await run_as(actor, lambda work: exports.headings(work, name))

    async def page(after: str) -> Rows:
        return await run_as(actor, lambda work: exports.my_exported(work, name, after=after))

    return headings, page


async def _statement_page(actor: Member, wanted: Wanted, after: str) -> Rows:
    """A statement says the same to everybody: the organization itself reads it."""
    system = SystemActor(organization_id=actor.organization_id)
    return await run_as(
        system, lambda work: statement_rows.statement_rows(work, wanted, after=after)
    )


def _wanted(said: QueryParams) -> Wanted:
    if not set(said) <= _WORDS:
        raise Invalid(f"A list can be narrowed by {', '.join(sorted(_WORDS))}.")
    return Wanted(
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
        **{word: said.get(word, "") for word in (*_PLAIN, *_OF_INVOICES)},
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid("Write a day like 2026-11-21.") from None


def routes() -> list[Route]:
    """The routes of this file."""
    return [
        Route("/exports/{name}.csv", export, methods=["GET"]),
        Route("/portal/{name}.csv", own_export, methods=["GET"]),
    ]
