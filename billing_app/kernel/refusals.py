"""Refusals that several commands about money share, each with the sentence a person reads."""

from __future__ import annotations

from billing_app.kernel.amounts import show_amount
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.tongue import language


class NotAnAmount(Invalid):
    """An amount that no form of ours offers: nothing, less than nothing, or far too much."""


class TooMuch(Conflict):
    """More than there is to pay, to refund, to credit or to let go."""

    def __init__(self, what: str, most: Money) -> None:
        at_most = f"At most {shown(most)}" if most else "Nothing"
        super().__init__(f"{at_most} {what}. Nothing was recorded.")


class WrongCurrency(Invalid):
    """Money of one currency never settles a document of another."""

    def __init__(self, name: str, currency: str, *, field: str = "amount") -> None:
        super().__init__(
            f"{name} is in {currency}, so this amount has to be in {currency}."
            " Nothing was recorded.",
            field=field,
        )


class NotPayable(Conflict):
    """The document asks for no money: a draft, void, or settled already."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} No payment was recorded on it.")


class Moved(Conflict):
    """What there is to pay is not what the page showed."""


def shown(money: Money) -> str:
    """An amount within a sentence, as the sentence's reader writes it."""
    return show_amount(money, language())


def above_zero(amount: Money, *, field: str = "amount") -> Money:
    """The amount, if it can be the amount of one payment or document."""
    if amount.minor <= 0:
        raise NotAnAmount("Enter an amount above zero. Nothing was recorded.", field=field)
    if amount.minor > LARGEST_MINOR:
        raise NotAnAmount("This amount is too large. Nothing was recorded.", field=field)
    return amount
