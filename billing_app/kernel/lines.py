"""What a line of a document asks for, as a person types it or a program says it."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.kernel.amounts import read_amount
from billing_app.kernel.money import Money
from billing_app.kernel.quantities import MILLI, read_quantity
from billing_app.kernel.rates import read_rate


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """One line of a draft: a price for each of so many, less a discount the customer sees."""

    description: str
    unit_price: Money
    quantity_milli: int = MILLI
    discount_bp: int = 0
    tax_rate_id: str = ""


def read_draft_line(
    *,
    description: str,
    quantity: str,
    unit_price: str,
    currency: str,
    locale: str,
    discount: str = "",
    tax_rate_id: str = "",
) -> DraftLine:
    """A line as it was typed into a form; a price may be zero, a discount left empty."""
    return DraftLine(
        description=description,
        unit_price=read_amount(unit_price, currency, locale, field="unit_price", zero=True).money,
        quantity_milli=read_quantity(quantity, locale),
        discount_bp=read_rate(discount, locale, field="discount") if discount.strip() else 0,
        tax_rate_id=tax_rate_id,
    )
