"""Payment methods: cards, accounts and transfers, and the mandates that debits need."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from billing_app.simulated_stripe import instruments
from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.instruments import BANK_CODES, DEBIT_OF, Instrument
from billing_app.simulated_stripe.lists import page
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.refusals import Refusal, not_simulated

_GONE = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached"
    " from a Customer, and may not be used again."
)
_NUMBER_FIELD = {
    "us_bank_account": "account_number",
    "sepa_debit": "iban",
    "bacs_debit": "account_number",
    "au_becs_debit": "account_number",
}


def create_method(desk: Desk, asked: Asked) -> Obj:
    """A method of its own. A card's number never comes this way."""
    return method_of(desk, asked.params)


def method_of(desk: Desk, params: Params) -> Obj:
    """The method that such parameters describe."""
    kind = params.get("type", "card")
    if kind == "card":
        raise Refusal(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. We"
            " suggest you use test tokens that map to the test card you are using, see"
            " https://stripe.com/docs/testing.",
            status=402,
            param="card",
        )
    more = {name: params[name] for name in ("billing_details", "metadata") if name in params}
    redisplay = params.get("allow_redisplay", "unspecified")
    if kind == "customer_balance":
        return new_method(desk, kind, None, allow_redisplay=redisplay, **more)
    if kind not in _NUMBER_FIELD:
        raise not_simulated(f"type={kind}")
    field = _NUMBER_FIELD[kind]
    number = params.get(kind, {}).get(field, "")
    found = instruments.by_number(kind, number)
    if found is None:
        raise Refusal(
            "The account number is none of the test accounts.",
            code="account_number_invalid",
            param=f"{kind}[{field}]",
        )
    return new_method(desk, kind, found, allow_redisplay=redisplay, **more)


def new_method(desk: Desk, kind: str, instrument: Instrument | None, **more: Any) -> Obj:
    """Keep a new method that behaves as the instrument does."""
    details = _card(desk, instrument) if kind == "card" and instrument else _account(instrument)
    return desk.add(
        {
            "id": desk.fresh("pm"),
            "object": "payment_method",
            "allow_redisplay": more.get("allow_redisplay", "unspecified"),
            "billing_details": _billing(more.get("billing_details") or {}),
            "created": desk.now,
            "customer": None,
            "customer_account": None,
            "livemode": False,
            "metadata": more.get("metadata") or {},
            "type": kind,
            kind: details,
            "_instrument": instrument.id if instrument else "",
            "_set_up": False,
            "_mandate": None,
            "_gone": False,
        }
    )


def resolve(desk: Desk, shown: str, param: str = "payment_method") -> Obj:
    """The method; the id of a test method of Stripe's stands for a new one each time."""
    instrument = instruments.by_id(shown)
    if instrument is not None:
        return new_method(desk, instrument.type, instrument)
    found = desk.get("payment_method", shown, param)
    if found["_gone"]:
        raise Refusal(_GONE, code="payment_method_unexpected_state", param=param)
    return found


def behind(method: Obj) -> Instrument:
    """How the method behaves."""
    found = instruments.by_id(method["_instrument"])
    return found or Instrument(name="", number="", says="", type=method["type"])


def attach(desk: Desk, method: Obj, customer: str) -> None:
    """Tie the method to a customer, for good or until it is detached."""
    if method["customer"] == customer:
        return
    method["customer"] = customer
    tell(desk, "payment_method.attached", method)


def attach_method(desk: Desk, asked: Asked) -> Obj:
    """Save a method. A card that its bank refuses is not saved."""
    method = resolve(desk, asked.id, "id")
    customer = asked.params.get("customer", "")
    desk.get("customer", customer, "customer")
    if method["customer"] not in (None, customer):
        raise Refusal(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    refuse_unusable(method)
    attach(desk, method, customer)
    return method


def refuse_unusable(method: Obj) -> None:
    """Refuse a card that is declined even without being charged."""
    instrument = behind(method)
    if not instrument.attaches:
        raise Refusal(**declined(instrument.decline))


def detach_method(desk: Desk, asked: Asked) -> Obj:
    """Take a method away. It can never be used again."""
    method = desk.get("payment_method", asked.id)
    if method["customer"] is None:
        raise Refusal(
            "The payment method you provided is not attached to a customer so detachment is"
            " impossible.",
            code="payment_method_unexpected_state",
        )
    customer = desk.look("customer", method["customer"])
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
    method |= {"customer": None, "_gone": True}
    tell(desk, "payment_method.detached", method)
    return method


def update_method(desk: Desk, asked: Asked) -> Obj:
    """Change what may be changed of a saved method."""
    method = desk.get("payment_method", asked.id)
    given = asked.params
    if method["customer"] is None:
        raise Refusal("You must save this PaymentMethod to a customer before you can update it.")
    merge_metadata(method, given)
    method["billing_details"] |= given.get("billing_details") or {}
    method["allow_redisplay"] = given.get("allow_redisplay", method["allow_redisplay"])
    method.get("card", {}).update(given.get("card") or {})
    tell(desk, "payment_method.updated", method)
    return method


def list_methods(desk: Desk, asked: Asked) -> Obj:
    """The methods of a customer, named in the path or in the parameters."""
    customer = asked.id or asked.params.get("customer", "")
    if asked.id:
        desk.get("customer", asked.id, "id")
    url = f"/v1/customers/{asked.id}/payment_methods" if asked.id else "/v1/payment_methods"
    where = {"customer": customer} if customer else {}
    where |= {name: asked.params[name] for name in ("type", "allow_redisplay")
              if name in asked.params}  # fmt: skip
    return page(desk, "payment_method", url, asked.params, where)


def give_mandate(desk: Desk, method: Obj, *, online: bool = True) -> str:
    """Note that the customer lets us debit, and tell under which reference."""
    if method["_mandate"]:
        return str(method["_mandate"])
    kind = method["type"]
    mandate = desk.add(
        {
            "id": desk.fresh("mandate"),
            "object": "mandate",
            "customer_acceptance": {"accepted_at": desk.now, "type": "online" if online
                                    else "offline", "online": {"ip_address": "127.0.0.1",
                                    "user_agent": "simulated"}},
            "livemode": False,
            "multi_use": {},
            "payment_method": method["id"],
            "payment_method_details": {"type": kind, kind: _mandate_details(desk, kind)},
            "status": "active",
            "type": "multi_use",
        }
    )  # fmt: skip
    method["_mandate"] = mandate["id"]
    return str(mandate["id"])


def end_mandate(desk: Desk, method: Obj) -> None:
    """Note that the bank lets us debit no more."""
    mandate = desk.look("mandate", method["_mandate"])
    if mandate is not None:
        mandate["status"] = "inactive"
        tell(desk, "mandate.updated", mandate)


def declined(why: str, **more: Any) -> dict[str, Any]:
    """A card that was declined, as the arguments of a refusal."""
    own_code = {"expired_card", "incorrect_cvc", "processing_error", "authentication_required"}
    return {
        "message": _SAYS.get(why, "Your card was declined."),
        "status": 402,
        "kind": "card_error",
        "code": why if why in own_code else "card_declined",
        "decline_code": why,
        "keeps": True,
    } | more


def default_types(currency: str, *, transfers: bool) -> list[str]:
    """What dynamic payment methods offer in a currency."""
    found = ["card"]
    if currency in DEBIT_OF:
        found.append(DEBIT_OF[currency])
    if transfers and currency in instruments.TRANSFERS_OF:
        found.append("customer_balance")
    return found


_SAYS = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def _billing(given: Obj) -> Obj:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    empty = {"address": address, "email": None, "name": None, "phone": None, "tax_id": None}
    return empty | given


def _card(desk: Desk, instrument: Instrument) -> Obj:
    return {
        "brand": instrument.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if instrument.decline == "incorrect_cvc" else "pass",
        },
        "country": "US",
        "display_brand": instrument.brand,
        "exp_month": 12,
        "exp_year": datetime.fromtimestamp(desk.now, UTC).year + 3,
        "fingerprint": _fingerprint(instrument),
        "funding": "credit",
        "generated_from": None,
        "last4": instrument.last4,
        "networks": {"available": [instrument.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _account(instrument: Instrument | None) -> Obj:
    if instrument is None:
        return {}
    known = {"fingerprint": _fingerprint(instrument), "last4": instrument.last4}
    code = BANK_CODES[instrument.type]
    if instrument.type == "us_bank_account":
        return known | {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": None,
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": code,
            "status_details": {},
        }
    if instrument.type == "sepa_debit":
        bank = {"bank_code": instrument.number[4:12], "branch_code": "", "country": "DE"}
        return known | bank | {"generated_from": {"charge": None, "setup_attempt": None}}
    return known | (
        {"sort_code": code} if instrument.type == "bacs_debit" else {"bsb_number": code}
    )


def _fingerprint(instrument: Instrument) -> str:
    return hashlib.sha256(f"{instrument.type} {instrument.number}".encode()).hexdigest()[:16]


def _mandate_details(desk: Desk, kind: str) -> Obj:
    reference = desk.fresh("", 12).strip("_").upper()
    url = f"{desk.place.base}/mandate"
    sepa: Obj = {"reference": reference, "url": url}
    bacs = sepa | {"network_status": "accepted", "revocation_reason": None}
    return {"sepa_debit": sepa, "bacs_debit": bacs, "au_becs_debit": {"url": url}}.get(kind, {})
