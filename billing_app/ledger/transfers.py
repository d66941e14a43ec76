"""Transfers: value that leaves one account for another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Account


@dataclass(frozen=True)
class Transfer:
    """Value leaving one account for another.

    Both sides share one amount, so a transfer is never half written and never unbalanced.
    It is never backwards either: what goes the other way has its sides the other way.
    """

    debit: Account
    credit: Account
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError(f"A transfer moves a positive amount, not {self.amount}.")
        if self.debit == self.credit:
            raise ValueError(f"A transfer moves between two accounts, not within {self.debit}.")

    def turned(self) -> Transfer:
        """The transfer that takes this one back."""
        return Transfer(self.credit, self.debit, self.amount)


Transfers = tuple[Transfer, ...]


def moves(debit: Account, credit: Account, amount: Money) -> Transfers:
    """One transfer, or none where there is nothing to move."""
    return (Transfer(debit, credit, amount),) if amount else ()


def turned(transfers: Iterable[Transfer]) -> Transfers:
    """What takes all of these back, in the same order."""
    return tuple(transfer.turned() for transfer in transfers)
