"""What the lines of a document come to: the same lines and rules, always the same sums.

Money is rounded at two points only: once for each line's amount, and once for the tax, of
each rate on the whole document or of each line, as the document says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, MixedCurrencies, Money
from billing_app.kernel.quantities import LARGEST_MILLI, MILLI
from billing_app.kernel.rates import BASIS, tax_on, tax_within


class Rounding(StrEnum):
    """Where the tax of a document is rounded; frozen on it when it is issued."""

    DOCUMENT = "document"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Line:
    """What a line asks for. The price contains tax or not, as its document says."""

    quantity_milli: int
    unit_price: Money
    discount_bp: int
    tax_bp: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line comes to: ``gross`` is ``net`` and ``tax``."""

    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class TaxAtRate:
    """One row of the tax summary that a tax invoice must show."""

    tax_bp: int
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Priced:
    """What a document comes to. Its lines, and its taxes by rate, sum to it exactly."""

    lines: tuple[PricedLine, ...]
    taxes: tuple[TaxAtRate, ...]
    net: Money
    tax: Money
    total: Money


def price(lines: Sequence[Line], currency: str, *, inclusive: bool, rounding: str) -> Priced:
    """Work out a document. With ``inclusive`` prices the gross is given and never changes."""
    for line in lines:
        _check(line, currency)
    amounts = [_amount(line) for line in lines]
    taxes = _taxes(lines, amounts, inclusive=inclusive, rounding=Rounding(rounding))
    priced = tuple(
        PricedLine(amount - tax, tax, amount)
        if inclusive
        else PricedLine(amount, tax, amount + tax)
        for amount, tax in zip(amounts, taxes, strict=True)
    )
    net = sum((line.net for line in priced), Money.zero(currency))
    tax = sum((line.tax for line in priced), Money.zero(currency))
    if (net + tax).minor > LARGEST_MINOR:
        raise Invalid(
            "The total is larger than a document can ask for. Check the quantities and prices.",
            field="lines",
        )
    return Priced(priced, _by_rate(lines, priced, currency), net, tax, net + tax)


def _check(line: Line, currency: str) -> None:
    """Refuse what no form of ours offers, but a caller could still send."""
    if line.unit_price.currency != currency:
        raise MixedCurrencies(
            f"This document is in {currency}, so every price has to be in {currency}.",
            field="unit_price",
        )
    if line.unit_price.minor < 0:
        raise Invalid("A price cannot be below zero.", field="unit_price")
    if line.unit_price.minor > LARGEST_MINOR:
        raise Invalid("The price is too large.", field="unit_price")
    if type(line.quantity_milli) is not int or line.quantity_milli <= 0:
        raise Invalid("Enter a quantity above zero.", field="quantity")
    if line.quantity_milli > LARGEST_MILLI:
        raise Invalid("The quantity is too large.", field="quantity")
    if type(line.discount_bp) is not int or not 0 <= line.discount_bp <= BASIS:
        raise Invalid("A discount is between nothing and the whole price.", field="discount")
    if not 0 <= line.tax_bp <= BASIS:
        raise Invalid("A tax rate is between nothing and the whole price.", field="tax")


def _amount(line: Line) -> Money:
    """Quantity times price less discount, rounded once."""
    kept = line.quantity_milli * (BASIS - line.discount_bp)
    return line.unit_price.part(kept, MILLI * BASIS)


def _taxes(
    lines: Sequence[Line], amounts: Sequence[Money], *, inclusive: bool, rounding: Rounding
) -> list[Money]:
    """The tax of each line, in order."""
    tax_of = tax_within if inclusive else tax_on
    if rounding is Rounding.LINE:
        return [tax_of(amount, line.tax_bp) for line, amount in zip(lines, amounts, strict=True)]
    taxes: dict[int, Money] = {}
    for tax_bp in {line.tax_bp for line in lines}:
        places = [place for place, line in enumerate(lines) if line.tax_bp == tax_bp]
        own = [amounts[place] for place in places]
        whole = tax_of(sum(own[1:], own[0]), tax_bp)
        parts = whole.allocate([amount.minor for amount in own]).parts
        taxes.update(zip(places, parts, strict=True))
    return [taxes[place] for place in range(len(lines))]


def _by_rate(
    lines: Sequence[Line], priced: Sequence[PricedLine], currency: str
) -> tuple[TaxAtRate, ...]:
    sums: dict[int, tuple[Money, Money]] = {}
    for line, each in zip(lines, priced, strict=True):
        net, tax = sums.get(line.tax_bp, (Money.zero(currency), Money.zero(currency)))
        sums[line.tax_bp] = (net + each.net, tax + each.tax)
    return tuple(TaxAtRate(tax_bp, *sums[tax_bp]) for tax_bp in sorted(sums))
