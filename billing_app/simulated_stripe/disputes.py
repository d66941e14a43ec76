"""Disputes: a payment that its payer, or their bank, takes back."""

from __future__ import annotations

import stripe

from billing_app.simulated_stripe.charging import DAY_S
from billing_app.simulated_stripe.desk import Asked, Desk, Obj
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.money import DISPUTE_FEE, book
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.shape import shown

_DAYS_TO_ANSWER = 9
_JUDGED_AFTER_S = 3_600
_WINNING, _LOSING = "winning_evidence", "losing_evidence"
_EVIDENCE = [
    name for name in stripe.Dispute.Evidence.__annotations__ if name != "enhanced_evidence"
]


def open_dispute(desk: Desk, charge: Obj) -> Obj | None:
    """Take the money of a charge away, unless it is gone already.

    A debit that is taken back cannot be contested: it is lost as soon as it is known.
    """
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or charge["disputed"] or left < 1:
        return None
    kind = charge["payment_method_details"]["type"]
    contested = kind == "card"
    dispute = desk.add(
        {
            "id": desk.fresh("du"),
            "object": "dispute",
            "amount": left,
            "balance_transactions": [],
            "charge": charge["id"],
            "created": desk.now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
            "evidence_details": {
                "due_by": desk.now + _DAYS_TO_ANSWER * DAY_S if contested else None,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": _method(charge) if contested else None,
            "reason": "fraudulent" if contested else "debit_not_authorized",
            "status": "needs_response",
        }
    )
    charge["disputed"] = True
    _move(desk, dispute, -left, fee=DISPUTE_FEE)
    tell(desk, "charge.dispute.created", dispute)
    tell(desk, "charge.updated", charge)
    tell(desk, "charge.dispute.funds_withdrawn", dispute)
    if contested:
        desk.owe(_DAYS_TO_ANSWER * DAY_S, "lose_dispute", dispute["id"])
    else:
        end_dispute(desk, dispute, won=False)
    return dispute


def end_dispute(desk: Desk, dispute: Obj, *, won: bool) -> None:
    """The bank has decided."""
    if dispute["status"] in {"won", "lost"}:
        return
    dispute["status"] = "won" if won else "lost"
    tell(desk, "charge.dispute.closed", dispute)
    if won:
        _move(desk, dispute, dispute["amount"], fee=0)
        tell(desk, "charge.dispute.funds_reinstated", dispute)


def update_dispute(desk: Desk, asked: Asked) -> Obj:
    """Give evidence, and hand it in."""
    dispute, given = desk.get("dispute", asked.id), asked.params
    merge_metadata(dispute, given)
    if "evidence" in given or given.get("submit"):
        _refuse_closed(dispute)
        dispute["evidence"] |= given.get("evidence") or {}
        dispute["evidence_details"]["has_evidence"] = True
    if given.get("submit"):
        dispute["evidence_details"]["submission_count"] += 1
        dispute["evidence_details"]["submission_method"] = "manual"
        dispute["status"] = "under_review"
        desk.forget_owed("lose_dispute", dispute["id"])
        said = dispute["evidence"]["uncategorized_text"]
        if said == _WINNING:
            desk.owe(_JUDGED_AFTER_S, "win_dispute", dispute["id"])
        elif said == _LOSING:
            desk.owe(_JUDGED_AFTER_S, "lose_dispute", dispute["id"])
    tell(desk, "charge.dispute.updated", dispute)
    return dispute


def close_dispute(desk: Desk, asked: Asked) -> Obj:
    """Give in."""
    dispute = desk.get("dispute", asked.id)
    _refuse_closed(dispute)
    end_dispute(desk, dispute, won=False)
    return dispute


def _move(desk: Desk, dispute: Obj, amount: int, *, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    written = book(
        desk, dispute, "adjustment", amount, fee=fee, days=0, reporting_category=category
    )
    dispute["balance_transactions"].append(shown(desk.get("balance_transaction", written)))


def _method(charge: Obj) -> Obj:
    brand = charge["payment_method_details"]["card"]["brand"]
    card = {"brand": brand, "case_type": "chargeback", "network": brand}
    card["network_reason_code"] = "10.4"
    return {"type": "card", "card": card}


def _refuse_closed(dispute: Obj) -> None:
    if dispute["status"] in {"won", "lost"}:
        raise Refusal("This dispute is already closed", code="dispute_closed")
