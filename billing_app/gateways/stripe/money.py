"""Amounts as Stripe counts them, which is not always as ISO counts them.

Stripe names an amount in the smallest unit that it takes of a currency. Its own table says
how many decimals that are, and where an amount has no such name it is refused, not rounded.
"""

from __future__ import annotations

from billing_app.gateways.refusals import GatewayRefusal
from billing_app.kernel.currencies import exponent
from billing_app.kernel.money import Money, half_up

_USUAL = 2
_UNUSUAL = {
    0: "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF",
    3: "BHD JOD KWD OMR TND",
}
_DECIMALS = {code: decimals for decimals, codes in _UNUSUAL.items() for code in codes.split()}
_NOT_TAKEN = {"CLF", "IQD", "LYD", "UGX", "UYI", "UYW"}
"""Of these Stripe takes none, except for UGX, of which it says two different things."""

_THREE_DECIMALS_END_IN = 10

_LEAST = {
    30: "GBP",
    50: "AUD BRL CAD CHF EUR INR JPY NZD SGD USD",
    1_00: "BGN",
    2_00: "AED MYR PLN RON",
    2_50: "DKK",
    3_00: "NOK SEK",
    4_00: "HKD",
    10_00: "MXN THB",
    15_00: "CZK",
    175_00: "HUF",
}
"""The least that Stripe charges, in its own units; of other currencies it says nothing."""

_LEAST_OF = {code: least for least, codes in _LEAST.items() for code in codes.split()}
_MOST = 99_999_999


def takes(currency: str) -> bool:
    """Whether we can tell Stripe an amount of that currency at all."""
    return currency not in _NOT_TAKEN


def can_charge(money: Money) -> bool:
    """Whether Stripe charges an amount like this one."""
    try:
        amount = to_stripe(money)
    except GatewayRefusal:
        return False
    return _LEAST_OF.get(money.currency, 1) <= amount <= _MOST


def to_stripe(money: Money) -> int:
    """The amount in Stripe's units, or a refusal that says which amounts it takes."""
    if not takes(money.currency):
        raise GatewayRefusal(
            f"Amounts in {money.currency} cannot be paid this way. Nothing was charged.",
            code="currency_not_supported",
        )
    decimals = _decimals(money.currency)
    times, parts = _scale(exponent(money.currency), decimals)
    amount, left = divmod(money.minor * times, parts)
    if left:
        raise _too_fine(money, "whole amounts")
    if decimals > _USUAL and amount % _THREE_DECIMALS_END_IN:
        raise _too_fine(money, "amounts that end in 0")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """Stripe's amount as ours. Only a fee can be finer than what we count, and is rounded."""
    code = currency.upper()
    times, parts = _scale(_decimals(code), exponent(code))
    return Money(half_up(amount * times, parts), code)


def _scale(decimals: int, wanted: int) -> tuple[int, int]:
    """What to multiply by, and what to divide by, for another number of decimals."""
    return 10 ** max(wanted - decimals, 0), 10 ** max(decimals - wanted, 0)


def _decimals(currency: str) -> int:
    return _DECIMALS.get(currency, _USUAL)


def _too_fine(money: Money, which: str) -> GatewayRefusal:
    return GatewayRefusal(
        f"In {money.currency} only {which} can be paid this way, and this one is {money}."
        " Nothing was charged. Please choose another amount or another way to pay.",
        code="amount_too_fine",
    )
