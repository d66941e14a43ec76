"""Lots of credit: what is left of them, and what an amount takes of each, the oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import PeriodTotal, Posting
from billing_app.services.naming import named

AT_ONCE = 50
"""How many lots are looked at together, the latest first."""

_AGE = (col(CreditLot.made_on), col(CreditLot.id))
"""A lot is as old as its money, which may have been written down days later."""


@dataclass(frozen=True)
class Share:
    """A part of a lot: what is left of it, or what an amount takes of it."""

    lot: CreditLot
    amount: Money


@dataclass(frozen=True)
class Unused:
    """Credit in one currency that can be used, lot by lot, the oldest first."""

    currency: str
    shares: Sequence[Share]

    @property
    def total(self) -> Money:
        """All of it."""
        return sum((share.amount for share in self.shares), Money.zero(self.currency))

    def share_of(self, document: Invoice | CreditRequest, asked: Money | None = None) -> Money:
        """How much of it goes to a document: what was asked for, else as much as it takes."""
        still = Money(document.still_to_pay_minor, document.currency)
        if asked is None:
            return min(still, self.total)
        if above_zero(asked).currency != document.currency:
            raise WrongCurrency(named(document), document.currency)
        if asked > still:
            raise TooMuch(f"is still to pay on {named(document)}", still)
        if asked > self.total:
            raise TooMuch("is there as credit", self.total)
        return asked

    def take(self, amount: Money) -> tuple[list[Share], Unused]:
        """What an amount takes of each lot, and what is unused afterwards."""
        assert amount <= self.total, "whoever takes credit has looked how much there is"
        taken: list[Share] = []
        left: list[Share] = []
        for share in self.shares:
            part = min(share.amount, amount)
            amount -= part
            taken += [Share(share.lot, part)] if part else []
            left += [Share(share.lot, share.amount - part)] if share.amount > part else []
        return taken, Unused(self.currency, left)


@command_step
def unused_credit(work: Work[Clerk], customer_id: UUID, currency: str) -> Unused:
    """What is left of a customer's credit.

    Since the oldest is used first, what is left lies in the latest. They are looked at from
    there, until they come to the customer's whole credit, which is kept as a sum; so this
    costs the same after ten years of used lots. The customer's row must be locked.
    """
    rest = totals.standing(work, Code.CUSTOMER_CREDIT, customer_id, currency=currency)
    found: list[Share] = []
    before: CreditLot | None = None
    while rest.minor > 0:
        latest = _latest(work, customer_id, currency, before)
        left = _left(work, [lot.id for lot in latest])
        shares = [Share(lot, Money(left[lot.id], currency)) for lot in latest if left.get(lot.id)]
        found += shares
        rest -= Unused(currency, shares).total
        if len(latest) < AT_ONCE:
            break
        before = latest[-1]
    return Unused(currency, found[::-1])


@command_step
def currencies_of_credit(work: Work[Clerk], customer_id: UUID) -> list[str]:
    """The currencies in which a customer has ever had credit."""
    wanted = select(PeriodTotal.currency).where(
        PeriodTotal.party_id == customer_id,
        PeriodTotal.account == Code.CUSTOMER_CREDIT,
        PeriodTotal.period == totals.MONTH,
    )
    return sorted(work.exec(wanted.distinct()))


def _latest(
    work: Work[Clerk], customer_id: UUID, currency: str, before: CreditLot | None
) -> Sequence[CreditLot]:
    wanted = select(CreditLot).where(
        CreditLot.customer_id == customer_id, CreditLot.currency == currency
    )
    if before is not None:
        wanted = wanted.where(tuple_(*_AGE) < (before.made_on, before.id))
    return work.exec(wanted.order_by(*(each.desc() for each in _AGE)).limit(AT_ONCE)).all()


def _left(work: Work[Clerk], lot_ids: Iterable[UUID]) -> dict[UUID | None, int]:
    """What is left of each lot, in minor units, from the postings about it."""
    left: dict[UUID | None, int] = {}
    for item, account, sign in (
        (Posting.credit_item_id, Posting.credit_account, 1),
        (Posting.debit_item_id, Posting.debit_account, -1),
    ):
        moved = (
            select(col(item), func.sum(Posting.amount_minor))
            .where(col(item).in_(lot_ids), col(account) == Code.CUSTOMER_CREDIT)
            .group_by(col(item))
        )
        for lot_id, minor in work.exec(moved):
            left[lot_id] = left.get(lot_id, 0) + sign * int(minor)
    return left
