"""The taxes that a line of a document can name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.rates import show_rate
from billing_app.models.books import TaxRate
from billing_app.reads.locales import setting


@dataclass(frozen=True)
class TaxRateRow:
    """A tax under its name, with its rate in words."""

    id: str
    words: str
    archived: bool


@admin_read()
def tax_rates(work: Work[AdminActor]) -> list[TaxRateRow]:
    """All taxes by their names; those no longer in use are marked."""
    locale = setting(work).locale
    rates = work.exec(select(TaxRate).order_by(col(TaxRate.name), col(TaxRate.id)))
    return [
        TaxRateRow(
            rate.shown_id,
            f"{rate.name} {show_rate(rate.rate_bp, locale)}",
            rate.archived_at is not None,
        )
        for rate in rates
    ]
