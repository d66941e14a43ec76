"""What a letter about a charge tells the customer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, func, or_, select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.outbox import CHARGE_PLANNED
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.saved_ways import chargeable
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.ledger.given_back import taken_off
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.base import points_at
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job, Letter
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Allocation, Payment
from billing_app.models.planned_charge import PlannedCharge
from billing_app.reads.coming import on_its_way
from billing_app.reads.told import Named, named

ABOUT_CHARGES = frozenset(
    {
        "charge_announced",
        "charge_dropped",
        "charge_failed",
        "charge_needs_you",
        "charge_taken_back",
    }
)
_CAME_TO_NOTHING = ("failed", "canceled")
_OF_AN_ATTEMPT = {
    "charge_failed": _CAME_TO_NOTHING,
    "charge_needs_you": _CAME_TO_NOTHING,
    "charge_taken_back": ("reversed",),
}
"""The letters that tell of one attempt, and how that had ended."""

CALLED_OFF = "The charge that it announces was called off, or has begun."
PAID = "What it asks for was paid or taken off meanwhile."
COMING = "What it asks for is on its way."

Document = Invoice | CreditRequest


@dataclass(frozen=True)
class Due:
    """How much is going to be charged on a day; ``at_once`` where no day lies in between."""

    on: date
    amount: Money
    at_once: bool
    instead_of: date | None = None
    """The day that an earlier letter had told for it."""


@dataclass(frozen=True, kw_only=True)
class ChargeTold:
    """What is charged or was not, with what; and the pay link, which is shown to nobody else."""

    document: Named
    method: str
    """In words; empty where it is not known what was paid with."""

    amount: Money
    still_to_pay: Money
    dues: tuple[Due, ...]
    reason: str
    is_planned: bool
    """Whether a charge of the document lies ahead all the same."""

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
    plans = _ahead(work, document)
    ended = _OF_AN_ATTEMPT.get(kind)
    failed = _ended(work, document, ended, written_at) if ended else None
    method = _usual(work, document) if failed is None else _charged(work, failed[0])
    dues = _dues(work, document, plans) if announced else ()
    return ChargeTold(
        document=named(document),
        method=method,
        amount=_money(document, failed[1] if failed else document.still_to_pay_minor),
        still_to_pay=_money(document, document.still_to_pay_minor),
        dues=dues,
        reason=failed[0].failure if failed else "",
        is_planned=any(plan.charge_on >= today(work) for plan in plans),
        others=_others(work, failed[0]) if failed else 0,
        link=_link(work, document, public_url),
        needless=_announces_nothing(document, plans)
        if announced
        else _asks_for_nothing(work, document),
    )


def _announces_nothing(document: Document, plans: list[PlannedCharge]) -> str:
    if not document.still_to_pay_minor:
        return PAID
    return "" if plans else CALLED_OFF


def _asks_for_nothing(work: Work[SystemActor], document: Document) -> str:
    if not document.still_to_pay_minor:
        return PAID
    return COMING if on_its_way(work, document) >= document.still_to_pay_minor else ""


def _ahead(work: Work[SystemActor], document: Document) -> list[PlannedCharge]:
    """The charges that are planned and have not begun, the first one first."""
    begun = select(PaymentAttempt.id).where(PaymentAttempt.customer_id == document.customer_id)
    wanted = select(PlannedCharge).where(
        _of(PlannedCharge, document),
        col(PlannedCharge.called_off_at).is_(None),
        col(PlannedCharge.id).not_in(begun),
    )
    return list(work.exec(wanted.order_by(col(PlannedCharge.charge_on))).all())


def _dues(
    work: Work[SystemActor], document: Document, plans: list[PlannedCharge]
) -> tuple[Due, ...]:
    """How much falls due for each day, what is covered already being the earliest."""
    parts = (
        work.exec(select(PlanPart).where(PlanPart.invoice_id == document.id)).all()
        if isinstance(document, Invoice)
        else []
    )
    found, so_far = [], 0
    now = today(work)
    days = {max(plan.charge_on, now): plan for plan in reversed(plans)}
    told_at = _told_at(work, document)
    for on, plan in sorted(days.items()):
        later = sum(part.amount_minor for part in parts if part.due_on > on)
        minor = max(0, document.still_to_pay_minor - later)
        if minor > so_far:
            before = _told_before(work, plan, told_at) if told_at else None
            due = Due(on, _money(document, minor - so_far), at_once=on == now)
            found.append(replace(due, instead_of=before if before != on else None))
        so_far = max(so_far, minor)
    return tuple(found)


def _told_at(work: Work[SystemActor], document: Document) -> datetime | None:
    """When the last letter left that announced charges of a document."""
    wanted = select(func.max(Letter.sent_at)).where(
        Letter.kind == "charge_announced", Letter.subject == document.shown_id
    )
    return work.exec(wanted).one()


def _told_before(work: Work[SystemActor], plan: PlannedCharge, at: datetime) -> date | None:
    """For which day a charge was planned when a letter left: each such day was owed as a job."""
    wanted = (
        select(Job.key)
        .where(Job.kind == CHARGE_PLANNED, Job.subject == plan.shown_id, col(Job.made_at) <= at)
        .order_by(col(Job.made_at).desc(), col(Job.id).desc())
        .limit(1)
    )
    morning = work.exec(wanted).one_or_none()
    zone = ZoneInfo(work.get(Organization, work.actor.organization_id).time_zone)
    return datetime.fromisoformat(morning).astimezone(zone).date() if morning else None


def _ended(
    work: Work[SystemActor], document: Document, states: tuple[str, ...], before: datetime
) -> tuple[PaymentAttempt, int] | None:
    """The attempt that ended like this last, and how much of the document it was to pay."""
    wanted = (
        select(PaymentAttempt, AttemptClaim.amount_minor)
        .join(AttemptClaim, points_at(AttemptClaim, "attempt_id", PaymentAttempt))
        .where(
            _of(AttemptClaim, document),
            col(PaymentAttempt.state).in_(states),
            or_(PaymentAttempt.failure != "", PaymentAttempt.state == "reversed"),
            col(PaymentAttempt.changed_at) <= before,
        )
        .order_by(col(PaymentAttempt.changed_at).desc())
        .limit(1)
    )
    found = work.exec(wanted).one_or_none()
    if found is None or found[0].state != "reversed":
        return found
    return found[0], _taken(work, document, found[0])


def _taken(work: Work[SystemActor], document: Document, attempt: PaymentAttempt) -> int:
    """How much of what an attempt had paid of a document its payer's bank took back."""
    wanted = (
        select(func.coalesce(func.sum(Allocation.amount_minor), 0))
        .join(Payment, taken_off())
        .where(Payment.attempt_id == attempt.id, _of(Allocation, document))
    )
    return int(work.exec(wanted).one())


def _charged(work: Work[SystemActor], attempt: PaymentAttempt) -> str:
    if attempt.payment_method_id is None:
        return attempt.instrument
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


def _of(kind: type[PlannedCharge | AttemptClaim | PayLink | Allocation], document: Document) -> Any:
    is_invoice = isinstance(document, Invoice)
    return (kind.invoice_id if is_invoice else kind.credit_request_id) == document.id


def _money(document: Document, minor: int) -> Money:
    return Money(minor, document.currency)
