"""What a letter that asks for money tells of its document, as it stands when it leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.models.attempt import AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.outbox import Letter
from billing_app.models.party import Customer, Partner
from billing_app.models.pay_link import PayLink
from billing_app.reads.letters import LetterFacts
from billing_app.reads.statuses import Figures, dues
from billing_app.reads.told import AskedTold, Part, named

VOID = "The document is void."
PAID = "What it asks for was paid or taken off meanwhile."
COMING = "What it asks for is on its way."

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
    parts = _parts(work, document)
    about = [each for each in parts if each.on.isoformat() == facts.detail]
    is_part = facts.kind == "instalment_due"
    coming = _coming(work, document)
    open_ = tuple(part for part in (about if is_part else parts) if part.left)
    told = AskedTold(
        document=named(document),
        total=Money(document.total_minor, document.currency),
        covered=Money(document.total_minor - document.still_to_pay_minor, document.currency),
        still_to_pay=Money(document.still_to_pay_minor, document.currency),
        on_its_way=Money(coming, document.currency),
        parts=open_,
        part=parts.index(about[0]) + 1 if is_part and about else 0,
        parts_in_all=len(parts) if is_part else 0,
        today=today(work),
        again=_before(work, facts),
        signs_in=document.customer_id is None,
        link=_link(work, document, public_url),
    )
    return Asked(told, *reader_of(work, document), _why(document, told))


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


def _why(document: Document, told: AskedTold) -> str:
    if document.state == "void":
        return VOID
    if not told.still_to_pay or not told.parts:
        return PAID
    return COMING if told.on_its_way >= told.still_to_pay else ""


def _parts(work: Work[SystemActor], document: Document) -> list[Part]:
    """Each day by which some of it is due, with what is left when earlier ones are covered."""
    planned: list[tuple[date, int]] = []
    if isinstance(document, Invoice):
        wanted = select(PlanPart).where(PlanPart.invoice_id == document.id)
        ordered = wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))
        planned = [(part.due_on, part.amount_minor) for part in work.exec(ordered)]
    figures = Figures(total=document.total_minor, still_to_pay=document.still_to_pay_minor)
    due = dues(document.due_on, planned, figures)
    return [Part(each.on, Money(each.left, document.currency)) for each in due]


def _coming(work: Work[SystemActor], document: Document) -> int:
    wanted = select(func.sum(AttemptClaim.amount_minor)).where(
        _about(AttemptClaim, document), AttemptClaim.attempt_state == "processing"
    )
    return int(work.exec(wanted).one() or 0)


def _before(work: Work[SystemActor], facts: LetterFacts) -> bool:
    """Whether the request for payment went out before this letter."""
    earlier = select(Letter.id).where(
        Letter.kind == "payment_request",
        Letter.subject == facts.about,
        col(Letter.id) < Letter.read_id(facts.id),
    )
    return work.exec(earlier.limit(1)).first() is not None


def _link(work: Work[SystemActor], document: Document, public_url: str) -> str:
    """Where to pay; nothing while the link is withdrawn."""
    if document.customer_id is None:
        return f"{public_url}/sign-in"
    link = work.exec(select(PayLink).where(_about(PayLink, document))).one_or_none()
    return f"{public_url}/pay/{pay_token(link)}" if link is not None and is_live(link) else ""


def _about(kind: type[AttemptClaim | PayLink], document: Document) -> Any:
    is_invoice = isinstance(document, Invoice)
    return (kind.invoice_id if is_invoice else kind.credit_request_id) == document.id
