"""What people pay with: the ways Stripe has for a currency, and what to call a card."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Literal

import stripe
from stripe.params import checkout as page_params

from billing_app.gateways.payments import Saved, Way
from billing_app.gateways.refusals import GatewayRefusal
from billing_app.gateways.stripe.money import takes
from billing_app.kernel.entries import fit_to_keep

_DEBITS = {
    "AUD": "au_becs_debit",
    "EUR": "sepa_debit",
    "GBP": "bacs_debit",
    "USD": "us_bank_account",
}
_VirtualAccount = page_params.SessionCreateParamsPaymentMethodOptionsCustomerBalanceBankTransfer
_TransferKind = Literal[
    "eu_bank_transfer",
    "gb_bank_transfer",
    "jp_bank_transfer",
    "mx_bank_transfer",
    "us_bank_transfer",
]
_TRANSFERS: dict[str, _TransferKind] = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "MXN": "mx_bank_transfer",
    "USD": "us_bank_transfer",
}
_COUNTRY_OF_EURO_ACCOUNTS = "DE"
"""Stripe has virtual accounts for euros in a few countries; a transfer reaches any of them."""

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_LONGEST_BANK, _LONGEST_NAME = 40, 60


def ways(currency: str) -> Sequence[Way]:
    """How an amount of that currency can be paid on the page."""
    if not takes(currency):
        return ()
    debit = (Way.DIRECT_DEBIT,) if currency in _DEBITS else ()
    transfer = (Way.BANK_TRANSFER,) if currency in _TRANSFERS else ()
    return (Way.CARD, *debit, *transfer)


def kind_of(way: Way, currency: str) -> str:
    """Stripe's word for a way of paying, or a refusal where it has none."""
    if way not in ways(currency):
        raise GatewayRefusal(
            f"This way of paying is not there for {currency}. Nothing was charged. Please choose"
            " another.",
            code="way_not_offered",
        )
    if way is Way.CARD:
        return "card"
    return _DEBITS[currency] if way is Way.DIRECT_DEBIT else "customer_balance"


def virtual_account(currency: str) -> _VirtualAccount:
    """What a page for a transfer has to know: which account it shows the payer."""
    kind = _TRANSFERS[currency]
    if kind == "eu_bank_transfer":
        return {"type": kind, kind: {"country": _COUNTRY_OF_EURO_ACCOUNTS}}
    return {"type": kind}


def words_of(thing: object) -> str:
    """What to call it: 'Visa •••• 4242'. Takes a saved method or how a charge was paid."""
    kind = str(getattr(thing, "type", ""))
    details = getattr(thing, kind, None)
    if kind == "customer_balance":
        return "Bank transfer"
    digits = getattr(details, "last4", None)
    if not digits:
        return ""
    return fit_to_keep(f"{_name(kind, details)} •••• {digits}", longest=_LONGEST_NAME)


def saved_of(method: stripe.PaymentMethod) -> Saved | None:
    """A saved way of paying, if its owner agreed to its being kept and it is one we know."""
    agreed = getattr(method, "allow_redisplay", "") == "always"
    return method_of(method) if agreed else None


def method_of(method: stripe.PaymentMethod) -> Saved | None:
    """A way of paying that is somebody's and one we know."""
    if method.customer is None:
        return None
    if method.type != "card" and method.type not in _DEBITS.values():
        return None
    kind = Way.CARD if method.type == "card" else Way.DIRECT_DEBIT
    return Saved(method.id, kind, words_of(method), _last_day(getattr(method, "card", None)))


def _name(kind: str, details: object) -> str:
    if kind == "card":
        return _BRANDS.get(str(getattr(details, "brand", "")), "Card")
    bank = str(getattr(details, "bank_name", None) or "")[:_LONGEST_BANK]
    return bank or ("SEPA account" if kind == "sepa_debit" else "Bank account")


def _last_day(card: stripe.PaymentMethod.Card | None) -> date | None:
    """A card is good until the end of its month."""
    if card is None:
        return None
    _, days = calendar.monthrange(card.exp_year, card.exp_month)
    return date(card.exp_year, card.exp_month, days)
