"""Customers, as far as somebody who is paid needs them."""

from __future__ import annotations

from billing_app.simulated_stripe.desk import Asked, Desk, Obj
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.refusals import Refusal, missing

_WORDS = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")


def create_customer(desk: Desk, asked: Asked) -> Obj:
    """Somebody who pays."""
    given = asked.params
    shown_id = desk.fresh("cus", 14)
    customer = desk.add(
        {
            "id": shown_id,
            "object": "customer",
            "balance": 0,
            "created": desk.now,
            "currency": None,
            "delinquent": False,
            "invoice_prefix": shown_id[-8:].upper(),
            "invoice_settings": {"custom_fields": None, "default_payment_method": None,
                                 "footer": None, "rendering_options": None},
            "livemode": False,
            "metadata": {},
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "tax_exempt": "none",
            "_cash": {},
            "_cash_mode": "automatic",
        }
        | {name: given.get(name) or None for name in _WORDS if name != "preferred_locales"}
    )  # fmt: skip
    _change(desk, customer, asked)
    tell(desk, "customer.created", customer)
    return customer


def update_customer(desk: Desk, asked: Asked) -> Obj:
    """Change what is known of them."""
    customer = desk.get("customer", asked.id)
    _change(desk, customer, asked)
    tell(desk, "customer.updated", customer)
    return customer


def retrieve_customer(desk: Desk, asked: Asked) -> Obj:
    """A customer; one who was deleted is still named, with nothing in it."""
    found = desk.look("customer", asked.id)
    if found is None:
        raise missing("customer", asked.id, "id")
    return found


def delete_customer(desk: Desk, asked: Asked) -> Obj:
    """Forget a customer; their methods can be used no more."""
    customer = desk.get("customer", asked.id)
    for method in desk.all("payment_method", customer=customer["id"]):
        method |= {"customer": None, "_gone": True}
    tell(desk, "customer.deleted", customer)
    customer["deleted"] = True
    return customer


def _change(desk: Desk, customer: Obj, asked: Asked) -> None:
    given = asked.params
    for name in _WORDS:
        if name in given:
            customer[name] = given[name] or None
    merge_metadata(customer, given)
    if "cash_balance" in given:
        mode = given["cash_balance"].get("settings", {}).get("reconciliation_mode", "automatic")
        customer["_cash_mode"] = "automatic" if mode == "merchant_default" else mode
    default = given.get("invoice_settings", {}).get("default_payment_method")
    if default:
        method = desk.get("payment_method", default, "invoice_settings[default_payment_method]")
        if method["customer"] != customer["id"]:
            raise Refusal(
                f"The customer does not have a payment method with the ID {default}. The payment"
                " method must be attached to the customer.",
                code="resource_missing",
                param="invoice_settings[default_payment_method]",
            )
    if default is not None:
        customer["invoice_settings"]["default_payment_method"] = default or None
