"""What whoever holds a pay link sees: one document, what it asks, and how paying it went.

No e-mail address, no saved way of paying, no other document and no history: an address that is
handed on lets others pay, and tells them nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel.numbers import get_currency_symbol
from sqlmodel import col, select

from billing_app.access.actors import PayerActor
from billing_app.access.guard import payer_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.kernel.quantities import show_quantity
from billing_app.kernel.refusals import Moved
from billing_app.kernel.tongue import ENGLISH, tell
from billing_app.ledger.days import today
from billing_app.models.attempt import HOLDING, AttemptClaim, PaymentAttempt
from billing_app.models.books import OrganizationProfile
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, InvoiceLine, PlanPart
from billing_app.models.organization import Organization
from billing_app.reads.payable import (
    Document,
    Much,
    Standing,
    due_now,
    due_words,
    on_its_way,
    standing,
    transfers_chosen,
)
from billing_app.reads.payer_money import Shown, arrived, went_back
from billing_app.reads.shown import Amount, amount, titled
from billing_app.reads.statuses import Due, Figures, dues


@dataclass(frozen=True)
class PayLine:
    """One thing that is charged for, with its amount as on the document."""

    what: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A document as its pay page shows it."""

    standing: Standing
    asked_by: str
    what: str
    customer: str
    lines: list[PayLine]
    net: Amount
    tax: Amount
    total: Amount
    settled: Amount
    """What was paid or credited so far."""

    still_to_pay: Amount
    on_its_way: Amount
    most: Amount
    """What can be paid now: what is still to pay without what is on its way."""

    due_now: Amount
    """What of that is due by today: of a plan, some of its parts."""

    due: str
    ways: list[Way]
    bank_details: str
    reference: str
    """What to write on a bank transfer, so that it is matched to the document."""

    awaited: Amount
    """What somebody chose to pay by bank transfer and has not arrived yet."""

    kept: Amount
    """What arrived by bank transfer and was not needed: it was credited to the customer."""

    has_account: bool
    """Whether money came to an account told here, to which the rest can be sent, too."""

    went_back: str
    """That the last debit begun here came to nothing, while the document asks for it again."""

    open_page: Amount
    """What the gateway's page is open for that somebody left unfinished; paying here closes it."""

    open_way: str
    """The way that was chosen for it, if it was opened behind this link and can be gone on with."""


@dataclass(frozen=True)
class Share:
    """What somebody wants to pay of the document; without an amount, all that can be paid."""

    document_id: str
    amount: Money | None


@payer_read
def document_behind(work: Work[PayerActor]) -> Document:
    """The one document that the link leads to."""
    wanted = work.actor.document_id
    invoice = work.exec(select(Invoice).where(Invoice.id == wanted)).one_or_none()
    if invoice is not None:
        return invoice
    request = work.exec(select(CreditRequest).where(CreditRequest.id == wanted)).one_or_none()
    if request is None:
        raise NotFound
    return request


@payer_read
def locale_behind(work: Work[PayerActor]) -> str:
    """The language of the document, in which its amounts are written; else the organization's."""
    said = json.loads(document_behind(work).snapshot)
    return said["to"].get("locale") or _profile(work).locale or ENGLISH


@payer_read
def shown_as(work: Work[PayerActor]) -> Shown:
    """How amounts of the document are written. A bare $ means the organization's own dollars."""
    currency, locale = document_behind(work).currency, locale_behind(work)
    own = work.get(Organization, work.actor.organization_id).currency
    names = currency != own and get_currency_symbol(currency, locale) == "$"

    def shown_(minor: int) -> Amount:
        plain = amount(minor, currency, locale)
        return replace(plain, text=f"{plain.text} {currency}") if names else plain

    return shown_


@payer_read
def coming(work: Work[PayerActor]) -> int:
    """What is on its way to the document and has not cleared, as far as it still asks for it."""
    return min(on_its_way(_claims(work)), document_behind(work).still_to_pay_minor)


@payer_read
def currency(work: Work[PayerActor]) -> str:
    """The currency of the document."""
    return document_behind(work).currency


@payer_read
def bill(work: Work[PayerActor], ways: Sequence[Way]) -> Bill:
    """The document, what it asks, and in which of the ``ways`` that the gateway offers."""
    document, now, own = document_behind(work), today(work), _profile(work)
    claims = _claims(work)
    still = document.still_to_pay_minor
    coming, awaited = on_its_way(claims), _awaited(work, claims)
    most = max(still - coming, 0)
    due = _dues(work, document)
    said = json.loads(document.snapshot)
    net, tax = _net_and_tax(document)
    show_, came = shown_as(work), arrived(work)
    opened = [claim for claim in _begun(claims) if claim not in awaited]
    return Bill(
        standing=standing(document, most, claims),
        asked_by=said["from"]["legal_name"],
        what=titled(document),
        customer=said["to"]["legal_name"],
        lines=_lines(work, document, show_),
        net=show_(net),
        tax=show_(tax),
        total=show_(document.total_minor),
        settled=show_(0 if document.state == "void" else document.total_minor - still),
        still_to_pay=show_(still),
        on_its_way=show_(min(coming, still)),
        most=show_(most),
        due_now=show_(due_now(due, coming, now)),
        due=due_words(document, due, now),
        ways=[way for way in ways if own.offers(way)],
        bank_details=own.bank_details if own.offers(Way.BANK_TRANSFER) else "",
        reference=document.number or "",
        awaited=show_(sum(claim.amount_minor for claim in awaited)),
        kept=show_(came.kept),
        has_account=came.counted > 0,
        went_back=went_back(work, show_) if most else "",
        open_page=show_(sum(claim.amount_minor for claim in opened)),
        open_way=_way_back(work, opened),
    )


@payer_read
def share(work: Work[PayerActor], *, much: str, typed: str) -> Share:
    """What was chosen on the page. Amounts are ours, or typed ones in the document's currency.

    Who chose a part that is due no more, or what is begun no more, did not choose all of it.
    """
    document = document_behind(work)
    shown_id = show(type(document).prefix, document.id)
    if much == Much.OTHER:
        return Share(shown_id, read_amount(typed, document.currency, locale_behind(work)).money)
    claims = _claims(work)
    if much == Much.BEGUN and (begun := _begun(claims)):
        return Share(shown_id, Money(begun[0].amount_minor, document.currency))
    if much not in (Much.ALL, Much.PART, Much.BEGUN):
        raise Invalid(tell("Choose how much to pay. Nothing was charged."), field="much")
    coming = on_its_way(claims)
    most = max(document.still_to_pay_minor - coming, 0)
    part = due_now(_dues(work, document), coming, today(work)) if much == Much.PART else 0
    if most and not part and much != Much.ALL:
        raise Moved
    minor = part or (most if coming else 0)
    return Share(shown_id, Money(minor, document.currency) if minor else None)


def _profile(work: Work[PayerActor]) -> OrganizationProfile:
    return work.exec(select(OrganizationProfile)).one()


def _net_and_tax(document: Document) -> tuple[int, int]:
    """A request for money in advance is never taxed."""
    if isinstance(document, CreditRequest):
        return document.total_minor, 0
    return document.net_minor, document.tax_minor


def _claims(work: Work[PayerActor]) -> Sequence[AttemptClaim]:
    """The claims on the document whose money may still come."""
    live = col(AttemptClaim.attempt_state).in_((*HOLDING, "processing"))
    return work.exec(select(AttemptClaim).where(live)).all()


def _begun(claims: Sequence[AttemptClaim]) -> list[AttemptClaim]:
    """The claim of whoever has to do something yet: on the gateway's page, or at their bank."""
    return [claim for claim in claims if claim.attempt_state == "requires_action"]


def _way_back(work: Work[PayerActor], opened: Sequence[AttemptClaim]) -> str:
    """The way of paying of an open page, if somebody with the link opened it.

    What a contact opened shows what is theirs, so nobody else is led there.
    """
    wanted = select(PaymentAttempt.method).where(
        col(PaymentAttempt.id).in_([claim.attempt_id for claim in opened]),
        PaymentAttempt.begun_by == "payer",
        col(PaymentAttempt.gateway_session).is_not(None),
    )
    return work.exec(wanted).first() or ""


def _awaited(work: Work[PayerActor], claims: Sequence[AttemptClaim]) -> list[AttemptClaim]:
    """The claims of those who were told an account, and whose money is not there."""
    attempts = set(work.exec(transfers_chosen()))
    return [claim for claim in claims if claim.attempt_id in attempts]


def _lines(work: Work[PayerActor], document: Document, show_: Shown) -> list[PayLine]:
    if isinstance(document, CreditRequest):
        what = document.description or tell("Payment in advance")
        return [PayLine(what, show_(document.total_minor).text)]
    lines, locale = [], locale_behind(work)
    for line in work.exec(select(InvoiceLine).order_by(col(InvoiceLine.position))):
        minor = line.gross_minor if document.prices_include_tax else line.net_minor
        many = show_quantity(line.quantity_milli, locale)
        what = line.description if many == "1" else f"{many} × {line.description}"
        lines.append(PayLine(what, show_(minor).text))
    return lines


def _dues(work: Work[PayerActor], document: Document) -> tuple[Due, ...]:
    parts = []
    if isinstance(document, Invoice):
        planned = select(PlanPart).order_by(col(PlanPart.due_on), col(PlanPart.position))
        parts = [(part.due_on, part.amount_minor) for part in work.exec(planned)]
    figures = Figures(total=document.total_minor, still_to_pay=document.still_to_pay_minor)
    return dues(document.due_on, parts, figures)
