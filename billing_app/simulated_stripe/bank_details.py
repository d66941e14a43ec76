"""The account that a customer transfers to: their own for each currency, and for good."""

from __future__ import annotations

import hashlib

from billing_app.simulated_stripe.desk import Obj, Params
from billing_app.simulated_stripe.instruments import TRANSFERS_OF
from billing_app.simulated_stripe.refusals import Refusal

HOLDER = "Simulated Stripe"


def read_transfer(given: Params, currency: str, param: str) -> Obj:
    """The kind of transfer that was asked for, which has to fit the currency."""
    kind = given.get("type", "")
    if TRANSFERS_OF.get(currency) != kind:
        raise Refusal(
            f"The bank transfer type {kind or '(none)'} is not available for {currency}.",
            param=f"{param}[type]",
        )
    country = given.get("eu_bank_transfer", {}).get("country")
    if kind == "eu_bank_transfer" and country not in {"BE", "DE", "ES", "FR", "IE", "NL"}:
        raise Refusal(
            "Choose one of BE, DE, ES, FR, IE or NL as the country of the account.",
            code="parameter_missing" if country is None else "",
            param=f"{param}[eu_bank_transfer][country]",
        )
    return {"type": kind, "country": country or {"gbp": "GB", "jpy": "JP", "mxn": "MX"}.get(
        currency, "US")}  # fmt: skip


def reference_of(customer: str) -> str:
    """What the customer writes on a transfer."""
    return _digits(customer, "reference", 12)


def addresses(customer: str, currency: str, country: str) -> list[Obj]:
    """The account, as Stripe describes one of this currency."""
    number = _digits(customer, currency, 10)
    kind, network, details = {
        "eur": ("iban", "sepa", {"bic": "SIMUDE00XXX", "country": country,
                                 "iban": f"{country}00000000{number}"}),
        "gbp": ("sort_code", "bacs", {"account_number": number[:8], "sort_code": "000000"}),
        "jpy": ("zengin", "zengin", {"account_number": number[:7], "account_type": "futsu",
                                     "bank_code": "0000", "bank_name": HOLDER,
                                     "branch_code": "000", "branch_name": HOLDER}),
        "mxn": ("spei", "spei", {"bank_code": "000", "bank_name": HOLDER,
                                 "clabe": f"000000{number}00"}),
    }.get(currency, ("aba", "ach", {"account_number": number, "account_type": "checking",
                                    "bank_name": HOLDER, "routing_number": "0" * 9}))  # fmt: skip
    place = dict.fromkeys(("city", "line1", "line2", "postal_code", "state")) | {"country": country}
    whole = {
        "account_holder_name": HOLDER,
        "account_holder_address": place,
        "bank_address": place,
    }
    return [{"type": kind, "supported_networks": [network], kind: whole | details}]


def _digits(customer: str, purpose: str, count: int) -> str:
    found = hashlib.sha256(f"{customer} {purpose}".encode()).hexdigest()
    return str(int(found, 16))[:count]
