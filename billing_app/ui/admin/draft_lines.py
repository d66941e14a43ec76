"""The lines of a draft while they are being typed: their words, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from billing_app.kernel.errors import Invalid
from billing_app.kernel.lines import DraftLine, read_draft_line

_NOT_COMPLETE = "Not saved until it has a description and a price."


@dataclass(frozen=True)
class LineWords:
    """A line as it was typed. Its key stays the same for as long as its fields are on screen."""

    key: str
    description: str = ""
    quantity: str = "1"
    unit_price: str = ""
    discount: str = ""
    tax_rate_id: str = ""
    total: str = ""
    problem: str = ""
    wrong_field: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed that could be meant."""
        return not self.description.strip() and not self.unit_price.strip()


@dataclass(frozen=True)
class Understood:
    """The lines with what is wrong beside them, and those that can be kept."""

    lines: list[LineWords]
    kept: list[DraftLine]
    wrong: int
    """How many of them cannot be kept as they are; blank ones ask for nothing."""


def understood(lines: Sequence[LineWords], currency: str, locale: str) -> Understood:
    """What was typed, as far as it can be understood."""
    told: list[LineWords] = []
    kept: list[DraftLine] = []
    wrong = 0
    for line in lines:
        fine = replace(line, problem="", wrong_field="")
        if not line.is_blank:
            try:
                kept.append(_read(line, currency, locale))
            except Invalid as refusal:
                fine = replace(line, problem=str(refusal), wrong_field=refusal.field, total="")
                wrong += 1
        told.append(fine)
    return Understood(told, kept, wrong)


def _read(line: LineWords, currency: str, locale: str) -> DraftLine:
    if not line.description.strip() or not line.unit_price.strip():
        missing = "unit_price" if line.description.strip() else "description"
        raise Invalid(_NOT_COMPLETE, field=missing)
    return read_draft_line(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        currency=currency,
        locale=locale,
        discount=line.discount,
        tax_rate_id=line.tax_rate_id,
    )
