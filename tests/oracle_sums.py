"""Prices, shares and remainders as domain.md has them, on plain integers alone."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE_RATE = 10_000
ONE_PIECE = 1_000

Line = tuple[int, int, int, int]
"""Thousandths of a piece, price of one, discount and tax in basis points."""


def nearest(numerator: int, denominator: int) -> int:
    """Half up; nothing here is negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def shared_out(whole: int, weights: Sequence[int]) -> list[int]:
    """The largest remainder gets what is left over, the earlier of two that tie."""
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(
        range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place)
    )
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def priced(lines: Sequence[Line], *, inclusive: bool, by_line: bool) -> list[tuple[int, int]]:
    """Gross and tax of each line (domain.md 6.10): line net, tax per rate, then shared out."""
    amounts = [
        nearest(price * pieces * (WHOLE_RATE - discount), ONE_PIECE * WHOLE_RATE)
        for pieces, price, discount, _ in lines
    ]
    taxes = [0] * len(lines)
    groups = [[place] for place in range(len(lines))]
    if not by_line:
        rates = {tax for *_, tax in lines}
        groups = [[i for i, line in enumerate(lines) if line[3] == rate] for rate in rates]
    for places in groups:
        rate = lines[places[0]][3]
        amount = sum(amounts[place] for place in places)
        tax = nearest(amount * rate, WHOLE_RATE + rate if inclusive else WHOLE_RATE)
        if tax:
            weights = [amounts[place] for place in places]
            for place, part in zip(places, shared_out(tax, weights), strict=True):
                taxes[place] = part
    return [
        (amount if inclusive else amount + tax, tax)
        for amount, tax in zip(amounts, taxes, strict=True)
    ]


def tax_taken(row: dict[str, int], by: int) -> int:
    """The tax in the next part taken off a line (6.7): what was stored, the last the rest."""
    if not by:
        return 0
    should = nearest(row["tax"] * (row["noted"] + by), row["gross"])
    return min(should - row["noted_tax"], by)
