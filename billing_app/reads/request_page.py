"""All that the page of a Credit Request shows, as of one moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.saved_ways import chargeable
from billing_app.access.work import Work
from billing_app.kernel.currencies import exponent
from billing_app.kernel.ids import show
from billing_app.kernel.numerals import show_number
from billing_app.models.books import AccountingSettings
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.party import Customer
from billing_app.reads.attempts import AttemptView, attempts_on
from billing_app.reads.credits import LotRow, RequestView, lot_rows, request_view
from billing_app.reads.locales import setting
from billing_app.reads.planned_charges import planned_on
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.standings import request_figures_of
from billing_app.reads.takings import Takings, takings
from billing_app.reads.timelines import Timeline, timeline
from billing_app.reads.times import at_time


@dataclass(frozen=True)
class Written:
    """What a draft says, as somebody would type it."""

    amount: str
    currency: str
    description: str
    due_on: str


@dataclass(frozen=True)
class RequestPageView:
    """A Credit Request, how it can be paid, who tried, what it brought and what happened."""

    view: RequestView
    paid: Amount
    takings: Takings
    attempts: tuple[tuple[AttemptView, str], ...]
    """Each with the moment at which it began, in words."""

    planned_on: str
    charged_on: str
    """The first day on which it would be charged by itself if it were raised now, if at all."""

    lots: list[LotRow]
    """The credit that it brought."""

    biller: dict[str, str]
    recipient: dict[str, str]
    voided_on: str
    void_reason: str
    written: Written
    timeline: Timeline
    locale: str


@dataclass(frozen=True)
class NewRequestView:
    """Whom a new Credit Request is for, and what is meant where nothing else is said."""

    customer: str
    email: str
    due_days: int
    currency: str
    locale: str


@admin_read()
def request_page(work: Work[AdminActor], credit_request_id: str) -> RequestPageView:
    """The page of one Credit Request of the organization, a draft too."""
    request = work.find(CreditRequest, credit_request_id)
    shown = setting(work)
    said = json.loads(request.snapshot) if request.snapshot else {}
    return RequestPageView(
        view=request_view(work, credit_request_id),
        paid=amount(
            request_figures_of(work, [request])[request.id].paid, request.currency, shown.locale
        ),
        takings=takings(work, credit_request_id),
        attempts=tuple(
            (each, at_time(each.made_at, shown.zone))
            for each in attempts_on(work, credit_request_id)
        ),
        planned_on=planned_on(work, credit_request_id) if request.still_to_pay_minor else "",
        charged_on=_charged_on(work, request) if request.state == "draft" else "",
        lots=_lots(work, request),
        biller=said.get("from", {}),
        recipient=said.get("to", {}),
        voided_on=day(request.voided_on),
        void_reason=request.void_reason,
        written=_written(request, shown.locale),
        timeline=timeline(work, credit_request_id),
        locale=shown.locale,
    )


@admin_read()
def new_request(work: Work[AdminActor], customer_id: str) -> NewRequestView:
    """What the form of a new Credit Request begins with."""
    customer = work.find(Customer, customer_id)
    return NewRequestView(
        customer=customer.name,
        email=customer.email,
        due_days=customer.due_days,
        currency=customer.currency or setting(work).currency,
        locale=setting(work).locale,
    )


def _lots(work: Work[AdminActor], request: CreditRequest) -> list[LotRow]:
    wanted = select(CreditLot).where(CreditLot.credit_request_id == request.id)
    return lot_rows(work, work.exec(wanted.order_by(col(CreditLot.id))).all())


def _written(request: CreditRequest, locale: str) -> Written:
    places = exponent(request.currency)
    return Written(
        amount=show_number(request.total_minor, locale, places=places, fewest=places),
        currency=request.currency,
        description=request.description,
        due_on=request.due_on.isoformat() if request.due_on else "",
    )


def _charged_on(work: Work[AdminActor], request: CreditRequest) -> str:
    """Whether anybody wishes that is known now; it is decided anew when the day has come."""
    settings = work.exec(select(AccountingSettings)).one()
    customer = work.find(Customer, show(Customer.prefix, request.customer_id))
    wished = settings.charge_requests and customer.autopay and not customer.prefers_transfer
    first = setting(work).today + timedelta(days=settings.charge_after_days)
    if not wished or not chargeable(work, customer.id, request.currency, first):
        return ""
    return day(first)
