"""What becomes of a payment: charged, declined, or under way for days.

Each function takes an intent from one state to the next and tells the news of it.
"""

from __future__ import annotations

from typing import Any

from billing_app.simulated_stripe import moods
from billing_app.simulated_stripe.desk import Desk, Obj
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.instruments import DAYS_TO_SETTLE
from billing_app.simulated_stripe.methods import behind, declined, end_mandate
from billing_app.simulated_stripe.money import book, fee_on
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.shape import shown

DAY_S = 86_400
_TAKEN_BACK_AFTER_S = 7 * DAY_S
# What a method tells of itself and a charge made with it does not.
_ONLY_OF_METHODS = {
    "display_brand",
    "financial_connections_account",
    "generated_from",
    "networks",
    "status_details",
    "three_d_secure_usage",
}


def pay_by_card(desk: Desk, intent: Obj, method: Obj) -> None:
    """Charge a card now. A refusal leaves a failed charge and the intent open."""
    instrument = behind(method)
    ailing = moods.taken(desk, ("card_fails",), "card", intent["metadata"])
    if why := instrument.decline or ("generic_decline" if ailing else ""):
        raise decline(desk, intent, method, why)
    charge = _new_charge(desk, intent, method)
    _succeed(desk, intent, charge, days=0 if instrument.afterwards == "bypass" else 2)
    _what_follows(desk, charge, instrument.afterwards)


def decline(desk: Desk, intent: Obj, method: Obj, why: str) -> Refusal:
    """Note the refusal of a card, and give back the error that tells of it."""
    facts = declined(why)
    charge = _new_charge(desk, intent, method)
    charge |= {"status": "failed", "failure_code": facts["code"], "paid": False}
    charge |= {"captured": False, "amount_captured": 0, "failure_message": facts["message"]}
    charge["outcome"] |= {
        "network_status": "declined_by_network",
        "reason": why,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    error = {
        "charge": charge["id"],
        "code": facts["code"],
        "decline_code": why,
        "message": facts["message"],
        "payment_method": shown(method),
        "type": "card_error",
    }
    fall_back(desk, intent, error, charge)
    return Refusal(**facts | {"charge": charge["id"], "payment_method": shown(method),
                              "payment_intent": shown(intent)})  # fmt: skip


def fall_back(desk: Desk, intent: Obj, error: Obj, charge: Obj | None = None) -> None:
    """Have the intent wait for another method."""
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": error,
    }
    if charge is not None:
        intent["latest_charge"] = charge["id"]
        tell(desk, "charge.failed", charge)
    tell(desk, "payment_intent.payment_failed", intent)


def start_debit(desk: Desk, intent: Obj, method: Obj) -> None:
    """Ask the bank. It answers in some days, if the clock gets there."""
    instrument = behind(method)
    charge = _new_charge(desk, intent, method)
    charge |= {"status": "pending", "paid": False}
    intent |= {"status": "processing", "latest_charge": charge["id"], "next_action": None}
    tell(desk, "charge.pending", charge)
    tell(desk, "payment_intent.processing", intent)
    if not instrument.never:
        days = DAYS_TO_SETTLE[method["type"]] * (2 if instrument.slow else 1)
        desk.owe(days * DAY_S, "answer_debit", intent["id"])


def answer_debit(desk: Desk, intent: Obj) -> None:
    """What the bank says in the end."""
    charge = desk.get("charge", intent["latest_charge"])
    method = desk.get("payment_method", charge["payment_method"])
    instrument = behind(method)
    ailing = moods.taken(
        desk, ("debit_fails", "debit_taken_back"), method["type"], intent["metadata"]
    )
    why = instrument.decline or ("insufficient_funds" if "debit_fails" in ailing else "")
    if why:
        _fail_debit(desk, intent, charge, method, why)
        return
    _succeed(desk, intent, charge, days=0)
    _what_follows(desk, charge, instrument.afterwards)
    if "debit_taken_back" in ailing:
        desk.owe(_TAKEN_BACK_AFTER_S, "dispute", charge["id"])


def pay_from_cash(desk: Desk, intent: Obj, method: Obj) -> None:
    """A transfer has arrived that covers the intent."""
    _succeed(desk, intent, _new_charge(desk, intent, method), days=0)


def _succeed(desk: Desk, intent: Obj, charge: Obj, *, days: int) -> None:
    kind = charge["payment_method_details"]["type"]
    charge |= {"status": "succeeded", "paid": True, "captured": True}
    charge["amount_captured"] = charge["amount"]
    fee = fee_on(charge["amount"], kind)
    type_ = "charge" if kind == "card" else "payment"
    charge["balance_transaction"] = book(
        desk, charge, type_, charge["amount"], fee=fee, days=days, reporting_category="charge"
    )
    intent |= {
        "status": "succeeded",
        "amount_received": charge["amount"],
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
    }
    tell(desk, "charge.succeeded", charge)
    tell(desk, "payment_intent.succeeded", intent)
    _tell_session(desk, intent, "succeeded")


def _tell_session(desk: Desk, intent: Obj, outcome: str) -> None:
    """What a hosted page was completed with days ago has come to its end."""
    session = desk.look("checkout.session", intent["_session"])
    if session is not None and session["status"] == "complete":
        session["payment_status"] = "paid" if outcome == "succeeded" else "unpaid"
        tell(desk, f"checkout.session.async_payment_{outcome}", session)


def _fail_debit(desk: Desk, intent: Obj, charge: Obj, method: Obj, why: str) -> None:
    message = f"The bank could not make this payment ({why.replace('_', ' ')})."
    charge |= {"status": "failed", "failure_code": why, "failure_message": message}
    if why in {"debit_not_authorized", "mandate_refused"}:
        end_mandate(desk, method)
    error = {
        "charge": charge["id"],
        "code": why,
        "message": message,
        "payment_method": shown(method),
        "type": "card_error",
    }
    fall_back(desk, intent, error, charge)
    _tell_session(desk, intent, "failed")


def _what_follows(desk: Desk, charge: Obj, afterwards: str) -> None:
    ailing = moods.taken(
        desk, ("dispute",), charge["payment_method_details"]["type"], charge["metadata"]
    )
    if afterwards == "dispute" or ailing:
        desk.owe(0, "dispute", charge["id"])


def _new_charge(desk: Desk, intent: Obj, method: Obj) -> Obj:
    kind = method["type"]
    shown_id = desk.fresh("ch" if kind == "card" else "py")
    return desk.add(
        {
            "id": shown_id,
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"],
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": method["billing_details"],
            "captured": True,
            "created": desk.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "outcome": {
                "advice_code": None,
                "network_advice_code": None,
                "network_decline_code": None,
                "network_status": "approved_by_network",
                "reason": None,
                "risk_level": "normal",
                "risk_score": 12,
                "seller_message": "Payment complete.",
                "type": "authorized",
            },
            "paid": True,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": {"type": kind, kind: _details(method)},
            "radar_options": {},
            "receipt_email": intent.get("receipt_email"),
            "receipt_url": f"{desk.place.base}/receipt/{shown_id}",
            "refunded": False,
            "statement_descriptor_suffix": intent.get("statement_descriptor_suffix"),
            "status": "succeeded",
        }
    )


def _details(method: Obj) -> dict[str, Any]:
    """The method as it was when it was charged."""
    details = {
        name: said for name, said in method[method["type"]].items() if name not in _ONLY_OF_METHODS
    }
    if method["type"] == "card":
        details |= {"network": details["brand"], "installments": None, "three_d_secure": None,
                    "mandate": method["_mandate"]}  # fmt: skip
    elif method["_mandate"]:
        details["mandate"] = method["_mandate"]
    return details
