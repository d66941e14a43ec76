"""What can be paid of a document now, and by when: behind its link and in its customer's portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from billing_app.gateways.payments import Way
from billing_app.kernel.tongue import tell, tell_many
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.reads.shown import day
from billing_app.reads.statuses import Due

Document = Invoice | CreditRequest


class Standing(StrEnum):
    """What its page is for at the moment."""

    PAYABLE = "payable"
    PROCESSING = "processing"
    BEING_PAID = "being paid"
    PAID = "paid"
    VOID = "void"


class Much(StrEnum):
    """How much somebody wants to pay: all of it, the part that is due, or an amount they type."""

    ALL = "all"
    PART = "part"
    OTHER = "other"
    BEGUN = "begun"
    """What was begun and is not finished: its page or its account is shown again."""


def transfers_chosen() -> Any:
    """Asks for the attempts of those who were told an account, and whose money is not there.

    The gateway names a payment once its page was sent, and not before.
    """
    return select(PaymentAttempt.id).where(
        PaymentAttempt.how == "page",
        PaymentAttempt.method == Way.BANK_TRANSFER,
        PaymentAttempt.state == "requires_action",
        col(PaymentAttempt.gateway_payment).is_not(None),
    )


def on_its_way(claims: Sequence[AttemptClaim]) -> int:
    """What is on its way and has not cleared."""
    return sum(claim.amount_minor for claim in claims if claim.attempt_state == "processing")


def standing(document: Document, most: int, claims: Sequence[AttemptClaim]) -> Standing:
    """What a document's page is for, when so much of it can be paid."""
    if document.state == "void":
        return Standing.VOID
    if not document.still_to_pay_minor:
        return Standing.PAID
    if any(claim.attempt_state == "unknown" for claim in claims):
        return Standing.BEING_PAID
    return Standing.PAYABLE if most else Standing.PROCESSING


def due_now(due: Sequence[Due], coming: int, now: date) -> int:
    """What is due by today, without what is on its way: that is for what is due first."""
    return max(sum(each.left for each in due if each.on <= now) - coming, 0)


def due_words(document: Document, due: Sequence[Due], now: date) -> str:
    """By when it is to be paid, in words; a request is no debt, so it is never late."""
    open_ = [each.on for each in due if each.left]
    if not open_:
        return ""
    if isinstance(document, CreditRequest):
        return tell("Asked for by %(day)s", day=day(open_[0]))
    days, on = (open_[0] - now).days, day(open_[0])
    is_part = len(open_) > 1
    if days < 0 and is_part:
        return tell_many(
            "A part was due on %(day)s, %(count)d day ago",
            "A part was due on %(day)s, %(count)d days ago",
            -days,
            day=on,
        )
    if days < 0:
        return tell_many(
            "Was due on %(day)s, %(count)d day ago",
            "Was due on %(day)s, %(count)d days ago",
            -days,
            day=on,
        )
    if not days and is_part:
        return tell("First part due on %(day)s, today", day=on)
    if not days:
        return tell("Due on %(day)s, today", day=on)
    if is_part:
        return tell_many(
            "First part due on %(day)s, in %(count)d day",
            "First part due on %(day)s, in %(count)d days",
            days,
            day=on,
        )
    return tell_many(
        "Due on %(day)s, in %(count)d day", "Due on %(day)s, in %(count)d days", days, day=on
    )
