"""Charging by itself: planned when a document asks for money, done when the day has come.

A plan says no more than that somebody will set about it on a day. Whether anything is charged
then, how much and to which way of paying, is decided anew under the locks on that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import command_step, system_command
from billing_app.access.saved_ways import chargeable
from billing_app.access.work import Work
from billing_app.gateways.charge_rules import ChargeRules
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.days import today
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.announcing import (
    ANNOUNCED,
    Announcement,
    announce_anew,
    announcement,
    owe_charge,
    plan_for,
    plans_of,
    write_about,
)
from billing_app.services.attempting import begin_by_itself
from billing_app.services.calling_off import lock_document
from billing_app.services.choosing import transfer_chosen
from billing_app.services.claiming import Document, on_its_way
from billing_app.services.falling_due import due_by, dues
from billing_app.services.organizing import MOST_TRIES, settings_of
from billing_app.services.paying import Part

_ONE_DAY = timedelta(days=1)
"""When nobody's bank was asked, or other money is expected, the next day will do."""

_TRANSFER_TAKES = timedelta(days=30)
"""Whoever chose a transfer so long ago is asked for it by people, and not charged any more."""


@dataclass(frozen=True)
class Start:
    """What became of setting about a plan: an attempt, nothing, or a letter to wait for."""

    attempt_id: str = ""
    is_new: bool = False
    is_outdated: bool = False
    """It began before and was never sent, and would not begin like that any more."""

    waits_for: Announcement = Announcement.TOLD


@system_command
def plan_charges(work: Work[SystemActor], document_id: str, rules: ChargeRules) -> tuple[str, ...]:
    """Plan to charge what a document asks, and tell the customer; returns the plans.

    Nothing is planned unless the setting and the customer's wish are there, something saved
    that can be charged, and the gateway takes such amounts. Of an invoice in parts, each part
    is charged when it falls due. Asked again, nothing more is planned.
    """
    document = lock_document(work, document_id)
    if document.customer_id is None or plans_of(work, document):
        return ()
    first = today(work) + timedelta(days=settings_of(work).charge_after_days)
    parts = dues(work, document, first)
    if (
        not parts
        or not is_wished(work, document)
        or not _usable(work, document, parts[0][0], rules)
        or not all(rules.takes(amount) for _, amount in parts)
    ):
        return ()
    planned = [_plan(work, document, on) for on, _ in parts]
    reach("charge.planned")
    write_about(work, document, ANNOUNCED)
    return tuple(each.shown_id for each in planned)


@system_command
def begin_planned(work: Work[SystemActor], plan_id: str, rules: ChargeRules) -> Start:
    """Begin the charge of a plan whose day has come, if there is still a reason to.

    Money that is expected otherwise is waited for. What was announced and cannot be charged is
    told to the customer once, and what was not announced is announced first.
    """
    found = work.find(PlannedCharge, plan_id)
    document = lock_document(work, _document_of(found))
    plan = work.find(PlannedCharge, plan_id, lock=True)
    begun = work.exec(select(PaymentAttempt).where(PaymentAttempt.id == plan.id)).one_or_none()
    if begun is not None:
        return _begun_before(work, plan, begun, document, rules)
    if plan.called_off_at or not is_wished(work, document):
        return Start()
    if plan.charge_on > today(work):
        owe_charge(work, plan)
        return Start()
    minor = due_by(work, document, today(work))
    if not minor or _is_expected(work, plan, document, minor):
        return Start()
    part = Part(document.shown_id, Money(_rest(work, document), document.currency))
    method = _usable(work, document, today(work), rules)
    if method is None or part.amount is None or not rules.takes(part.amount):
        plan.called_off_at = clock.now()
        write_about(work, document, "charge_dropped")
        return Start()
    return _announced_or_begun(work, plan, document, method, part)


@command_step
def plan_again(
    work: Work[Clerk], attempt: PaymentAttempt, document: Document, *, soft: bool
) -> bool:
    """Plan the next try of a charge by itself that came to nothing; False if there is none.

    The customer is locked. Where nobody's bank was asked there is always a next try, but never
    more of them than there may be in all. Once anything was called off, there is none.
    """
    if any(plan.retry_of_id == attempt.id for plan in plans_of(work, document)):
        return True
    tries = _tries(work, attempt)
    rests = [int(each) for each in settings_of(work).retry_after_days.split(",") if each]
    wait = timedelta(days=rests[tries - 1] if soft and tries <= len(rests) else 0)
    if attempt.state == "canceled":
        wait = _ONE_DAY
    if not wait or tries >= MOST_TRIES or not may_go_on(work, document):
        return False
    _plan(work, document, today(work) + wait, retry_of=attempt)
    return True


@command_step
def may_go_on(work: Work[Clerk], document: Document) -> bool:
    """Whether anybody still wishes a document to be charged by itself, and it asks for money."""
    called_off = any(plan.called_off_at for plan in plans_of(work, document))
    return not called_off and document.still_to_pay_minor > 0 and is_wished(work, document)


@command_step
def is_wished(work: Work[Clerk], document: Document) -> bool:
    """Whether the organization charges by itself, and the customer is one of those it charges."""
    assert document.customer_id is not None, "only customers are charged"
    customer = work.get(Customer, document.customer_id)
    settings = settings_of(work)
    is_invoice = isinstance(document, Invoice)
    charges = settings.charge_invoices if is_invoice else settings.charge_requests
    wishes = customer.autopay and not customer.prefers_transfer
    return charges and wishes and customer.archived_at is None


def _announced_or_begun(
    work: Work[SystemActor],
    plan: PlannedCharge,
    document: Document,
    method: PaymentMethod,
    part: Part,
) -> Start:
    stands = announcement(work, plan, document)
    if stands is Announcement.TOLD:
        begun = begin_by_itself(work, plan.id, method, part, retry_of_id=plan.retry_of_id)
        return Start(begun, is_new=True)
    if stands is not Announcement.MISSING:
        return Start(waits_for=stands)
    announce_anew(work, document)
    # Moved to a later day, it is owed again for then.
    is_today = plan.charge_on <= today(work)
    return Start(waits_for=Announcement.WAITS) if is_today else Start()


def _begun_before(
    work: Work[SystemActor],
    plan: PlannedCharge,
    attempt: PaymentAttempt,
    document: Document,
    rules: ChargeRules,
) -> Start:
    """What began before; outdated if it was never sent and would be another one now."""
    never_sent = attempt.state == "created" and not attempt.gateway_payment
    method = _usable(work, document, today(work), rules) if never_sent else None
    same = (
        method is not None
        and method.id == attempt.payment_method_id
        and _rest(work, document) == attempt.amount_minor
        and plan.called_off_at is None
        and is_wished(work, document)
    )
    return Start(attempt.shown_id, is_outdated=never_sent and not same)


def _is_expected(
    work: Work[SystemActor], plan: PlannedCharge, document: Document, minor: int
) -> bool:
    """Whether other money is expected: then the plan waits for another day.

    After weeks in which a chosen transfer did not arrive, it is called off.
    """
    chosen = transfer_chosen(work, document)
    if chosen is not None and clock.now() - chosen > _TRANSFER_TAKES:
        plan.called_off_at = clock.now()
    elif chosen is not None or not _rest(work, document):
        plan_for(work, plan, today(work) + _ONE_DAY)
    else:
        return False
    return True


def _plan(
    work: Work[Clerk],
    document: Document,
    on: date,
    *,
    retry_of: PaymentAttempt | None = None,
) -> PlannedCharge:
    """Plan one charge. Another try of it was announced with the first one."""
    assert document.customer_id is not None, "only customers are charged"
    earlier = work.get(PlannedCharge, retry_of.id).made_at if retry_of else None
    plan = PlannedCharge(
        customer_id=document.customer_id,
        invoice_id=document.id if isinstance(document, Invoice) else None,
        credit_request_id=document.id if isinstance(document, CreditRequest) else None,
        charge_on=on,
        retry_of_id=retry_of.id if retry_of else None,
        made_at=earlier or clock.now(),
    )
    work.add(plan)
    owe_charge(work, plan)
    return plan


def _usable(
    work: Work[Clerk], document: Document, on: date, rules: ChargeRules
) -> PaymentMethod | None:
    """What can be charged for a document on that day; not what was refused for good before."""
    assert document.customer_id is not None, "only customers are charged"
    found = chargeable(work, document.customer_id, document.currency, on)
    return next((each for each in found if not _was_refused(work, each, rules)), None)


def _was_refused(work: Work[Clerk], method: PaymentMethod, rules: ChargeRules) -> bool:
    """Whether the last charge of it was refused for good, and nobody has paid with it since."""
    tried = select(PaymentAttempt).where(PaymentAttempt.payment_method_id == method.id)
    latest = tried.order_by(col(PaymentAttempt.changed_at).desc(), col(PaymentAttempt.id).desc())
    last = work.exec(latest.limit(1)).first()
    if last is None or last.state not in ("failed", "reversed"):
        return False
    paid_since = select(PaymentAttempt.id).where(
        PaymentAttempt.customer_id == method.customer_id,
        PaymentAttempt.instrument == method.words,
        PaymentAttempt.state == "succeeded",
        PaymentAttempt.changed_at > last.changed_at,
    )
    return rules.is_for_good(last.failure_code) and work.exec(paid_since).first() is None


def _rest(work: Work[Clerk], document: Document) -> int:
    """What is due today beside what is on its way already."""
    return max(0, due_by(work, document, today(work)) - on_its_way(work, document))


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
