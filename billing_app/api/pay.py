"""Paying behind a pay link: the form that leads to the gateway's page, and the way back.

Nobody is signed in by any of this, and no cookie is read: the token in the address is all
that counts. It works with 'Client Login' off.
"""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from billing_app.access.actors import PayerActor
from billing_app.access.installation import installation, run_as
from billing_app.access.pay_links import payer_behind
from billing_app.api.forms import Fields, busy_code, leading_to, read_fields
from billing_app.api.gateway_calls import off_the_loop
from billing_app.collecting.gateway import GatewayAway, NoGateway
from billing_app.collecting.pages import (
    GatewaySaidNo,
    NotOffered,
    PageAsked,
    come_back,
    pay_on_page,
)
from billing_app.gateways.payments import Way
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.kernel.amounts import NotAboveZero
from billing_app.kernel.errors import BillingError, Busy, Invalid, NotFound
from billing_app.kernel.refusals import Moved, NotPayable, TooMuch
from billing_app.reads import payer, payer_outcome
from billing_app.services.claiming import BeingPaid, OnItsWay
from billing_app.services.paying import Part

log = logging.getLogger("quittance.paying")

_LONGEST_SHOWN = 60
_OF_THE_AMOUNT = ("amount", "zero", "too-much")

# The first that fits says it; the page turns each code into a sentence.
_CODES: tuple[tuple[type[BillingError], str], ...] = (
    (GatewayAway, "gateway-away"),
    (NoGateway, "no-gateway"),
    (NotOffered, "way"),
    (Moved, "moved"),
    (TooMuch, "too-much"),
    (NotPayable, "nothing-to-pay"),
    (BeingPaid, "being-paid"),
    (OnItsWay, "on-its-way"),
    (NotAboveZero, "zero"),
    (Invalid, "amount"),
)


async def pay(request: Request) -> Response:
    """Lead the payer to the gateway's page for what they chose, or back with the reason."""
    here = _page(request)
    try:
        found = await _payer(request)
    except NotFound:
        return leading_to(here)
    except Busy as refusal:
        return leading_to(here, busy_code(refusal))
    fields = await read_fields(request)
    try:
        asked = await _asked(found, fields, here)
        there = await off_the_loop(partial(pay_on_page, installation(), found, asked))
    except GatewaySaidNo as refusal:
        # Why, in the gateway's sentence, is in our books, and the page of endings shows it.
        return leading_to(f"{here}/return", a=refusal.attempt)
    except BillingError as refusal:
        code = _code(refusal)
        return leading_to(here, code, **(_choices(fields) if code in _OF_THE_AMOUNT else {}))
    return RedirectResponse(there, status_code=303, headers={"Cache-Control": "no-store"})


async def come_back_from_page(request: Request) -> Response:
    """Ask the gateway how its page ended, and show that. The address itself proves nothing.

    A page that was not opened for this very document is not asked about.
    """
    here, page = _page(request), request.query_params.get("s", "")
    try:
        found = await _payer(request)
        visit = await run_as(found, lambda work: payer_outcome.visit_at(work, page))
    except NotFound:
        return leading_to(here)
    except Busy:
        return leading_to(f"{here}/return")
    try:
        await off_the_loop(partial(come_back, installation(), found.organization_id, page))
    except (BillingError, GatewayRefusal, Unclear) as trouble:
        # Whoever else brings the news settles it; the page looks for that.
        log.warning("The gateway could not be asked about a page: %s", type(trouble).__name__)
    return leading_to(f"{here}/return", a=visit)


async def _payer(request: Request) -> PayerActor:
    address = request.client.host if request.client else "unknown"
    return await payer_behind(request.path_params["token"], address)


async def _asked(found: PayerActor, fields: Fields, here: str) -> PageAsked:
    much, typed = fields.typed("much"), fields.typed("amount")
    share = await run_as(found, lambda work: payer.share(work, much=much, typed=typed))
    address = f"{installation().settings.public_url}{here}"
    return PageAsked(
        customer_id=found.customer_id,
        parts=(Part(share.document_id, share.amount),),
        way=_way(fields.typed("way")),
        begun_by="payer",
        back=f"{address}/back?s={{session}}",
        given_up=f"{address}?said=given-up",
    )


def _way(chosen: str) -> Way:
    if chosen not in set(Way):
        raise NotOffered("Choose how to pay. Nothing was charged.", field="way")
    return Way(chosen)


def _choices(fields: Fields) -> dict[str, str]:
    """What was chosen and typed, to be shown in the form again; nothing is decided by it."""
    sent = {name: fields.typed(name) for name in ("way", "much", "amount")}
    return {name: typed for name, typed in sent.items() if 0 < len(typed) <= _LONGEST_SHOWN}


def _page(request: Request) -> str:
    return f"/pay/{quote(request.path_params['token'], safe='')}"


def _code(refusal: BillingError) -> str:
    named = next((code for kind, code in _CODES if isinstance(refusal, kind)), "")
    return named or (busy_code(refusal) if isinstance(refusal, Busy) else "not-begun")


def routes() -> list[Route]:
    """The routes of this file; the pages themselves are screens."""
    return [
        Route("/pay/{token}", pay, methods=["POST"]),
        Route("/pay/{token}/back", come_back_from_page, methods=["GET"]),
    ]
