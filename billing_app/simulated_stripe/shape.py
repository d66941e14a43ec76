"""How an object leaves: every field that the SDK knows, ids opened where that was asked for.

What only the simulation needs is kept in fields that begin with an underscore, and stays
here.
"""

from __future__ import annotations

from functools import cache
from types import NoneType
from typing import Any, get_args

import stripe

from billing_app.simulated_stripe.desk import Desk, Obj
from billing_app.simulated_stripe.refusals import Refusal

_DEEPEST = 4

# Of these Stripe shows nothing unless it is asked for, or shows one of many.
_LEFT_OUT = {
    "charge": {"refunds", "source", "level3", "authorization_code"},
    "checkout.session": {"line_items", "optional_items", "permissions"},
    "customer": {"sources", "subscriptions", "tax_ids", "cash_balance", "deleted", "tax"},
    "event": {"account", "context"},
    "payment_intent": {"source", "hooks", "payment_details"},
    "setup_intent": set(),
    "webhook_endpoint": {"secret", "deleted"},
}
_CLASSES: dict[str, Any] = {
    "balance": None,
    "balance_transaction": stripe.BalanceTransaction,
    "cash_balance": stripe.CashBalance,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "customer_cash_balance_transaction": None,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "mandate": None,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": None,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


@cache
def _nullable(kind: str) -> tuple[str, ...]:
    """The fields of a kind that may be null, and therefore are there even when empty."""
    found = _CLASSES.get(kind)
    hints = found.__annotations__ if found else {}
    left_out = _LEFT_OUT.get(kind, set())
    return tuple(
        name for name, hint in hints.items() if NoneType in get_args(hint) and name not in left_out
    )


def shown(obj: Obj) -> Obj:
    """The object as it looks from outside, with nothing opened."""
    if obj.get("deleted"):
        return {"id": obj["id"], "object": obj["object"], "deleted": True}
    plain: Obj = _without_own(obj)
    for name in _nullable(obj.get("object", "")):
        plain.setdefault(name, None)
    return plain


def listed(url: str, data: list[Obj], *, more: bool = False) -> Obj:
    """Some objects as Stripe lists them."""
    return {"object": "list", "url": url, "has_more": more, "data": data}


def opened(desk: Desk, obj: Obj, paths: list[str]) -> Obj:
    """The object with each of these paths expanded."""
    result = _with_lists_shown(obj) if obj.get("object") == "list" else shown(obj)
    for place, path in enumerate(paths):
        names = path.split(".")
        if len(names) > _DEEPEST:
            raise Refusal(
                f"You cannot expand more than {_DEEPEST} levels of a property.", param="expand"
            )
        _open(desk, result, names, f"expand[{place}]")
    return result


def _with_lists_shown(obj: Obj) -> Obj:
    return obj | {"data": [shown(inner) for inner in obj["data"]]}


def _open(desk: Desk, inside: Any, names: list[str], param: str) -> None:
    if isinstance(inside, list):
        for inner in inside:
            _open(desk, inner, names, param)
        return
    name, *rest = names
    if not isinstance(inside, dict) or not _may_open(desk, inside, name):
        raise Refusal(f"This property cannot be expanded ({name}).", param=param)
    value = inside[name]
    if isinstance(value, str):
        inside[name] = value = shown(desk.any(value) or {})
    elif isinstance(value, list):
        inside[name] = value = [_opened_id(desk, inner) for inner in value]
    if rest and value is not None:
        _open(desk, value, rest, param)


def _opened_id(desk: Desk, value: Any) -> Any:
    return shown(desk.any(value) or {}) if isinstance(value, str) else value


def _may_open(desk: Desk, inside: Obj, name: str) -> bool:
    kind, held = inside.get("object"), desk.any(inside.get("id"))
    if kind == "checkout.session" and name == "line_items" and held is not None:
        url = f"/v1/checkout/sessions/{held['id']}/line_items"
        inside[name] = listed(url, held["_line_items"])
    if kind == "charge" and name == "refunds" and held is not None:
        found = desk.all("refund", charge=held["id"])
        inside[name] = listed(f"/v1/charges/{held['id']}/refunds", [shown(one) for one in found])
    if name not in inside:
        return False
    value = inside[name]
    return not isinstance(value, str) or desk.any(value) is not None


def _without_own(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_own(inner) for name, inner in value.items() if not name.startswith("_")
        }
    if isinstance(value, list):
        return [_without_own(inner) for inner in value]
    return value
