"""What a letter that asks for money tells of its document, as it stands when it leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.outbox import Letter
from billing_app.models.party import Customer, Partner
from billing_app.models.pay_link import PayLink
from billing_app.reads.charge_letters import COMING, PAID
from billing_app.reads.coming import on_its_way
from billing_app.reads.letters import LetterFacts
from billing_app.reads.statuses import Figures, dues
from billing_app.reads.told import AskedTold, Part, named

VOID = "The document is void."
SAID_SINCE = "A later reminder says how things stand."

_REPEATED = frozenset({"reminder", "instalment_due"})

Document = Invoice | CreditRequest


@dataclass(frozen=True)
class Asked:
    """What a letter tells of a document, whose it is, and in which language it was issued."""

    told: AskedTold
    party: Customer | Partner
    locale: str
    needless: str


@system_read
def asked(work: Work[SystemActor], facts: LetterFacts, *, public_url: str) -> Asked:
    """A document that asks for money; a letter about one part of its plan names that part."""
    document = document_of(work, facts.about)
    coming = on_its_way(work, document)
    parts = _parts(work, document, coming)
    about = _about_days(facts, parts)
    is_part = facts.kind == "instalment_due"
    told = AskedTold(
        document=named(document),
        total=Money(document.total_minor, document.currency),
        covered=Money(document.total_minor - document.still_to_pay_minor, document.currency),
        still_to_pay=Money(document.still_to_pay_minor, document.currency),
        on_its_way=Money(coming, document.currency),
        parts=tuple(part for part in (about if is_part else parts) if part.left),
        part=parts.index(about[0]) + 1 if is_part and about else 0,
        parts_in_all=len(parts) if is_part else 0,
        today=today(work),
        again=_before(work, facts),
        signs_in=document.customer_id is None,
        link=_link(work, document, public_url),
    )
    needless = _why(document, told, asks=any(part.left for part in about))
    return Asked(told, *reader_of(work, document), needless or _said_since(work, facts, parts))


@system_read
def document_of(work: Work[SystemActor], document_id: str) -> Document:
    """An invoice or Credit Request."""
    if CreditRequest.is_named_by(document_id):
        return work.find(CreditRequest, document_id)
    return work.find(Invoice, document_id)


@system_read
def reader_of(work: Work[SystemActor], document: Document) -> tuple[Customer | Partner, str]:
    """Whom a document asks for its money, and the language in which it was issued."""
    said = json.loads(document.snapshot) if document.snapshot else {}
    return _party(work, document), str(said.get("to", {}).get("locale", ""))


def _party(work: Work[SystemActor], document: Document) -> Customer | Partner:
    if document.customer_id is not None:
        return work.find(Customer, show(Customer.prefix, document.customer_id))
    assert isinstance(document, Invoice), "only invoices are for partners"
    assert document.partner_id is not None, "a document has one party"
    return work.find(Partner, show(Partner.prefix, document.partner_id))


def _about_days(facts: LetterFacts, parts: list[Part]) -> list[Part]:
    """What a letter was written about: one part, all that is due by a day, or everything."""
    day = _day(facts.detail)
    if facts.kind == "instalment_due":
        return [each for each in parts if each.on.isoformat() == day]
    if facts.kind == "reminder":
        return [each for each in parts if each.on.isoformat() <= day]
    return parts


def _why(document: Document, told: AskedTold, *, asks: bool) -> str:
    if document.state == "void":
        return VOID
    if asks:
        return ""
    return COMING if told.still_to_pay and told.on_its_way else PAID


def _said_since(work: Work[SystemActor], facts: LetterFacts, parts: list[Part]) -> str:
    """Where letters had to wait, the last reminder says it all; the others would repeat it.

    One of a part that is paid by now says nothing.
    """
    if facts.kind not in _REPEATED:
        return ""
    later = select(Letter.detail).where(
        Letter.kind == "reminder",
        Letter.subject == facts.about,
        col(Letter.id) > Letter.read_id(facts.id),
    )
    until = max((_day(detail) for detail in work.exec(later)), default="")
    says = any(part.left and part.on.isoformat() <= until for part in parts)
    return SAID_SINCE if says else ""


def _day(detail: str) -> str:
    """The day on which that is due what a letter of this detail is about."""
    return detail[: len("2026-11-21")]


def _parts(work: Work[SystemActor], document: Document, coming: int) -> list[Part]:
    """Each day by which some of it is due, with what is left when earlier ones are covered.

    What is on its way covers as what was paid does: nobody is asked for the same twice.
    """
    planned: list[tuple[date, int]] = []
    if isinstance(document, Invoice):
        wanted = select(PlanPart).where(PlanPart.invoice_id == document.id)
        ordered = wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))
        planned = [(part.due_on, part.amount_minor) for part in work.exec(ordered)]
    still = max(0, document.still_to_pay_minor - coming)
    figures = Figures(total=document.total_minor, still_to_pay=still)
    due = dues(document.due_on, planned, figures)
    return [Part(each.on, Money(each.left, document.currency)) for each in due]


def _before(work: Work[SystemActor], facts: LetterFacts) -> bool:
    """Whether the reader has had the request for payment before this letter."""
    earlier = select(Letter.id).where(
        Letter.kind == "payment_request",
        Letter.subject == facts.about,
        Letter.recipient == facts.recipient,
        col(Letter.sent_at).is_not(None),
        col(Letter.bounced_at).is_(None),
        col(Letter.id) < Letter.read_id(facts.id),
    )
    return work.exec(earlier.limit(1)).first() is not None


def _link(work: Work[SystemActor], document: Document, public_url: str) -> str:
    """Where to pay; nothing while the link is withdrawn."""
    if document.customer_id is None:
        return f"{public_url}/sign-in"
    is_invoice = isinstance(document, Invoice)
    column = PayLink.invoice_id if is_invoice else PayLink.credit_request_id
    link = work.exec(select(PayLink).where(column == document.id)).one_or_none()
    return f"{public_url}/pay/{pay_token(link)}" if link is not None and is_live(link) else ""
