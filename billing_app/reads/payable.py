"""What can be paid of a document now, and by when: behind its link and in its customer's portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from billing_app.gateways.payments import Way
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
    AWAITED = "awaited"
    """What they chose to transfer before: the account for it is told again."""


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


def due_now(due: Sequence[Due], most: int, now: date) -> int:
    """What is due by today, as far as it can be paid."""
    return min(sum(each.left for each in due if each.on <= now), most)


def due_words(document: Document, due: Sequence[Due], now: date) -> str:
    """By when it is to be paid, in words; a request is no debt, so it is never late."""
    open_ = [each.on for each in due if each.left]
    if not open_:
        return ""
    if isinstance(document, CreditRequest):
        return f"Asked for by {day(open_[0])}"
    days = (open_[0] - now).days
    many = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    when = f"in {many}" if days > 0 else f"{many} ago" if days else "today"
    first = "First part due" if len(open_) > 1 else "Due"
    return f"{first if days >= 0 else 'Was due'} on {day(open_[0])}, {when}"
