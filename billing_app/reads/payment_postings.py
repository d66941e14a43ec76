"""All that was posted because of one payment: that it came, what it paid, what went back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger.accounts import CHART, Code
from billing_app.ledger.events import Event
from billing_app.models.base import points_at
from billing_app.models.credit import CreditLot
from billing_app.models.dispute import Dispute
from billing_app.models.ledger import Entry, Posting
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.reads.entry_words import words_of
from billing_app.reads.locales import setting
from billing_app.reads.reasons import Reason
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.times import at_time

_MOST = 200


@admin_read()
def postings_of(work: Work[AdminActor], payment_id: str) -> list[Reason]:
    """The postings of every entry that the payment, or something done with it, is the act of."""
    payment = work.find(Payment, payment_id)
    wanted: Any = (
        select(Posting, Entry)
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .where(col(Entry.source_id).in_(_acts(work, payment)))
        .order_by(col(Posting.effective_on), col(Posting.entry_id), col(Posting.position))
        .limit(_MOST)
    )
    found = work.exec(wanted).all()
    shown, words = setting(work), words_of(work, [entry.id for _, entry in found])
    return [
        Reason(
            id=posting.shown_id,
            entry_id=show(Entry.prefix, posting.entry_id),
            on=day(posting.effective_on),
            recorded=at_time(entry.recorded_at, shown.zone),
            what=words[entry.id],
            debit=_account(posting.debit_account),
            credit=_account(posting.credit_account),
            amount=amount(posting.amount_minor, posting.currency, shown.locale),
        )
        for posting, entry in found
    ]


@admin_read()
def fee_of(work: Work[AdminActor], payment_id: str) -> Amount | None:
    """What the payment provider kept of a payment; None where nothing was heard of a fee."""
    wanted: Any = (
        select(Posting)
        .join(Entry, points_at(Posting, "entry_id", Entry))
        .where(Entry.source_id == Payment.read_id(payment_id), Entry.event == Event.GATEWAY_FEE)
    )
    kept = work.exec(wanted).first()
    return amount(kept.amount_minor, kept.currency, setting(work).locale) if kept else None


def _acts(work: Work[AdminActor], payment: Payment) -> list[UUID]:
    lots = select(CreditLot.id).where(CreditLot.payment_id == payment.id)
    drawn: Any = (
        select(Entry.source_id)
        .join(Posting, points_at(Posting, "entry_id", Entry))
        .where(col(Posting.debit_item_id).in_(lots), Entry.event == Event.REFUND_FROM_CREDIT)
    )
    asked: tuple[Any, ...] = (
        select(Refund.id).where(Refund.payment_id == payment.id),
        select(Dispute.id).where(Dispute.payment_id == payment.id),
        select(Allocation.act_id).where(Allocation.payment_id == payment.id),
        drawn,
    )
    return list({payment.id, *(act for each in asked for act in work.exec(each))})


def _account(code: str) -> str:
    return f"{code} {CHART[Code(code)].name}"
