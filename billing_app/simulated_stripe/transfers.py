"""Bank transfers: the money that arrives for a customer, and what it is applied to."""

from __future__ import annotations

from billing_app.simulated_stripe import bank_details
from billing_app.simulated_stripe.charging import pay_from_cash
from billing_app.simulated_stripe.desk import Asked, Desk, Obj
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.instruments import TRANSFERS_OF
from billing_app.simulated_stripe.lists import page
from billing_app.simulated_stripe.money import read_currency
from billing_app.simulated_stripe.refusals import Refusal, missing, unexpected
from billing_app.simulated_stripe.shape import shown

_PATH = "payment_method_options[customer_balance]"


def await_transfer(desk: Desk, intent: Obj, method: Obj) -> None:
    """Tell where to transfer to, and use what has arrived already."""
    if not intent["customer"]:
        raise Refusal("A bank transfer needs a customer.", code="parameter_missing",
                      param="customer")  # fmt: skip
    options = intent["payment_method_options"].get("customer_balance", {})
    if options.get("funding_type") != "bank_transfer":
        raise Refusal(
            "A payment by transfer needs bank_transfer as its funding type.",
            code="parameter_missing",
            param=f"{_PATH}[funding_type]",
        )
    transfer = bank_details.read_transfer(
        options.get("bank_transfer", {}), intent["currency"], f"{_PATH}[bank_transfer]"
    )
    method["customer"] = method["customer"] or intent["customer"]
    intent |= {"status": "requires_action", "_applied": 0, "_transfer": transfer}
    _instruct(desk, intent)
    customer = desk.get("customer", intent["customer"])
    cash = _cash(customer, intent["currency"])
    if cash and customer["_cash_mode"] == "automatic":
        _apply(desk, customer, intent, min(cash, intent["amount"]))
    if intent["status"] == "requires_action":
        tell(desk, "payment_intent.requires_action", intent)


def apply_cash(desk: Desk, asked: Asked) -> Obj:
    """Pay an intent, in part or in full, with what has arrived."""
    intent, given = desk.get("payment_intent", asked.id), asked.params
    if intent["status"] != "requires_action" or "_transfer" not in intent:
        raise unexpected(
            "payment_intent",
            f"You cannot apply a customer's cash balance to a PaymentIntent with a status of"
            f" {intent['status']}.",
            payment_intent=shown(intent),
        )
    if read_currency(given.get("currency") or str(intent["currency"])) != intent["currency"]:
        raise Refusal("The currency is not that of the PaymentIntent.", param="currency")
    customer = desk.get("customer", intent["customer"])
    missing = intent["amount"] - intent["_applied"]
    amount = given.get("amount", missing)
    if not 1 <= amount <= missing:
        raise Refusal(f"The amount must be between 1 and {missing}.", param="amount")
    if amount > _cash(customer, intent["currency"]):
        raise Refusal(
            "The customer's cash balance is not large enough to apply this amount.", param="amount"
        )
    _apply(desk, customer, intent, amount)
    return intent


def give_back(desk: Desk, intent: Obj) -> None:
    """Return what was applied to an intent that is given up."""
    if amount := intent.get("_applied", 0):
        customer = desk.get("customer", intent["customer"])
        intent["_applied"] = 0
        named = {"unapplied_from_payment": {"payment_intent": intent["id"]}}
        _move(desk, customer, intent["currency"], amount, "unapplied_from_payment", named)


def refund_cash(desk: Desk, refund: Obj) -> None:
    """What was given back of a transfer lies with the customer's cash, and goes nowhere else."""
    customer = desk.get("customer", refund["customer"])
    named = {"refunded_from_payment": {"refund": refund["id"]}}
    _move(desk, customer, refund["currency"], refund["amount"], "refunded_from_payment", named)


def fund(desk: Desk, asked: Asked) -> Obj:
    """A transfer arrives."""
    given = asked.params
    customer = desk.get("customer", asked.id)
    currency = read_currency(given["currency"])
    if given["amount"] < 1 or currency not in TRANSFERS_OF:
        raise Refusal("No such transfer can arrive.", param="amount")
    return arrive(desk, customer, given["amount"], currency, given.get("reference"))


def arrive(desk: Desk, customer: Obj, amount: int, currency: str, reference: str | None) -> Obj:
    """Note the money, and use it for what is open if that happens by itself."""
    kind = TRANSFERS_OF[currency]
    sender = {
        "eu_bank_transfer": {"bic": None, "iban_last4": "3000", "sender_name": "Customer"},
        "gb_bank_transfer": {"account_number_last4": "2345", "sender_name": "Customer",
                             "sort_code": "108800"},
        "jp_bank_transfer": {"sender_bank": None, "sender_branch": None,
                             "sender_name": "Customer"},
        "us_bank_transfer": {"network": "ach", "sender_name": "Customer"},
    }.get(kind)  # fmt: skip
    transfer = {"reference": reference, "type": kind} | ({kind: sender} if sender else {})
    named = {"funded": {"bank_transfer": transfer}}
    moved = _move(desk, customer, currency, amount, "funded", named)
    if customer["_cash_mode"] == "automatic":
        _reconcile(desk, customer, currency, reference or "")
    return moved


def cash_balance(desk: Desk, asked: Asked) -> Obj:
    """What has arrived and is used for nothing."""
    return _balance_of(desk.get("customer", asked.id))


def update_cash_balance(desk: Desk, asked: Asked) -> Obj:
    """Say whether money is applied by itself."""
    customer = desk.get("customer", asked.id)
    mode = asked.params.get("settings", {}).get("reconciliation_mode", customer["_cash_mode"])
    customer["_cash_mode"] = "automatic" if mode == "merchant_default" else mode
    return _balance_of(customer)


def list_cash(desk: Desk, asked: Asked) -> Obj:
    """Everything that happened to a customer's cash."""
    desk.get("customer", asked.id)
    url = f"/v1/customers/{asked.id}/cash_balance_transactions"
    kind = "customer_cash_balance_transaction"
    return page(desk, kind, url, asked.params, {"customer": asked.id})


def retrieve_cash(desk: Desk, asked: Asked) -> Obj:
    """One thing that happened to a customer's cash."""
    desk.get("customer", asked.id)
    moved = desk.get("customer_cash_balance_transaction", asked.part)
    if moved["customer"] != asked.id:
        raise missing("customer_cash_balance_transaction", asked.part, "transaction")
    return moved


def instructions(desk: Desk, asked: Asked) -> Obj:
    """Where this customer transfers to."""
    given = asked.params
    customer = desk.get("customer", asked.id)
    currency = read_currency(given["currency"])
    transfer = bank_details.read_transfer(given["bank_transfer"], currency, "bank_transfer")
    found = bank_details.addresses(customer["id"], currency, transfer["country"])
    return {
        "object": "funding_instructions",
        "bank_transfer": transfer | {"financial_addresses": found},
        "currency": currency,
        "funding_type": "bank_transfer",
        "livemode": False,
    }


def _balance_of(customer: Obj) -> Obj:
    return {
        "object": "cash_balance",
        "available": {code: sum_ for code, sum_ in customer["_cash"].items() if sum_} or None,
        "customer": customer["id"],
        "livemode": False,
        "settings": {"reconciliation_mode": customer["_cash_mode"],
                     "using_merchant_default": customer["_cash_mode"] == "automatic"},
    }  # fmt: skip


def _reconcile(desk: Desk, customer: Obj, currency: str, reference: str) -> None:
    """Apply to the intent that the reference names, else of the same amount, else the oldest."""
    waiting = [
        one
        for one in desk.all("payment_intent", customer=customer["id"], currency=currency)
        if one["status"] == "requires_action" and "_transfer" in one
    ]
    waiting.sort(key=lambda one: (
        not (reference and reference in (one["id"], one["description"])),
        one["amount"] - one["_applied"] != _cash(customer, currency),
    ))  # fmt: skip
    for intent in waiting:
        amount = min(_cash(customer, currency), intent["amount"] - intent["_applied"])
        if amount:
            _apply(desk, customer, intent, amount)


def _apply(desk: Desk, customer: Obj, intent: Obj, amount: int) -> None:
    intent["_applied"] += amount
    named = {"applied_to_payment": {"payment_intent": intent["id"]}}
    _move(desk, customer, intent["currency"], -amount, "applied_to_payment", named)
    if intent["_applied"] == intent["amount"]:
        pay_from_cash(desk, intent, desk.get("payment_method", intent["payment_method"]))
        return
    _instruct(desk, intent)
    tell(desk, "payment_intent.partially_funded", intent)


def _instruct(desk: Desk, intent: Obj) -> None:
    transfer = intent["_transfer"]
    found = bank_details.addresses(intent["customer"], intent["currency"], transfer["country"])
    details = {
        "amount_remaining": intent["amount"] - intent["_applied"],
        "currency": intent["currency"],
        "financial_addresses": found,
        "hosted_instructions_url": f"{desk.place.base}/transfer/{intent['id']}",
        "reference": bank_details.reference_of(intent["customer"]),
        "type": transfer["type"],
    }
    intent["next_action"] = {
        "type": "display_bank_transfer_instructions",
        "display_bank_transfer_instructions": details,
    }


def _cash(customer: Obj, currency: str) -> int:
    return int(customer["_cash"].get(currency, 0))


def _move(desk: Desk, customer: Obj, currency: str, amount: int, type_: str, named: Obj) -> Obj:
    after = _cash(customer, currency) + amount
    customer["_cash"][currency] = after
    moved = desk.add(
        {
            "id": desk.fresh("ccsbtxn"),
            "object": "customer_cash_balance_transaction",
            "created": desk.now,
            "currency": currency,
            "customer": customer["id"],
            "customer_account": None,
            "ending_balance": after,
            "livemode": False,
            "net_amount": amount,
            "type": type_,
        }
        | named
    )
    tell(desk, "customer_cash_balance_transaction.created", moved)
    return moved
