"""How customers stand: three figures that nobody shall confuse, and who owes what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import PeriodTotal
from billing_app.models.party import Customer
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount, amount


@dataclass(frozen=True)
class Balances:
    """A customer's three figures in one currency.

    The Invoice balance is what they have with us less what they owe us: below zero, they owe.
    """

    currency: str
    credit_available: Amount
    owed: Amount
    invoice_balance: Amount


@dataclass(frozen=True)
class Outstanding:
    """What one customer owes in one currency, and since when some of it is due."""

    customer_id: str
    minor: int
    currency: str
    due_since: date | None


@admin_read()
def balances(work: Work[AdminActor], customer_id: str) -> list[Balances]:
    """The figures of a customer, a row for each currency; the customer's own comes first."""
    customer = work.find(Customer, customer_id)
    locale = setting(work).locale
    rows = []
    for currency in currencies_of(work, customer):
        credit = _standing(work, Code.CUSTOMER_CREDIT, customer.id, currency)
        owed = _standing(work, Code.CUSTOMER_RECEIVABLE, customer.id, currency)
        figures = (amount(minor, currency, locale) for minor in (credit, owed, credit - owed))
        rows.append(Balances(currency, *figures))
    return rows


@admin_read()
def balances_of(
    work: Work[AdminActor], customers: Sequence[Customer]
) -> dict[UUID, list[Balances]]:
    """The same for a page of customers, in one grouped query over the kept totals.

    A customer for whom nothing stands open in a currency has no row of it.
    """
    ids = [customer.id for customer in customers]
    held: dict[UUID, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for party_id, currency, account, minor in work.exec(_HELD, params={"ids": ids}):
        held[party_id][currency][account] = int(minor)
    locale = setting(work).locale
    found: dict[UUID, list[Balances]] = {}
    for customer in customers:
        own = held[customer.id]
        found[customer.id] = []
        for currency in sorted(own, key=lambda each: (each != customer.currency, each)):
            credit = own[currency].get(Code.CUSTOMER_CREDIT, 0)
            owed = -own[currency].get(Code.CUSTOMER_RECEIVABLE, 0)
            if credit or owed:
                figures = (
                    amount(minor, currency, locale) for minor in (credit, owed, credit - owed)
                )
                found[customer.id].append(Balances(currency, *figures))
    return found


@admin_read()
def currencies_of(work: Work[AdminActor], customer: Customer) -> list[str]:
    """The currencies in which anything ever moved for a customer, their own one first."""
    moved = select(PeriodTotal.currency).where(PeriodTotal.party_id == customer.id).distinct()
    others = sorted(set(work.exec(moved)) - {customer.currency})
    return [customer.currency, *others]


@admin_read()
def outstanding(work: Work[AdminActor]) -> list[Outstanding]:
    """What each customer owes, per currency, from one walk through what is open."""
    # Written out in the statement, so that the index of what is open is known to hold it all.
    nothing: Any = literal(0, literal_execute=True)
    wanted: Any = (
        select(
            col(Invoice.customer_id),
            col(Invoice.currency),
            func.sum(Invoice.still_to_pay_minor),
            func.min(Invoice.due_on),
        )
        .where(col(Invoice.still_to_pay_minor) > nothing, col(Invoice.customer_id).is_not(None))
        .group_by(col(Invoice.customer_id), col(Invoice.currency))
    )
    return [
        Outstanding(show(Customer.prefix, customer_id), int(minor), currency, due_since)
        for customer_id, currency, minor, due_since in work.exec(wanted)
    ]


def _standing(work: Work[AdminActor], code: Code, party_id: UUID, currency: str) -> int:
    """From the kept totals, so that it costs the same whatever the customer's past."""
    return totals.standing(work, code, party_id, currency=currency).minor


_HELD: Any = (
    select(
        col(PeriodTotal.party_id),
        col(PeriodTotal.currency),
        col(PeriodTotal.account),
        func.sum(PeriodTotal.credit_minor) - func.sum(PeriodTotal.debit_minor),
    )
    .where(
        one_of(PeriodTotal.party_id),
        col(PeriodTotal.account).in_((Code.CUSTOMER_CREDIT, Code.CUSTOMER_RECEIVABLE)),
        PeriodTotal.period == totals.MONTH,
    )
    .group_by(col(PeriodTotal.party_id), col(PeriodTotal.currency), col(PeriodTotal.account))
)
