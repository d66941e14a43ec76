"""Trying a command out: what it would move, before anybody decides; afterwards nothing moved.

The command itself is run, so that what is shown is what would happen, and then undone with
all that it wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Clerk, Member
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import CHART, Code
from billing_app.models.ledger import Entry, Posting


@dataclass(frozen=True)
class WouldMove:
    """One posting that a command would make."""

    debit: str
    credit: str
    amount: Money


class TriedOut(Exception):
    """Not a refusal: what the command would move. Raising it undoes the transaction."""

    def __init__(self, moves: list[WouldMove]) -> None:
        super().__init__("tried out")
        self.moves = moves


@command_step
def undo_and_tell(work: Work[Clerk], since: UUID) -> NoReturn:
    """End a command that was only tried out. ``since`` is an id drawn before it began."""
    by = work.actor.membership_id if isinstance(work.actor, Member) else None
    wanted = (
        select(Posting)
        .join(Entry, col(Entry.id) == Posting.entry_id)
        .where(col(Entry.id) > since, Entry.membership_id == by)
    )
    ordered = wanted.order_by(col(Posting.entry_id), col(Posting.position))
    raise TriedOut(
        [
            WouldMove(
                _account(row.debit_account),
                _account(row.credit_account),
                Money(row.amount_minor, row.currency),
            )
            for row in work.exec(ordered)
        ]
    )


def _account(code: str) -> str:
    return f"{code} {CHART[Code(code)].name}"
