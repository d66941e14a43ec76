"""What a letter about a charge of a saved way of paying tells the customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.saved_ways import chargeable
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.pay_link import PayLink
from billing_app.models.planned_charge import PlannedCharge
from billing_app.reads.told import Named, named

ABOUT_CHARGES = frozenset(
    {"charge_announced", "charge_dropped", "charge_failed", "charge_needs_you"}
)
_OF_AN_ATTEMPT = frozenset({"charge_failed", "charge_needs_you"})

CALLED_OFF = "The charge that it announces was called off, or has begun."
PAID = "What it asks for was paid or taken off meanwhile."

Document = Invoice | CreditRequest


@dataclass(frozen=True)
class Due:
    """How much is going to be charged on a day; ``at_once`` where no day lies in between."""

    on: date
    amount: Money
    at_once: bool


@dataclass(frozen=True, kw_only=True)
class ChargeTold:
    """What is charged or was not, with what; and the pay link, which is shown to nobody else."""

    document: Named
    method: str
    amount: Money
    dues: tuple[Due, ...]
    reason: str
    others: int
    """How many more documents the charge was for."""

    link: str = field(repr=False)
    needless: str


@system_read
def charge_told(
    work: Work[SystemActor], kind: str, document_id: str, *, written_at: datetime, public_url: str
) -> ChargeTold:
    """What a letter of this kind says of a document now; of an attempt, the last before it."""
    document: Document
    if CreditRequest.is_named_by(document_id):
        document = work.find(CreditRequest, document_id)
    else:
        document = work.find(Invoice, document_id)
    announced = kind == "charge_announced"
    plans = _ahead(work, document) if announced else []
    failed = _failed(work, document, written_at) if kind in _OF_AN_ATTEMPT else None
    method = _usual(work, document) if failed is None else _charged(work, failed[0])
    dues = _dues(work, document, [plan.charge_on for plan in plans])
    return ChargeTold(
        document=named(document),
        method=method,
        amount=_money(document, failed[1] if failed else document.still_to_pay_minor),
        dues=dues,
        reason=failed[0].failure if failed else "",
        others=_others(work, failed[0]) if failed else 0,
        link=_link(work, document, public_url),
        needless=_needless(document, announced=announced, plans=plans),
    )


def _needless(document: Document, *, announced: bool, plans: list[PlannedCharge]) -> str:
    if not document.still_to_pay_minor:
        return PAID
    return CALLED_OFF if announced and not plans else ""


def _ahead(work: Work[SystemActor], document: Document) -> list[PlannedCharge]:
    """The charges that are planned and have not begun, the first one first."""
    begun = select(PaymentAttempt.id).where(PaymentAttempt.customer_id == document.customer_id)
    wanted = select(PlannedCharge).where(
        _of(PlannedCharge, document),
        col(PlannedCharge.called_off_at).is_(None),
        col(PlannedCharge.id).not_in(begun),
    )
    return list(work.exec(wanted.order_by(col(PlannedCharge.charge_on))).all())


def _dues(work: Work[SystemActor], document: Document, days: list[date]) -> tuple[Due, ...]:
    """How much falls due for each day, what is covered already being the earliest."""
    parts = (
        work.exec(select(PlanPart).where(PlanPart.invoice_id == document.id)).all()
        if isinstance(document, Invoice)
        else []
    )
    found, so_far = [], 0
    now = today(work)
    for on in sorted({max(each, now) for each in days}):
        later = sum(part.amount_minor for part in parts if part.due_on > on)
        minor = max(0, document.still_to_pay_minor - later)
        found += [_at(document, on, minor - so_far, now)] if minor > so_far else []
        so_far = max(so_far, minor)
    return tuple(found)


def _at(document: Document, on: date, minor: int, now: date) -> Due:
    return Due(on, _money(document, minor), at_once=on == now)


def _failed(
    work: Work[SystemActor], document: Document, before: datetime
) -> tuple[PaymentAttempt, int] | None:
    """The charge that came to nothing last, and how much of the document it was to pay."""
    wanted = (
        select(PaymentAttempt, AttemptClaim.amount_minor)
        .join(AttemptClaim, points_at(AttemptClaim, "attempt_id", PaymentAttempt))
        .where(
            _of(AttemptClaim, document),
            PaymentAttempt.how == "saved",
            PaymentAttempt.failure != "",
            col(PaymentAttempt.changed_at) <= before,
        )
        .order_by(col(PaymentAttempt.changed_at).desc())
        .limit(1)
    )
    return work.exec(wanted).one_or_none()


def _charged(work: Work[SystemActor], attempt: PaymentAttempt) -> str:
    assert attempt.payment_method_id is not None, "what is saved was charged"
    return work.get(PaymentMethod, attempt.payment_method_id).words


def _others(work: Work[SystemActor], attempt: PaymentAttempt) -> int:
    claims = select(func.count()).where(col(AttemptClaim.attempt_id) == attempt.id)
    return work.exec(claims).one() - 1


def _usual(work: Work[SystemActor], document: Document) -> str:
    """The customer's usual way of paying what the document asks, as it stands now."""
    assert document.customer_id is not None, "only customers are charged"
    found = chargeable(work, document.customer_id, document.currency, today(work))
    return found[0].words if found else ""


def _link(work: Work[SystemActor], document: Document, public_url: str) -> str:
    link = work.exec(select(PayLink).where(_of(PayLink, document))).one_or_none()
    return f"{public_url}/pay/{pay_token(link)}" if link is not None and is_live(link) else ""


def _of(kind: type[PlannedCharge | AttemptClaim | PayLink], document: Document) -> Any:
    is_invoice = isinstance(document, Invoice)
    return (kind.invoice_id if is_invoice else kind.credit_request_id) == document.id


def _money(document: Document, minor: int) -> Money:
    return Money(minor, document.currency)
