"""Paying in the customer's portal: the form of a signed-in contact, and the way back.

Who pays is whoever the session says; a form names documents, a way and an amount, and nobody.
What was saved is charged at once, all else leads to the gateway's page.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from billing_app.access.actors import CustomerActor
from billing_app.access.installation import at_the_door, installation, run_as
from billing_app.access.sessions import find_session
from billing_app.api.forms import Fields, busy_code, leading_to, read_fields, token_hash
from billing_app.api.gateway_calls import off_the_loop
from billing_app.collecting.gateway import GatewayAway, NoGateway
from billing_app.collecting.own import Charged, charge_own
from billing_app.collecting.pages import (
    GatewaySaidNo,
    NotOffered,
    PageAsked,
    come_back,
    pay_on_page,
)
from billing_app.collecting.saved import ChargeAsked
from billing_app.gateways.payments import Way
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.kernel.amounts import NotAboveZero
from billing_app.kernel.errors import BillingError, Busy, Invalid, NotFound, NotSignedIn
from billing_app.kernel.refusals import Moved, NotPayable, TooMuch
from billing_app.reads import own_outcome, own_paying
from billing_app.reads.own_paying import MOST_AT_ONCE
from billing_app.reads.payable import Much
from billing_app.services.attempting import NoSavedMethod
from billing_app.services.claiming import BeingPaid, OnItsWay
from billing_app.services.paying import Part
from billing_app.services.repeating import SaidDifferently

log = logging.getLogger("quittance.paying")

_HERE = "/customer/pay"
_SAVED = "saved:"


# The first that fits says it; the page turns each code into a sentence.
_CODES: tuple[tuple[type[BillingError], str], ...] = (
    (GatewayAway, "gateway-away"),
    (NoGateway, "no-gateway"),
    (NoSavedMethod, "method-gone"),
    (SaidDifferently, "sent-before"),
    (Moved, "moved"),
    (NotOffered, "way"),
    (TooMuch, "too-much"),
    (NotPayable, "nothing-to-pay"),
    (BeingPaid, "being-paid"),
    (OnItsWay, "on-its-way"),
    (NotAboveZero, "zero"),
)
_FIELDS = {"documents": "documents", "way": "way"}


@dataclass(frozen=True)
class _Wanted:
    """What the form said, as it was sent."""

    form_id: str
    documents: list[str]
    way: str
    much: str
    typed: str
    shown: str
    """The amount that the page promised, in minor units."""

    @property
    def page(self) -> dict[str, str]:
        """What the page is asked for when the form leads back to it."""
        return {"what": self.documents[0]} if len(self.documents) == 1 else {}


async def pay(request: Request) -> Response:
    """Charge what was saved, or lead to the gateway's page; or back with the reason."""
    try:
        actor = await _contact(request)
    except NotSignedIn:
        return leading_to("/sign-in", "over")
    except Busy as refusal:
        return leading_to(_HERE, busy_code(refusal))
    wanted = _read(await read_fields(request, most=2 * MOST_AT_ONCE + 10))
    try:
        there = await _paid(actor, wanted)
    except GatewaySaidNo as refusal:
        # Why, in the gateway's sentence, is in our books, and the page of endings shows it.
        return leading_to(f"/customer/paid/{refusal.attempt}")
    except BillingError as refusal:
        return leading_to(_HERE, _code(refusal), **wanted.page)
    return RedirectResponse(there, status_code=303, headers={"Cache-Control": "no-store"})


async def come_back_from_page(request: Request) -> Response:
    """Ask the gateway how its page ended, and show that. The address itself proves nothing."""
    page = request.query_params.get("s", "")
    try:
        actor = await _contact(request)
        attempt_id = await run_as(actor, lambda work: own_outcome.opened_as(work, page))
    except NotSignedIn:
        return leading_to("/sign-in", "over")
    except NotFound:
        return leading_to("/customer")
    except Busy as refusal:
        return leading_to("/customer", busy_code(refusal))
    try:
        await off_the_loop(partial(come_back, installation(), actor.organization_id, page))
    except (BillingError, GatewayRefusal, Unclear) as trouble:
        # Whoever else brings the news settles it; the page looks for that.
        log.warning("The gateway could not be asked about a page: %s", type(trouble).__name__)
    return leading_to(f"/customer/paid/{attempt_id}")


async def _contact(request: Request) -> CustomerActor:
    """The customer's contact who sent this. For everybody else there is nothing here."""
    held = token_hash(request)
    found = await at_the_door(lambda work: find_session(work, held)) if held else None
    if found is None or not isinstance(found.actor, CustomerActor):
        raise NotSignedIn
    return found.actor


def _read(fields: Fields) -> _Wanted:
    return _Wanted(
        form_id=fields.typed("attempt"),
        documents=fields.several("document"),
        way=fields.typed("way"),
        much=fields.typed("much"),
        typed=fields.typed("amount"),
        shown=fields.typed("part" if fields.typed("much") == Much.PART else "all"),
    )


async def _paid(actor: CustomerActor, wanted: _Wanted) -> str:
    """Where the form leads: to how a charge ended, or to the gateway's page."""
    if await run_as(actor, lambda work: own_outcome.is_begun(work, wanted.form_id)):
        return f"/customer/paid/{wanted.form_id}"
    found = await run_as(
        actor,
        lambda work: own_paying.shares(
            work, wanted.documents, much=wanted.much, typed=wanted.typed
        ),
    )
    if not found.rows:
        raise NotPayable("There is nothing left to pay.")
    if wanted.much != Much.OTHER and wanted.shown != str(found.total.minor):
        raise Moved
    parts = tuple(Part(share.id, share.amount.money) for share in found.rows)
    if not wanted.way.startswith(_SAVED):
        return await off_the_loop(partial(_to_page, actor, wanted, parts, _way(wanted.way)))
    charged = await off_the_loop(partial(_charge, actor, wanted, parts))
    if charged.wants_payer:
        return await off_the_loop(partial(_to_page, actor, wanted, parts, Way.CARD))
    return f"/customer/paid/{charged.attempt_id}"


def _charge(actor: CustomerActor, wanted: _Wanted, parts: tuple[Part, ...]) -> Charged:
    asked = ChargeAsked(
        attempt_id=wanted.form_id,
        customer_id="",
        parts=parts,
        payment_method_id=wanted.way.removeprefix(_SAVED),
    )
    return charge_own(installation(), actor, asked)


def _to_page(actor: CustomerActor, wanted: _Wanted, parts: tuple[Part, ...], way: Way) -> str:
    place = installation()
    address = f"{place.settings.public_url}{_HERE}"
    given_up = urlencode(wanted.page | {"said": "given-up"})
    asked = PageAsked(
        customer_id=actor.party_id,
        parts=parts,
        way=way,
        saves=way is not Way.BANK_TRANSFER,
        begun_by="contact",
        back=f"{address}/back?s={{session}}",
        given_up=f"{address}?{given_up}",
    )
    return pay_on_page(place, actor, asked)


def _way(chosen: str) -> Way:
    if chosen not in set(Way):
        raise NotOffered("Choose how to pay. Nothing was charged.", field="way")
    return Way(chosen)


def _code(refusal: BillingError) -> str:
    named = next((code for kind, code in _CODES if isinstance(refusal, kind)), "")
    if named:
        return named
    if isinstance(refusal, Busy):
        return busy_code(refusal)
    if isinstance(refusal, Invalid):
        return _FIELDS.get(refusal.field, "amount")
    return "not-begun"


def routes() -> list[Route]:
    """The routes of this file; the pages themselves are screens."""
    return [
        Route(_HERE, pay, methods=["POST"]),
        Route(f"{_HERE}/back", come_back_from_page, methods=["GET"]),
    ]
