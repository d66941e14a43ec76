"""Money: whole minor units of one currency, and the only rounding of the house.

There is no division. A part of an amount is rounded half up, away from zero; a whole that
must stay whole is allocated. Both work on integers, so that no sum is ever almost right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_app.kernel.currencies import exponent
from billing_app.kernel.errors import Invalid

LARGEST_MINOR = 999_999_999_999
"""The most that one document or one payment can be about, in minor units.

It is far below what a column, or a number in a browser, can hold exactly.
"""


class MixedCurrencies(Invalid):
    """Two currencies met where only one can be."""

    sentence = "These amounts are in different currencies. Nothing was changed."


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to a fraction; a half goes away from zero."""
    if denominator <= 0:
        raise ValueError("A fraction of money needs a denominator above zero.")
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return nearest if numerator >= 0 else -nearest


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that knows its currency.

    Equal means the same amount of the same currency. Adding or ordering two currencies
    raises, so that nothing is ever netted across them.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("Money is counted in whole minor units.")
        exponent(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, of a currency: where a sum starts."""
        return cls(0, currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """For logs and our own eyes, in every language alike: ``AUD -12.30``."""
        decimals = exponent(self.currency)
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(decimals + 1, "0")
        cut = len(digits) - decimals
        point = "." if decimals else ""
        return f"{self.currency} {sign}{digits[:cut]}{point}{digits[cut:]}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._beside(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._beside(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._beside(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._beside(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._beside(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._beside(other)

    def times(self, count: int) -> Money:
        """The same amount so many times."""
        return Money(self.minor * count, self.currency)

    def part(self, numerator: int, denominator: int) -> Money:
        """A fraction of the amount, rounded once."""
        return Money(half_up(self.minor * numerator, denominator), self.currency)

    def allocate(self, weights: Sequence[int]) -> Allocation:
        """Divide the whole by weight, losing and inventing nothing.

        Each part first gets what is due to it in whole units. The units left over go one
        each to the parts that came nearest to another, the earlier of two that tie.
        """
        total = sum(weights)
        if min(weights, default=-1) < 0 or (total == 0 and self.minor):
            raise ValueError("Weights must not be negative, and some must be above zero.")
        if total == 0:
            return Allocation((self,) * len(weights), ())
        shares = [divmod(abs(self.minor) * weight, total) for weight in weights]
        left_over = abs(self.minor) - sum(whole for whole, _ in shares)
        nearest = sorted(range(len(shares)), key=lambda index: -shares[index][1])
        odd = frozenset(nearest[:left_over])
        sign = -1 if self.minor < 0 else 1
        parts = tuple(
            Money(sign * (whole + (index in odd)), self.currency)
            for index, (whole, _) in enumerate(shares)
        )
        return Allocation(parts, tuple(sorted(odd)))

    def _beside(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MixedCurrencies
        return other.minor


@dataclass(frozen=True, slots=True)
class Allocation:
    """The parts of a whole, in the order of their weights.

    ``odd`` says which of them took one of the minor units that were left over.
    """

    parts: tuple[Money, ...]
    odd: tuple[int, ...]
