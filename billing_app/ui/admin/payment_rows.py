"""The rows of the pages of payments: what was paid, what went back, and what was heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billing_app.kernel.amounts import show_amount
from billing_app.kernel.money import Money
from billing_app.reads.attempts import AttemptView, HeardView
from billing_app.reads.money_back import DisputeView, RefundAttemptView
from billing_app.reads.payment_lists import MoneyRow
from billing_app.reads.payment_record import PaymentRecord
from billing_app.reads.payments import DocumentPaid
from billing_app.reads.refunds import RefundRow
from billing_app.reads.statuses import Flag
from billing_app.reads.times import at_time, on_day
from billing_app.ui.admin.attempt_words import STANDINGS, WAYS
from billing_app.ui.admin.rooms import room_of

BEGUN_BY = {
    "payer": "Whoever held the pay link",
    "contact": "The customer, signed in",
    "admin": "An admin",
    "organization": "By itself",
}
_SOURCES = {
    "submission": "We asked",
    "return": "The payer came back",
    "webhook": "The provider told us",
    "reconciler": "We looked again",
}
_BY_HAND = ("let go", "dealt with")
_VERDICTS = {
    "applied": "Taken in",
    "known": "Known already",
    "late": "Too late",
    "noted": "Noted",
    "quarantined": "Put aside",
}
_REFUNDS = {
    "created": ("Processing", "Not finished"),
    "unknown": ("Unknown", "Being checked"),
    "pending": ("Processing", "On its way"),
    "succeeded": ("Refunded", "Refunded"),
    "failed": ("Failed", "Failed"),
    "canceled": ("Closed", "Given up"),
}
_DISPUTES = {
    "warning": ("Disputed", "Asked about"),
    "open": ("Disputed", "Disputed"),
    "won": ("Paid", "Won"),
    "lost": ("Disputed", "Lost"),
}


@dataclass(frozen=True)
class MoneyLine:
    """A payment or an attempt, as a line of the list."""

    id: str
    on: str
    party: str
    way: str
    documents: str
    amount: str
    look: str
    standing: str
    flags: list[str]


@dataclass(frozen=True)
class PaidLine:
    """A document that is or was to be paid, and how much of it."""

    id: str
    name: str
    path: str
    amount: str


@dataclass(frozen=True)
class BackLine:
    """Money that went back or may: a refund, or a dispute."""

    id: str
    what: str
    note: str
    on: str
    look: str
    standing: str
    amount: str


@dataclass(frozen=True)
class HeardLine:
    """One message: from where, what it said, and what was made of it."""

    at: str
    about: str
    source: str
    said: str
    verdict: str
    why: str


def money_lines(rows: Iterable[MoneyRow]) -> list[MoneyLine]:
    """The rows of a page of the list."""
    lines = []
    for row in rows:
        undone = Flag.TAKEN_BACK in row.flags
        received = ("Taken back", "Taken back") if undone else ("Paid", "Received")
        look, standing = STANDINGS[row.state] if row.state else received
        lines.append(
            MoneyLine(
                id=row.id,
                on=row.on,
                party=row.party,
                way=WAYS.get(row.way, row.way),
                documents=row.documents,
                amount=row.amount.text,
                look=look,
                standing=standing,
                flags=[flag for flag in row.flags if flag != Flag.TAKEN_BACK],
            )
        )
    return lines


def paid_lines(paid: Iterable[DocumentPaid]) -> list[PaidLine]:
    """The documents, each with the way to its page."""
    return [
        PaidLine(
            id=each.id,
            name=each.name,
            path=room_of(each.id),
            amount=each.amount.text,
        )
        for each in paid
    ]


def back_lines(found: PaymentRecord) -> list[BackLine]:
    """What went back, what is just going, and what the payer's bank wants back."""
    recorded = [_refund(row) for row in (found.payment.refunds if found.payment else [])]
    if found.money_back is None:
        return recorded
    there = {row.id.partition("_")[2] for row in recorded}
    tried = [
        _tried(each, found)
        for each in found.money_back.refunds
        if each.id.partition("_")[2] not in there
    ]
    return [*recorded, *tried, *(_dispute(each, found) for each in found.money_back.disputes)]


def heard_lines(heard: Iterable[HeardView], zone: str, about: str) -> list[HeardLine]:
    """What was heard, in order; ``about`` says of what."""
    return [
        HeardLine(
            at=at_time(each.at, zone),
            about=about,
            source=_source(each),
            said="requires action" if each.said == "requires_action" else each.said,
            verdict=_VERDICTS[each.verdict],
            why=each.why,
        )
        for each in heard
    ]


def _source(each: HeardView) -> str:
    """From where it was heard, by which name; an admin's own word is theirs."""
    who = "An admin" if each.about in _BY_HAND else _SOURCES[each.source]
    return f"{who} ({each.about})" if each.about else who


def all_heard(found: PaymentRecord) -> list[HeardLine]:
    """Every message about the payment, about each refund of it and about each dispute."""
    lines = heard_lines(found.attempt.heard, found.zone, "Payment") if found.attempt else []
    if found.money_back is None:
        return lines
    for refund in found.money_back.refunds:
        lines += heard_lines(refund.heard, found.zone, "Refund")
    for dispute in found.money_back.disputes:
        lines += heard_lines(dispute.heard, found.zone, "Dispute")
    return [*lines, *heard_lines(found.money_back.put_aside, found.zone, "Money back")]


def attempt_facts(tried: AttemptView, found: PaymentRecord) -> dict[str, str]:
    """What is to be known of an attempt beside how it stands."""
    return {
        "begun_by": BEGUN_BY[tried.begun_by],
        "begun": at_time(tried.made_at, found.zone),
        "changed": at_time(tried.changed_at, found.zone),
        "key": tried.key,
        "reference": tried.gateway_payment,
        "submitted": str(tried.submitted),
        "tries": str(tried.tries),
        "retry_of": tried.retry_of_id,
        "failure": tried.failure,
    }


def _refund(row: RefundRow) -> BackLine:
    look = "Taken back" if row.taken_back else "Refunded"
    note = " ".join(each for each in (f"{row.way}.", row.reason, row.reference) if each)
    return BackLine(row.id, row.choice, note, row.refunded_on, look, look, row.amount.text)


def _tried(each: RefundAttemptView, found: PaymentRecord) -> BackLine:
    look, standing = _REFUNDS[each.state]
    on = on_day(each.made_at, found.zone)
    note = each.failure or each.reason
    return BackLine(each.id, "Refund", note, on, look, standing, _text(each.amount, found))


def _dispute(each: DisputeView, found: PaymentRecord) -> BackLine:
    look, standing = _DISPUTES[each.state]
    undecided = each.state in ("warning", "open") and each.due_by
    until = on_day(each.due_by, found.zone) if undecided and each.due_by else ""
    note = f"Answer it at the payment provider until {until}." if until else ""
    on = on_day(each.opened_at, found.zone)
    return BackLine(each.id, "Dispute", note, on, look, standing, _text(each.amount, found))


def _text(money: Money, found: PaymentRecord) -> str:
    return show_amount(money, found.locale)
