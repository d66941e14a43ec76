"""How a customer stands with the business, in each currency: never summed across."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import col, select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.books import OrganizationProfile
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount, amount
from billing_app.reads.statuses import Figures, dues


@dataclass(frozen=True)
class OwnStanding:
    """What is to pay in one currency, requests for credit included; how late; what is there."""

    currency: str
    total_due: Amount
    in_requests: Amount
    overdue: Amount
    on_its_way: Amount
    credit: Amount


@dataclass(frozen=True)
class BankDetails:
    """Where the customer can transfer money to, if the business says so."""

    holder: str
    account: str


@customer_read
def standings(work: Work[CustomerActor]) -> list[OwnStanding]:
    """A row for each currency in which anything is open or any credit is left, the own first."""
    customer, shown = work.exec(select(Customer)).one(), setting(work)
    invoices, overdue = _owed(work, shown.today)
    requests, coming = _asked_for(work), _coming(work)
    lots = set(work.exec(select(CreditLot.currency).distinct()))
    others = sorted((set(invoices) | set(requests) | lots) - {customer.currency})
    rows = []
    for currency in [customer.currency, *others]:
        credit = totals.standing(work, Code.CUSTOMER_CREDIT, customer.id, currency=currency)
        minors = (
            invoices.get(currency, 0) + requests.get(currency, 0),
            requests.get(currency, 0),
            overdue.get(currency, 0),
            coming.get(currency, 0),
            credit.minor,
        )
        if any(minors) or currency == customer.currency:
            figures = (amount(minor, currency, shown.locale) for minor in minors)
            rows.append(OwnStanding(currency, *figures))
    return rows


@customer_read
def bank_details(work: Work[CustomerActor]) -> BankDetails:
    """The business's own account, for whoever pays from their bank."""
    profile = work.exec(select(OrganizationProfile)).one()
    name = work.get(Organization, profile.organization_id).name
    account = profile.bank_details if profile.offers(Way.BANK_TRANSFER) else ""
    return BankDetails(profile.legal_name or name, account)


def _owed(work: Work[CustomerActor], now: date) -> tuple[dict[str, int], dict[str, int]]:
    """What open invoices ask for, and what of that was due before today."""
    # Written out in the statement, so that the index of what is open is known to hold it.
    nothing: Any = literal(0, literal_execute=True)
    open_ = work.exec(select(Invoice).where(col(Invoice.still_to_pay_minor) > nothing)).all()
    parts: dict[Any, list[tuple[date, int]]] = defaultdict(list)
    planned = select(PlanPart).where(col(PlanPart.invoice_id).in_([each.id for each in open_]))
    for part in work.exec(planned.order_by(col(PlanPart.due_on), col(PlanPart.position))):
        parts[part.invoice_id].append((part.due_on, part.amount_minor))
    owed: dict[str, int] = defaultdict(int)
    late: dict[str, int] = defaultdict(int)
    for each in open_:
        figures = Figures(total=each.total_minor, still_to_pay=each.still_to_pay_minor)
        owed[each.currency] += each.still_to_pay_minor
        for due in dues(each.due_on, parts[each.id], figures):
            late[each.currency] += due.left if due.on < now else 0
    return owed, late


def _asked_for(work: Work[CustomerActor]) -> dict[str, int]:
    nothing: Any = literal(0, literal_execute=True)
    wanted: Any = (
        select(col(CreditRequest.currency), func.sum(CreditRequest.still_to_pay_minor))
        .where(col(CreditRequest.still_to_pay_minor) > nothing)
        .group_by(col(CreditRequest.currency))
    )
    return {currency: int(minor) for currency, minor in work.exec(wanted)}


def _coming(work: Work[CustomerActor]) -> dict[str, int]:
    """What was begun, is on its way and has not cleared."""
    begun = select(PaymentAttempt).where(PaymentAttempt.state == "processing")
    coming: dict[str, int] = defaultdict(int)
    for attempt in work.exec(begun):
        coming[attempt.currency] += attempt.amount_minor
    return coming
