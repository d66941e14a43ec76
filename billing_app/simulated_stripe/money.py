"""Amounts that Stripe takes, what it keeps for itself, and its account of both."""

from __future__ import annotations

from billing_app.kernel.currencies import is_currency
from billing_app.kernel.money import half_up
from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.lists import page
from billing_app.simulated_stripe.refusals import Refusal

DISPUTE_FEE = 1_500
_DAY_S = 86_400
_LARGEST = 99_999_999
_SMALLEST = 50
_BASIS = 10_000
_CARD_BP, _CARD_FIXED = 290, 30
_DEBIT_BP, _DEBIT_MOST = 80, 500


def read_currency(code: str) -> str:
    """A currency as Stripe writes it, in small letters."""
    if not is_currency(code.upper()):
        raise Refusal(
            f"Invalid currency: {code}. Stripe currently supports these currencies: usd, aud, eur,"
            " gbp, nzd, cad and more.",
            param="currency",
        )
    return code.lower()


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Refuse what nobody could be charged."""
    if amount < 1:
        raise Refusal(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=param,
        )
    if amount > _LARGEST:
        raise Refusal(
            f"Amount must be no more than {_LARGEST} {currency}.",
            code="amount_too_large",
            param=param,
        )
    if amount < _SMALLEST:
        raise Refusal(
            f"Amount must be at least {_SMALLEST} {currency}.",
            code="amount_too_small",
            param=param,
        )


def fee_on(amount: int, kind: str) -> int:
    """What Stripe keeps of a payment; nothing of a transfer."""
    if kind == "card":
        return half_up(amount * _CARD_BP, _BASIS) + _CARD_FIXED
    if kind == "customer_balance":
        return 0
    return min(half_up(amount * _DEBIT_BP, _BASIS), _DEBIT_MOST)


def book(desk: Desk, source: Obj, type_: str, amount: int, **more: int | str) -> str:
    """Write a balance transaction; ``amount`` is negative when money leaves."""
    fee = int(more.get("fee", 0))
    days = int(more.get("days", 2))
    reporting = str(more.get("reporting_category", type_))
    details = {"amount": fee, "application": None, "currency": source["currency"],
               "description": "Stripe processing fees", "type": "stripe_fee"}  # fmt: skip
    written = desk.add(
        {
            "id": desk.fresh("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": desk.now + days * _DAY_S,
            "balance_type": "payments",
            "created": desk.now,
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [details] if fee else [],
            "net": amount - fee,
            "reporting_category": reporting,
            "source": source["id"],
            "status": "pending",
            "type": type_,
        }
    )
    return str(written["id"])


def retrieve_transaction(desk: Desk, asked: Asked) -> Obj:
    """One balance transaction."""
    return _as_of(desk, desk.get("balance_transaction", asked.id))


def list_transactions(desk: Desk, asked: Asked) -> Obj:
    """Balance transactions, by what they are about."""
    given: Params = asked.params
    names = ("type", "source", "currency")
    where: Params = {name: given[name] for name in names if name in given}
    found = page(desk, "balance_transaction", "/v1/balance_transactions", given, where)
    return found | {"data": [_as_of(desk, one) for one in found["data"]]}


def balance(desk: Desk, asked: Asked) -> Obj:
    """What is there, and what will be."""
    sums: dict[tuple[str, str], int] = {}
    for one in desk.all("balance_transaction"):
        key = _as_of(desk, one)["status"], one["currency"]
        sums[key] = sums.get(key, 0) + one["net"]
    return {
        "object": "balance",
        "livemode": False,
        **{
            status: [
                {"amount": amount, "currency": currency, "source_types": {"card": amount}}
                for (found, currency), amount in sums.items()
                if found == status
            ]
            for status in ("available", "pending")
        },
    }


def _as_of(desk: Desk, one: Obj) -> Obj:
    return one | {"status": "available" if one["available_on"] <= desk.now else "pending"}
