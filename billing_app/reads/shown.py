"""Amounts and days as the reads hand them out: in words for people, in figures for sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from billing_app.kernel.amounts import show_amount
from billing_app.kernel.money import Money
from billing_app.kernel.tongue import tell, tell_day
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice


@dataclass(frozen=True)
class Amount:
    """An amount as it is shown, and as it is reckoned with."""

    text: str
    minor: int
    currency: str

    @property
    def money(self) -> Money:
        """The amount, to reckon with."""
        return Money(self.minor, self.currency)


@lru_cache(maxsize=16_384)
def amount(minor: int, currency: str, locale: str) -> Amount:
    """Minor units of a currency, written as the locale writes them. Many come again and again."""
    return Amount(show_amount(Money(minor, currency), locale), minor, currency)


def day(date_: date | None) -> str:
    """A date such as 21 Nov 2026; nothing for none."""
    return tell_day(date_) if date_ else ""


def titled(document: Invoice | CreditRequest) -> str:
    """The kind and number of a document that went out."""
    if isinstance(document, Invoice):
        return tell("Invoice %(number)s", number=document.number)
    return tell("Credit Request %(number)s", number=document.number)
