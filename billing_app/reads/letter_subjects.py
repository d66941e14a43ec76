"""What letters are about and whose they are, and which of them somebody means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import is_it, of_document, one_of, one_of_these
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.entries import read_search, sort_form
from billing_app.kernel.ids import show
from billing_app.models.base import OrgOwned
from billing_app.models.contact import Contact
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.outbox import Letter
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.models.people import Identity, Membership
from billing_app.reads.beginnings import begins
from billing_app.reads.locales import setting
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import amount, titled

_MOST_NAMES = 10
"""So many parties whose names begin alike are looked into; who means others types on."""

_DOCUMENTS: tuple[Any, ...] = (Invoice, CreditRequest, CreditNote)


@dataclass(frozen=True)
class Subject:
    """What a letter is about, and which customer or partner it was written to; ids and words."""

    what: str = ""
    what_id: str = ""
    party: str = ""
    party_id: str = ""


@admin_read(Permission.SEE_LETTERS)
def found_by(work: Work[AdminActor], typed: str) -> ColumnElement[bool]:
    """The condition on letters that somebody's words stand for.

    They are a whole e-mail address, the whole number of a document, or how the name of a
    customer or partner begins.
    """
    words = read_search(typed)
    if not words:
        return true()
    if "@" in words:
        return col(Letter.recipient) == words.lower()
    meant: list[str] = []
    for document in _DOCUMENTS:
        numbered = select(document.id).where(col(document.number).in_({words, words.upper()}))
        meant += [show(document.prefix, each) for each in work.exec(numbered)]
    for party in (Customer, Partner):
        named = select(party.id).where(begins(party.sort_name, sort_form(words)))
        found = work.exec(named.order_by(col(party.sort_name)).limit(_MOST_NAMES))
        meant += [show(party.prefix, each) for each in found]
    return or_(false(), *(concerning(work, each) for each in meant))


@admin_read(Permission.SEE_LETTERS)
def subjects_of(work: Work[AdminActor], page: Sequence[Letter]) -> dict[UUID, Subject]:
    """The subject of each letter of a page. One without any is its contact's."""
    about, parties = _about(work, {letter.subject for letter in page})
    members = {letter.membership_id for letter in page if letter.membership_id}
    people = work.exec(_CONTACTS, params={"ids": list(members)}) if members else ()
    at = {each.membership_id: each.customer_id or each.partner_id for each in people}
    whose = {
        letter.id: parties.get(letter.subject) or at.get(letter.membership_id) for letter in page
    }
    names = party_names(work, whose.values())
    return {
        letter.id: _subject(letter, about.get(letter.subject, ""), names.get(whose[letter.id]))
        for letter in page
    }


def _subject(letter: Letter, what: str, party: tuple[str, str] | None) -> Subject:
    party_id, name = party or ("", "")
    return Subject(what, letter.subject if what else "", name, party_id)


def _about(
    work: Work[AdminActor], subjects: set[str]
) -> tuple[dict[str, str], dict[str, UUID | None]]:
    """What each of these is called, and whose it is."""
    called: dict[str, str] = {}
    whose: dict[str, UUID | None] = {
        each: Customer.read_id(each) for each in subjects if Customer.is_named_by(each)
    }
    kinds: tuple[Any, ...] = (*_DOCUMENTS, Payment, Refund)
    locale = setting(work).locale
    for kind in kinds:
        ids = (kind.read_id(each) for each in subjects if kind.is_named_by(each))
        for row in work.get_all(kind, ids).values():
            called[row.shown_id] = _called(row, locale)
            of = work.get(Invoice, row.invoice_id) if kind is CreditNote else row
            whose[row.shown_id] = of.customer_id or getattr(of, "partner_id", None)
    return called, whose


def _called(row: Any, locale: str) -> str:
    """A document by its kind and number, a payment or refund by its amount."""
    if isinstance(row, Invoice | CreditRequest):
        return titled(row)
    if isinstance(row, CreditNote):
        return f"Credit Note {row.number}"
    moved = amount(row.amount_minor, row.currency, locale).text
    return f"Payment of {moved}" if isinstance(row, Payment) else f"Refund of {moved}"


@admin_read(Permission.SEE_LETTERS)
def concerning(work: Work[AdminActor], about: str) -> ColumnElement[bool]:
    """The condition on letters that this document or somebody's id stands for."""
    if Invoice.is_named_by(about):
        return _about_document(work, work.find(Invoice, about))
    if CreditRequest.is_named_by(about):
        return _about_document(work, work.find(CreditRequest, about))
    if CreditNote.is_named_by(about):
        return col(Letter.subject) == about
    if Contact.is_named_by(about):
        return col(Letter.recipient) == work.find(Contact, about).email
    if Membership.is_named_by(about):
        person = select(Identity.email).where(
            Identity.id == work.find(Membership, about).identity_id
        )
        return col(Letter.recipient) == work.exec(person).one()
    return _to_party(work, about)


def _to_party(work: Work[AdminActor], about: str) -> ColumnElement[bool]:
    party: Customer | Partner
    if Partner.is_named_by(about):
        party, column = work.find(Partner, about), Contact.partner_id
    else:
        party, column = work.find(Customer, about), Contact.customer_id
    people = work.exec(select(Contact.email).where(col(column) == party.id)).all()
    return or_(
        one_of_these(Letter.recipient, [party.email, *people]),
        col(Letter.subject) == party.shown_id,
    )


def _about_document(
    work: Work[AdminActor], document: Invoice | CreditRequest
) -> ColumnElement[bool]:
    """About itself, or its payments, credit notes and refunds."""
    given = {"id": document.id}
    payments = {each for each in work.exec(_PAID[type(document)], params=given) if each}
    notes = set(work.exec(_NOTES, params=given)) if isinstance(document, Invoice) else set()
    around = [*payments, *notes]
    given_back = work.exec(_GIVEN_BACK, params={"ids": around}) if around else ()
    kinds: tuple[tuple[type[OrgOwned], Iterable[Any]], ...] = (
        (Payment, payments),
        (CreditNote, notes),
        (Refund, given_back),
    )
    related = (show(kind.prefix, each) for kind, ids in kinds for each in ids)
    return one_of_these(Letter.subject, [document.shown_id, *related])


_CONTACTS = select(Contact).where(one_of(Contact.membership_id))
_PAID = {
    kind: select(Allocation.payment_id).where(pays_it, col(Allocation.payment_id).is_not(None))
    for kind, pays_it in of_document(Allocation).items()
}
_NOTES = select(CreditNote.id).where(is_it(CreditNote.invoice_id))
_GIVEN_BACK = select(Refund.id).where(or_(one_of(Refund.payment_id), one_of(Refund.credit_note_id)))
