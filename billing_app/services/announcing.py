"""Telling customers beforehand what is going to be charged: nobody is charged untold.

A charge was announced when a letter about it has left, so many days before as the customer has
to object. What a letter says is found out when it leaves, so that it tells the days as they are
then; and as long as none has left, those days move away from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import command_step, system_command
from billing_app.access.outbox import CHARGE_PLANNED, SEND_LETTER, owe, write_letter
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import show
from billing_app.ledger.days import today
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job, Letter
from billing_app.models.party import Customer
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.calling_off import lock_document
from billing_app.services.claiming import Document
from billing_app.services.linking import renew_pay_link
from billing_app.services.organizing import settings_of

ANNOUNCED = "charge_announced"

_MAY_BE_LATE = timedelta(days=3)
"""A charge later than this after its day comes unexpected, so it is announced anew."""


class Announcement(StrEnum):
    """How the announcement of a charge stands."""

    TOLD = "told"
    WAITS = "waits"
    LOST = "lost"
    """No mail server takes it, or it was given up."""

    MISSING = "missing"


@command_step
def write_about(work: Work[Clerk], document: Document, kind: str) -> None:
    """Write to its customer about a document, with a pay link; not while the same letter waits."""
    if any(_waits(work, letter) for letter in _letters(work, document, kind)):
        return
    assert document.customer_id is not None, "only customers are charged"
    renew_pay_link(work, document)
    customer = work.get(Customer, document.customer_id)
    write_letter(work, kind, to=customer.email, subject=document.shown_id)


@command_step
def announcement(work: Work[Clerk], plan: PlannedCharge, document: Document) -> Announcement:
    """Whether the customer was told of a charge long enough before today, and not too long."""
    letters = _letters(work, document, ANNOUNCED)
    if any(_told(work, plan, letter) for letter in letters):
        return Announcement.TOLD
    if any(_waits(work, letter) for letter in letters):
        return Announcement.WAITS
    customer = work.get(Customer, plan.customer_id)
    lost = bool(letters) and letters[0].sent_at is None and not _was_needless(letters[0])
    # To another address it may go.
    again = lost and letters[0].recipient == customer.email
    return Announcement.LOST if again else Announcement.MISSING


@command_step
def announce_anew(work: Work[Clerk], document: Document) -> None:
    """Give the customer the time to object again, and tell them."""
    first = today(work) + timedelta(days=settings_of(work).charge_after_days)
    for plan in plans_ahead(work, document):
        if plan.charge_on <= first:
            plan_for(work, plan, first)
    write_about(work, document, ANNOUNCED)


@command_step
def plan_for(work: Work[Clerk], plan: PlannedCharge, on: date) -> None:
    """Plan a charge for a day. What was announced until now does not announce it."""
    plan.charge_on, plan.made_at = on, clock.now()
    work.flush()
    owe_charge(work, plan)


@command_step
def owe_charge(work: Work[Clerk], plan: PlannedCharge) -> None:
    """Have a runner set about a plan in the morning of its day, where the organization is.

    Where it has moved to another time zone since, that is another moment, and owed anew.
    """
    zone = work.get(Organization, work.actor.organization_id).time_zone
    morning = datetime.combine(plan.charge_on, time(), ZoneInfo(zone)).astimezone(UTC)
    owe(work, CHARGE_PLANNED, plan.shown_id, key=morning.isoformat(), due_at=morning)


@system_command
def keep_distance(work: Work[SystemActor], document_id: str) -> None:
    """Move what is charged too soon after a letter about it that is just going to leave.

    What an earlier letter told of stays where it is: this one only tells it again.
    """
    document = lock_document(work, document_id)
    first = today(work) + timedelta(days=settings_of(work).charge_after_days)
    letters = _letters(work, document, ANNOUNCED)
    for plan in plans_ahead(work, document):
        told = any(letter.sent_at and letter.sent_at >= plan.made_at for letter in letters)
        late = plan.charge_on + _MAY_BE_LATE < today(work)
        if plan.charge_on < first and (late or not told):
            plan_for(work, plan, first)


@command_step
def plans_of(work: Work[Clerk], document: Document) -> Sequence[PlannedCharge]:
    """Whatever was planned for a document, as it stands now."""
    is_invoice = isinstance(document, Invoice)
    column = PlannedCharge.invoice_id if is_invoice else PlannedCharge.credit_request_id
    wanted = select(PlannedCharge).where(column == document.id)
    return work.exec(wanted.execution_options(populate_existing=True)).all()


@command_step
def plans_ahead(work: Work[Clerk], document: Document) -> list[PlannedCharge]:
    """What is planned for a document, which is locked, and will still be set about.

    A plan that found nothing to charge on its day charges nothing later either, should the
    document ask for money again.
    """
    plans = [plan for plan in plans_of(work, document) if plan.called_off_at is None]
    ids = col(PaymentAttempt.id).in_([plan.id for plan in plans])
    begun = set(work.exec(select(PaymentAttempt.id).where(ids)))
    owed = select(Job.subject).where(
        Job.kind == CHARGE_PLANNED,
        col(Job.subject).in_([plan.shown_id for plan in plans]),
        col(Job.done_at).is_(None),
        col(Job.dead_at).is_(None),
    )
    awaited = set(work.exec(owed))
    return [plan for plan in plans if plan.id not in begun and plan.shown_id in awaited]


def _letters(work: Work[Clerk], document: Document, kind: str) -> Sequence[Letter]:
    """The letters of a kind about a document, the latest first."""
    wanted = select(Letter).where(Letter.kind == kind, Letter.subject == document.shown_id)
    return work.exec(wanted.order_by(col(Letter.id).desc())).all()


def _told(work: Work[Clerk], plan: PlannedCharge, letter: Letter) -> bool:
    if letter.sent_at is None or letter.sent_at < plan.made_at:
        return False
    zone = work.get(Organization, work.actor.organization_id).time_zone
    left_on = letter.sent_at.astimezone(ZoneInfo(zone)).date()
    objecting = timedelta(days=settings_of(work).charge_after_days)
    return left_on + objecting <= today(work) <= plan.charge_on + _MAY_BE_LATE


def _waits(work: Work[Clerk], letter: Letter) -> bool:
    """Whether somebody is still going to send it."""
    if letter.sent_at is not None or letter.bounced_at is not None or letter.answer:
        return False
    owed = select(Job.id).where(
        Job.kind == SEND_LETTER,
        Job.subject == show(Letter.prefix, letter.id),
        col(Job.done_at).is_(None),
        col(Job.dead_at).is_(None),
    )
    return work.exec(owed.limit(1)).first() is not None


def _was_needless(letter: Letter) -> bool:
    return letter.bounced_at is None and letter.answer != ""
