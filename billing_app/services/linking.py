"""Pay links of customers' documents: made once for each, renewed, replaced, withdrawn.

A partner's documents have none: partners sign in.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.pay_links import is_live, seal
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.ledger.days import today
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.models.pay_link import PayLink
from billing_app.services.naming import named
from billing_app.services.repeating import once, remember

_AFTER_DUE = timedelta(days=30)
_LONGEST = timedelta(days=120)
_SHORTEST = timedelta(days=1)

Document = Invoice | CreditRequest


class NoLinkFor(Conflict):
    """The document asks no customer for money, so there is nothing for a link to lead to."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} No pay link was made.")


class NoLink(Conflict):
    """There is nothing to withdraw."""

    sentence = "This document has no pay link. Nothing was changed."


@admin_command(Permission.TAKE_PAYMENTS)
def make_pay_link(work: Work[AdminActor], document_id: str) -> str:
    """Make the pay link of a document, or return the one it has while that one is good.

    One that has expired is good again under the same address. One that was withdrawn is not:
    it is followed by another address.
    """
    document = _document(work, document_id)
    link = _link_of(work, document)
    if link is None or link.withdrawn_at is not None:
        link = _another(work, document, link)
    elif not is_live(link):
        renew_pay_link(work, document)
    return link.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def rotate_pay_link(work: Work[AdminActor], document_id: str, *, command_key: str = "") -> str:
    """Give a document another address. The one before opens nothing from then on."""
    first = once(work, command_key, "rotate_pay_link", [document_id])
    if first is not None:
        return first
    document = _document(work, document_id)
    link = _another(work, document, _link_of(work, document))
    remember(work, command_key, link.shown_id)
    return link.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def withdraw_pay_link(work: Work[AdminActor], document_id: str) -> str:
    """End the address at once, whatever the document has come to. Doing it twice is fine."""
    link = _link_of(work, _locked(work, document_id))
    if link is None:
        raise NoLink
    link.withdrawn_at = link.withdrawn_at or clock.now()
    return link.shown_id


@command_step
def renew_pay_link(work: Work[Clerk], document: Document) -> PayLink:
    """The link that a letter about a document carries: made, or good for longer, never shorter.

    One that was withdrawn stays so; only an admin makes another.
    """
    link = _link_of(work, document)
    if link is None:
        return _another(work, document, None)
    link.expires_at = max(link.expires_at, _expiry(work, document))
    return link


def _document(work: Work[Clerk], document_id: str) -> Document:
    """A customer's document that asks for money, locked."""
    document = _locked(work, document_id)
    if document.customer_id is None:
        raise NoLinkFor(f"{named(document)} is a partner's, and partners sign in to pay.")
    if document.state == "draft":
        raise NoLinkFor(f"{named(document)} is a draft and asks for nothing yet.")
    if document.state == "void":
        raise NoLinkFor(f"{named(document)} is void.")
    return document


def _locked(work: Work[Clerk], document_id: str) -> Document:
    if CreditRequest.is_named_by(document_id):
        return work.find(CreditRequest, document_id, lock=True)
    return work.find(Invoice, document_id, lock=True)


def _link_of(work: Work[Clerk], document: Document) -> PayLink | None:
    column = PayLink.invoice_id if isinstance(document, Invoice) else PayLink.credit_request_id
    return work.exec(select(PayLink).where(column == document.id)).one_or_none()


def _another(work: Work[Clerk], document: Document, link: PayLink | None) -> PayLink:
    """The next address of a document, or its first one."""
    if link is not None:
        link.generation += 1
        link.withdrawn_at = None
        link.expires_at = _expiry(work, document)
        seal(link)
        return link
    assert document.customer_id is not None, "a pay link is a customer's"
    is_invoice = isinstance(document, Invoice)
    made = PayLink(
        customer_id=document.customer_id,
        invoice_id=document.id if is_invoice else None,
        credit_request_id=None if is_invoice else document.id,
        token_hash="",
        made_at=clock.now(),
        expires_at=_expiry(work, document),
    )
    seal(made)
    work.add(made)
    return made


def _expiry(work: Work[Clerk], document: Document) -> datetime:
    """The end of the 30th day after it is due; a day from now at the soonest, 120 at the latest."""
    now, zone = clock.now(), work.get(Organization, work.actor.organization_id).time_zone
    assert document.due_on is not None, "what was issued is due on a day"
    last_day = min(document.due_on, today(work) + _LONGEST) + _AFTER_DUE
    ends = datetime.combine(last_day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    return min(max(ends, now + _SHORTEST), now + _LONGEST)
