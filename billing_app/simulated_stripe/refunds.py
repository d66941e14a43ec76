"""Refunds: money on its way back, which can still fail after it succeeded."""

from __future__ import annotations

from billing_app.simulated_stripe import moods
from billing_app.simulated_stripe.charging import DAY_S
from billing_app.simulated_stripe.desk import Asked, Desk, Obj
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.methods import behind
from billing_app.simulated_stripe.money import book
from billing_app.simulated_stripe.refusals import Refusal, unexpected
from billing_app.simulated_stripe.transfers import refund_cash

_DAYS_TO_SETTLE = 3


def create_refund(desk: Desk, asked: Asked) -> Obj:
    """Give back part of a charge, or what is left of it."""
    given = asked.params
    charge = _charge_of(desk, asked)
    _refuse_unfit(charge)
    left = charge["amount"] - charge["amount_refunded"]
    amount = given.get("amount", left)
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    kind = charge["payment_method_details"]["type"]
    refund = desk.add(
        {
            "id": desk.fresh("re" if kind == "card" else "pyr"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": desk.now,
            "currency": charge["currency"],
            "customer": charge["customer"],
            "destination_details": {"type": kind, kind: _destination(kind)},
            "metadata": given.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "reason": given.get("reason"),
            "status": "pending",
            "_instrument": desk.get("payment_method", charge["payment_method"])["_instrument"],
        }
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    type_ = "refund" if kind == "card" else "payment_refund"
    refund["balance_transaction"] = book(
        desk, refund, type_, -amount, days=0, reporting_category="refund"
    )
    _begin(desk, refund, charge)
    return refund


def update_refund(desk: Desk, asked: Asked) -> Obj:
    """Change the labels."""
    refund = desk.get("refund", asked.id)
    merge_metadata(refund, asked.params)
    tell(desk, "refund.updated", refund)
    return refund


def settle_refund(desk: Desk, refund: Obj) -> None:
    """The money has arrived."""
    if refund["status"] == "pending":
        refund |= {"status": "succeeded", "pending_reason": None}
        tell(desk, "refund.updated", refund)
        tell(desk, "charge.refund.updated", refund)


def fail_refund(desk: Desk, refund: Obj) -> None:
    """The money comes back to us, whatever the refund had said before."""
    if refund["status"] not in {"pending", "succeeded"}:
        return
    charge = desk.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    refund |= {
        "status": "failed",
        "pending_reason": None,
        "failure_reason": "lost_or_stolen_card" if charge["id"].startswith("ch") else "unknown",
    }
    type_ = "refund_failure" if charge["id"].startswith("ch") else "payment_failure_refund"
    refund["failure_balance_transaction"] = book(
        desk, refund, type_, refund["amount"], days=0, reporting_category="refund_failure"
    )
    for type_ in ("refund.failed", "refund.updated", "charge.refund.updated"):
        tell(desk, type_, refund)
    tell(desk, "charge.updated", charge)


def _begin(desk: Desk, refund: Obj, charge: Obj) -> None:
    """Cards answer at once, accounts after some days; a transfer is only cash of theirs again."""
    kind = charge["payment_method_details"]["type"]
    afterwards = behind(refund | {"type": kind}).afterwards
    ailing = moods.taken(desk, ("refund_fails",), kind, refund["metadata"])
    is_cash = kind == "customer_balance"
    at_once = is_cash or (kind == "card" and afterwards != "refund_pending")
    refund["status"] = "succeeded" if at_once else "pending"
    refund["pending_reason"] = None if at_once else "processing"
    tell(desk, "refund.created", refund)
    tell(desk, "charge.refunded", charge)
    if is_cash:
        refund_cash(desk, refund)
    if ailing or afterwards == "refund_fail":
        desk.owe(DAY_S, "fail_refund", refund["id"])
    elif not at_once:
        days = 1 if kind == "card" else _DAYS_TO_SETTLE
        desk.owe(days * DAY_S, "settle_refund", refund["id"])


def _destination(kind: str) -> Obj:
    return {"reference_type": "pending", "type": "refund"} if kind == "card" else {}


def _charge_of(desk: Desk, asked: Asked) -> Obj:
    given = asked.params
    if "charge" in given:
        return desk.get("charge", given["charge"], "charge")
    if "payment_intent" not in given:
        raise Refusal(
            "One of the following params should be provided for this request: payment_intent or"
            " charge.",
            code="parameter_missing",
        )
    intent = desk.get("payment_intent", given["payment_intent"], "payment_intent")
    charge = desk.look("charge", intent.get("latest_charge"))
    if charge is None or charge["status"] != "succeeded":
        raise unexpected(
            "payment_intent",
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
        )
    return charge


def _refuse_unfit(charge: Obj) -> None:
    if charge["status"] != "succeeded":
        raise Refusal(f"Charge {charge['id']} has not succeeded, so it cannot be refunded.")
    if charge["disputed"]:
        raise Refusal(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise Refusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
