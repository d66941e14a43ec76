"""All that a letter tells, looked up when it leaves, by the organization that sends it.

The runner knows a letter's kind, its reader and their link. What it is about, and in which
language it is read, only the organization itself may look up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.tongue import ENGLISH
from billing_app.models.books import OrganizationProfile
from billing_app.models.contact import Contact
from billing_app.models.party import Customer, Partner
from billing_app.reads.charge_letters import ABOUT_CHARGES
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import AddressTold, Told
from billing_app.reads.told_asking import asked, document_of, reader_of
from billing_app.reads.told_money import applied, note, receipt, refund, statement

Party = Customer | Partner

GONE = "What it tells of is no longer so."


@dataclass(frozen=True)
class Found:
    """What a letter is about, in its language, and to whom it is written."""

    told: Told | None
    party: Party
    locale: str = ""
    """The language in which the document was issued, where it is about one."""

    needless: str = ""


Lookup = Callable[[Work[SystemActor], LetterFacts, str], Found]


@system_read
def in_full(work: Work[SystemActor], facts: LetterFacts, *, public_url: str) -> LetterFacts:
    """A letter with its language and all that it tells.

    The language is that of the person, else of the document, else of the organization.
    """
    look = LOOKUPS.get(facts.kind)
    if look is None:
        return replace(facts, locale=_language(work, facts, None, ""))
    found = look(work, facts, public_url)
    return replace(
        facts,
        name=_person(work, facts, "name") or facts.name or found.party.name,
        locale=_language(work, facts, found.party, found.locale),
        told=found.told,
        link=getattr(found.told, "link", ""),
        needless=facts.needless or found.needless,
    )


def _language(
    work: Work[SystemActor], facts: LetterFacts, party: Party | None, document: str
) -> str:
    partys = party.locale if isinstance(party, Customer) else ""
    own = select(OrganizationProfile.locale)
    said = (
        _person(work, facts, "locale"),
        document or partys,
        _customers(work, facts),
        work.exec(own).one(),
    )
    return next((each for each in said if each in LOCALES), ENGLISH)


def _person(work: Work[SystemActor], facts: LetterFacts, what: str) -> str:
    """The contact who reads at this address, if one is known: their name or language."""
    wanted = select(Contact).where(
        Contact.email == facts.recipient, col(Contact.removed_at).is_(None)
    )
    found = work.exec(wanted.order_by(col(Contact.id))).first()
    return str(getattr(found, what)) if found else ""


def _customers(work: Work[SystemActor], facts: LetterFacts) -> str:
    """The language of the customer whose contact reads at this address."""
    wanted = (
        select(Customer.locale)
        .join(Contact, col(Contact.customer_id) == Customer.id)
        .where(Contact.email == facts.recipient, col(Contact.removed_at).is_(None))
    )
    return work.exec(wanted.order_by(col(Contact.id))).first() or ""


def _asked(work: Work[SystemActor], facts: LetterFacts, public_url: str) -> Found:
    found = asked(work, facts, public_url=public_url)
    return Found(found.told, found.party, found.locale, found.needless)


def _receipt(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    told, party, stands = receipt(work, facts.about)
    return Found(told, party, needless="" if stands else GONE)


def _refund(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    told, party, stands = refund(work, facts.about)
    return Found(told, party, needless="" if stands else GONE)


def _applied(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    told, party, stands = applied(work, facts.about, facts.detail)
    return Found(told, party, needless="" if stands else GONE)


def _note(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    return Found(*note(work, facts.about))


def _statement(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    return Found(*statement(work, facts.about, facts.detail))


def _address(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    customer = work.find(Customer, facts.about)
    is_new = facts.recipient == customer.email
    return Found(AddressTold(customer.name, is_new), customer)


def _charged(work: Work[SystemActor], facts: LetterFacts, _url: str) -> Found:
    """Whose document is charged, and its language; the charge itself is told elsewhere."""
    document = document_of(work, facts.about)
    return Found(None, *reader_of(work, document))


LOOKUPS: Mapping[str, Lookup] = {
    "payment_request": _asked,
    "reminder": _asked,
    "instalment_due": _asked,
    "receipt": _receipt,
    "credit_applied": _applied,
    "refund": _refund,
    "credit_note": _note,
    "statement": _statement,
    "address_changed": _address,
    **dict.fromkeys(ABOUT_CHARGES, _charged),
}
