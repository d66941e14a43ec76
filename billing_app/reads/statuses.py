"""What documents are in at the moment, derived from their sums; nothing of this is stored.

A status says where a document stands. Flags stand beside it, never instead of it: an
invoice can be partially paid, overdue and partially refunded at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Where a document stands, in the words of the screen."""

    DRAFT = "Draft"
    VOID = "Void"
    CREDITED = "Credited"
    WRITTEN_OFF = "Written off"
    CLOSED = "Closed"
    PAID = "Paid"
    PARTIALLY_PAID = "Partially paid"
    UNPAID = "Unpaid"


class Flag(StrEnum):
    """What else is to be known of a document, a payment or a customer."""

    PENDING = "Pending"
    OVERDUE = "Overdue"
    PARTIALLY_REFUNDED = "Partially refunded"
    REFUNDED = "Refunded"
    TAKEN_BACK = "Taken back"
    DISPUTED = "Disputed"
    UNPLACED = "Unplaced"
    BAD_DEBT = "Bad debt"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The sums of one document in minor units of its currency.

    paid + credited + given up + let go + still to pay is the total. ``given_up`` are bad
    debts, ``let_go`` small balances. ``refunded`` went back, whatever became of the debt;
    ``still_owed`` is the part of it that is owed again.
    """

    total: int
    still_to_pay: int
    paid: int = 0
    credited: int = 0
    given_up: int = 0
    let_go: int = 0
    refunded: int = 0
    still_owed: int = 0

    @property
    def covered(self) -> int:
        """What of the total is not asked, or no longer: of a draft, all of it."""
        return self.total - self.still_to_pay

    @property
    def received(self) -> int:
        """What was ever paid on it, refunds or not."""
        return self.paid + self.still_owed


@dataclass(frozen=True)
class Due:
    """A day by which some of a document is due, and how much of that is still open."""

    on: date
    left: int


def invoice_status(state: str, figures: Figures) -> Status:
    """The first that applies. A rest too small to ask for is no write-off."""
    if state in ("draft", "void"):
        return Status.DRAFT if state == "draft" else Status.VOID
    if figures.still_to_pay:
        return Status.PARTIALLY_PAID if figures.paid > 0 else Status.UNPAID
    if figures.credited and not figures.paid and figures.credited == figures.total:
        return Status.CREDITED
    return Status.WRITTEN_OFF if figures.given_up else Status.PAID


def request_status(state: str, figures: Figures) -> Status:
    """Where a Credit Request stands; nobody credits or writes off what is not owed."""
    return invoice_status(state, figures)


def as_told_to_customers(status: Status) -> Status:
    """What the customer reads: that we gave up is ours to know; nothing is asked any more."""
    return Status.CLOSED if status is Status.WRITTEN_OFF else status


def flags(state: str, figures: Figures, dues: Sequence[Due], today: date) -> tuple[Flag, ...]:
    """What stands beside the status of an invoice."""
    standing = state not in ("draft", "void")
    late = standing and any(due.left and due.on < today for due in dues)
    refunded = refund_flag(figures.received, figures.refunded)
    return (*((Flag.OVERDUE,) if late else ()), *((refunded,) if refunded else ()))


def request_flags(figures: Figures) -> tuple[Flag, ...]:
    """What stands beside the status of a Credit Request. It is no debt, so it is never late."""
    refunded = refund_flag(figures.received, figures.refunded)
    return (refunded,) if refunded else ()


def refund_flag(received: int, refunded: int) -> Flag | None:
    """Whether what came in went back, whole or in part."""
    if not refunded:
        return None
    return Flag.REFUNDED if refunded >= received else Flag.PARTIALLY_REFUNDED


def dues(
    due_on: date | None, parts: Sequence[tuple[date, int]], figures: Figures
) -> tuple[Due, ...]:
    """The due parts in their order, each with what is left when earlier ones are covered first.

    A document without a plan is due at once, on its one day.
    """
    if not parts:
        return (Due(due_on, figures.still_to_pay),) if due_on else ()
    covered, found = figures.covered, []
    for on, asked in parts:
        taken = min(asked, covered)
        covered -= taken
        found.append(Due(on, asked - taken))
    return tuple(found)


def part_status(state: str, asked: int, left: int) -> Status:
    """Where one due part of a plan stands; a draft and a void invoice ask for none of theirs."""
    if state in ("draft", "void"):
        return Status.DRAFT if state == "draft" else Status.VOID
    if not left:
        return Status.PAID
    return Status.PARTIALLY_PAID if left < asked else Status.UNPAID
