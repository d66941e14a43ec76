"""Charging by itself: planned when a document asks for money, done when the day has come.

A plan says no more than that somebody will set about it on a day. Whether anything is charged
then, how much and to which way of paying, is decided anew under the locks on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, or_, select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import command_step, system_command
from billing_app.access.outbox import CHARGE_PLANNED, owe, write_letter
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.attempting import begin_by_itself
from billing_app.services.calling_off import lock_document
from billing_app.services.claiming import Document, on_its_way
from billing_app.services.linking import renew_pay_link
from billing_app.services.organizing import MOST_TRIES, settings_of
from billing_app.services.paying import Part

_ONE_DAY = 1
"""When nobody's bank was asked, the next day will do."""


@system_command
def plan_charges(work: Work[SystemActor], document_id: str) -> tuple[str, ...]:
    """Plan to charge what a document asks, and tell the customer; returns the plans.

    Nothing is planned unless the setting and the customer's wish are there, and something saved
    that can be charged. Of an invoice in parts, each part is charged when it falls due. Asked
    again, nothing more is planned.
    """
    document = lock_document(work, document_id)
    if document.customer_id is None or _plans(work, document):
        return ()
    customer = work.find(Customer, show(Customer.prefix, document.customer_id))
    days = _days(work, document)
    if not days or not _is_wished(work, customer, document) or not _usable(work, customer, days[0]):
        return ()
    planned = [_plan(work, customer, document, on) for on in days]
    reach("charge.planned")
    renew_pay_link(work, document)
    write_letter(work, "charge_announced", to=customer.email, subject=document.shown_id)
    return tuple(each.shown_id for each in planned)


@system_command
def begin_planned(work: Work[SystemActor], plan_id: str) -> tuple[str, bool]:
    """Begin the charge of a plan whose day has come, if there is still a reason to.

    Returns the attempt's id, empty if nothing is charged, and whether it began just now.
    """
    found = work.find(PlannedCharge, plan_id)
    document = lock_document(work, _document_of(found))
    plan = work.find(PlannedCharge, plan_id, lock=True)
    if _began(work, [plan]):
        return show(PaymentAttempt.prefix, plan.id), False
    customer = work.find(Customer, show(Customer.prefix, plan.customer_id))
    method = _usable(work, customer, today(work))
    minor = _due(work, document, today(work))
    if plan.called_off_at or not method or not minor or not _is_wished(work, customer, document):
        return "", False
    part = Part(document.shown_id, Money(minor, document.currency))
    begun = begin_by_itself(work, plan.id, method, part, retry_of_id=plan.retry_of_id)
    return begun, True


@command_step
def plan_again(
    work: Work[Clerk], attempt: PaymentAttempt, document: Document, *, soft: bool
) -> bool:
    """Plan the next try of a charge by itself that came to nothing; False if there is none.

    The customer is locked. Where nobody's bank was asked there is always a next try, but never
    more of them than there may be in all.
    """
    customer = work.get(Customer, attempt.customer_id)
    tries = _tries(work, attempt)
    rests = [int(each) for each in settings_of(work).retry_after_days.split(",") if each]
    wait = rests[tries - 1] if soft and tries <= len(rests) else 0
    if attempt.state == "canceled":
        wait = _ONE_DAY
    if not wait or tries >= MOST_TRIES or not _is_wished(work, customer, document):
        return False
    on = today(work) + timedelta(days=wait)
    _plan(work, customer, document, on, retry_of=attempt)
    return True


def _plan(
    work: Work[Clerk],
    customer: Customer,
    document: Document,
    on: date,
    *,
    retry_of: PaymentAttempt | None = None,
) -> PlannedCharge:
    plan = PlannedCharge(
        customer_id=customer.id,
        invoice_id=document.id if isinstance(document, Invoice) else None,
        credit_request_id=document.id if isinstance(document, CreditRequest) else None,
        charge_on=on,
        retry_of_id=retry_of.id if retry_of else None,
        made_at=clock.now(),
    )
    work.add(plan)
    owe(work, CHARGE_PLANNED, plan.shown_id, due_at=_morning(work, on))
    return plan


def _is_wished(work: Work[Clerk], customer: Customer, document: Document) -> bool:
    """Whether the organization charges by itself, and the customer is one of those it charges."""
    settings = settings_of(work)
    is_invoice = isinstance(document, Invoice)
    charges = settings.charge_invoices if is_invoice else settings.charge_requests
    return charges and customer.autopay and not customer.prefers_transfer


def _usable(work: Work[Clerk], customer: Customer, on: date) -> PaymentMethod | None:
    """What can be charged on that day: the customer's usual way of paying, else their latest."""
    mine = select(PaymentMethod).where(
        PaymentMethod.customer_id == customer.id,
        col(PaymentMethod.detached_at).is_(None),
        or_(col(PaymentMethod.expires_on).is_(None), col(PaymentMethod.expires_on) >= on),
    )
    usual_first = mine.order_by(col(PaymentMethod.is_default).desc(), col(PaymentMethod.id).desc())
    return work.exec(usual_first.limit(1)).one_or_none()


def _days(work: Work[Clerk], document: Document) -> list[date]:
    """The days on which something is going to be due that can be charged then."""
    first = today(work) + timedelta(days=settings_of(work).charge_after_days)
    dues = [part.due_on for part in _parts(work, document)] or [first]
    days: list[date] = []
    so_far = 0
    for on in sorted({max(each, first) for each in dues}):
        if (minor := _due(work, document, on)) > so_far:
            days.append(on)
            so_far = minor
    return days


def _due(work: Work[Clerk], document: Document, on: date) -> int:
    """What of a document is due by a day and not on its way; without a plan, all of it."""
    later = sum(part.amount_minor for part in _parts(work, document) if part.due_on > on)
    return max(0, document.still_to_pay_minor - on_its_way(work, document) - later)


def _parts(work: Work[Clerk], document: Document) -> Sequence[PlanPart]:
    if not isinstance(document, Invoice):
        return ()
    return work.exec(select(PlanPart).where(PlanPart.invoice_id == document.id)).all()


def _morning(work: Work[Clerk], on: date) -> datetime:
    """When the day begins where the organization is."""
    zone = work.get(Organization, work.actor.organization_id).time_zone
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def _plans(work: Work[Clerk], document: Document) -> Sequence[PlannedCharge]:
    is_invoice = isinstance(document, Invoice)
    column = PlannedCharge.invoice_id if is_invoice else PlannedCharge.credit_request_id
    return work.exec(select(PlannedCharge).where(column == document.id)).all()


def _began(work: Work[Clerk], plans: Sequence[PlannedCharge]) -> set[UUID]:
    wanted = select(PaymentAttempt.id).where(
        col(PaymentAttempt.id).in_([plan.id for plan in plans])
    )
    return set(work.exec(wanted))


def _tries(work: Work[Clerk], attempt: PaymentAttempt) -> int:
    """How many tries it took to get here, this one included."""
    tries, earlier = 1, attempt.retry_of_id
    while earlier is not None and tries < MOST_TRIES:
        tries, earlier = tries + 1, work.get(PaymentAttempt, earlier).retry_of_id
    return tries


def _document_of(plan: PlannedCharge) -> str:
    if plan.invoice_id is not None:
        return show(Invoice.prefix, plan.invoice_id)
    assert plan.credit_request_id is not None, "a plan is for one document"
    return show(CreditRequest.prefix, plan.credit_request_id)
