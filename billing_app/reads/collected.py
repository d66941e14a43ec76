"""What came in and what went back, month by month and per currency, as the ledger tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.ledger.accounts import RECEIVABLES, Code, Side
from billing_app.models.ledger import Posting
from billing_app.reads.locales import setting
from billing_app.reads.shown import Amount, amount

MONTHS = 12

# What money is paid on. That it only went from the gateway to the bank is no news of it.
_PAID_ON = (*RECEIVABLES, Code.CUSTOMER_CREDIT, Code.UNIDENTIFIED_RECEIPTS)
_COMES_TO = (Code.BANK, Code.GATEWAY_CLEARING)
# What is disputed is held first, and is gone only once the dispute is lost.
_LEAVES_FROM = (*_COMES_TO, Code.DISPUTES_HELD)

Sums = dict[str, dict[date, int]]


@dataclass(frozen=True)
class Month:
    """One month of one currency. ``went_back`` is above zero, too."""

    starts_on: date
    came_in: Amount
    went_back: Amount


@dataclass(frozen=True)
class Collected:
    """Twelve months of one currency, this one last, with the sums of them."""

    currency: str
    months: list[Month]
    came_in: Amount
    went_back: Amount


@admin_read()
def collected(work: Work[AdminActor]) -> list[Collected]:
    """The last twelve months, for each currency in which money moved; the organization's first.

    What went back is whatever left again of what had been paid: refunds, money that a payer's
    bank took back, and payments that were recorded by mistake.
    """
    shown = setting(work)
    months = list(_months(shown.today))
    came_in, went_back = (_moved(work, asked, months[0]) for asked in (_CAME_IN, _WENT_BACK))
    moved_in = came_in.keys() | went_back.keys()
    rows = []
    for currency in sorted(moved_in, key=lambda each: (each != shown.currency, each)):

        def show(minor: int, currency: str = currency) -> Amount:
            return amount(minor, currency, shown.locale)

        ins, outs = came_in[currency], went_back[currency]
        rows.append(
            Collected(
                currency=currency,
                months=[Month(each, show(ins[each]), show(outs[each])) for each in months],
                came_in=show(sum(ins.values())),
                went_back=show(sum(outs.values())),
            )
        )
    return rows


def _moved(work: Work[AdminActor], asked: Any, since: date) -> Sums:
    """The sums of what moved since then, month by month."""
    sums: Sums = defaultdict(lambda: defaultdict(int))
    for currency, on, minor in work.exec(asked, params={"since": since}):
        sums[currency][on.replace(day=1)] += int(minor)
    return sums


def _months(today: date) -> Iterator[date]:
    """The first day of each month, the latest last."""
    last = today.year * 12 + today.month - 1
    for count in range(last - MONTHS + 1, last + 1):
        yield date(count // 12, count % 12 + 1, 1)


def _moving(side: Side, accounts: tuple[Code, ...]) -> Any:
    """What moves between these accounts and what money is paid on, by days.

    Both databases take several times as long to tell the month of a day than to add it up.
    """
    other = Side.CREDIT if side is Side.DEBIT else Side.DEBIT
    on = col(Posting.effective_on)
    return (
        select(col(Posting.currency), on, func.sum(Posting.amount_minor))
        .where(
            col(getattr(Posting, f"{side}_account")).in_(accounts),
            # Nobody has these accounts; so said, it is known that their index holds it all.
            col(getattr(Posting, f"{side}_party_id")).is_(None),
            col(getattr(Posting, f"{other}_account")).in_(_PAID_ON),
            on >= bindparam("since"),
        )
        .group_by(col(Posting.currency), on)
    )


_CAME_IN = _moving(Side.DEBIT, _COMES_TO)
_WENT_BACK = _moving(Side.CREDIT, _LEAVES_FROM)
