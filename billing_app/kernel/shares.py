"""Taking part of an amount off, again and again, until nothing is left and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_app.kernel.money import Money, half_up


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is taken off an amount that contains tax, in minor units."""

    net: int
    tax: int
    gross: int


NOTHING_OFF = Reduced(net=0, tax=0, gross=0)


def reduced(*, by: int, before: Reduced, tax: int, gross: int) -> Reduced:
    """The net and tax in the next ``by`` of a gross amount, of which ``before`` is off already.

    The tax taken off so far comes to the share of the original tax, rounded once. So many
    small parts never take off more tax than there is, and the last one takes what is left.
    """
    off = before.gross + by
    if not 0 <= before.gross <= off <= gross or not by:
        raise ValueError("No more can be taken off than there is.")
    of_tax = min(half_up(tax * off, gross) - before.tax, by)
    return Reduced(net=by - of_tax, tax=of_tax, gross=by)


def with_less_tax(parts: Sequence[Reduced], most: Money) -> list[Reduced]:
    """The same parts with at most so much tax in all of them; what is above it counts as net."""
    taxes = [part.tax for part in parts]
    if sum(taxes) <= most.minor:
        return list(parts)
    return [
        Reduced(net=part.gross - tax, tax=tax, gross=part.gross)
        for part, tax in zip(parts, spread(most, taxes), strict=True)
    ]


def spread(amount: Money, rests: Sequence[int]) -> list[int]:
    """An amount over several rests in proportion, and never more than the rest on any."""
    if amount.minor > sum(rests):
        raise ValueError("No more can be taken off than there is.")
    return [part.minor for part in amount.allocate(rests).parts]
