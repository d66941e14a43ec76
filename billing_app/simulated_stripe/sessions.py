"""Checkout sessions: an open hosted page, until it is completed, expired or left alone."""

from __future__ import annotations

from billing_app.simulated_stripe import intents, setups
from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.intents import allowed_types
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.money import check_amount, read_currency
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.shape import listed

_SHORTEST_S, _LONGEST_S = 30 * 60, 24 * 3_600
# Clocks of two houses differ by a moment.
_LENIENT_S = 60


def create_session(desk: Desk, asked: Asked) -> Obj:
    """Open a page."""
    given = asked.params
    _refuse_unfit(desk, given)
    lines = _lines(desk, given)
    total = sum(line["amount_total"] for line in lines)
    currency = lines[0]["currency"] if lines else given.get("currency")
    types = allowed_types(given, currency or "usd")
    if given["mode"] == "payment":
        check_amount(total, currency or "", "line_items")
    else:
        types = [kind for kind in types if kind != "customer_balance"]
    shown_id = desk.fresh("cs_test", 58)
    expires_at = _expiry(desk, given)
    session = desk.add(
        _as_asked(given)
        | _unchosen()
        | {
            "id": shown_id,
            "amount_subtotal": total if lines else None,
            "amount_total": total if lines else None,
            "created": desk.now,
            "currency": currency,
            "expires_at": expires_at,
            "payment_method_types": types,
            "payment_status": "unpaid" if lines else "no_payment_required",
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
            if lines
            else None,
            "url": f"{desk.place.base}/c/pay/{shown_id}",
            "_line_items": lines,
            "_intent_data": given.get("payment_intent_data") or {},
        }
    )
    if given["mode"] == "setup":
        data = (given.get("setup_intent_data") or {}) | {
            name: given[name]
            for name in ("customer", "allowed_payment_method_types",
                         "excluded_payment_method_types") if name in given
        }  # fmt: skip
        setup = setups.new_setup(desk, data, session=shown_id, currency=currency or "usd")
        session["setup_intent"] = setup["id"]
    desk.owe(expires_at - desk.now, "expire_session", shown_id)
    return session


def update_session(desk: Desk, asked: Asked) -> Obj:
    """Change the labels."""
    session = desk.get("checkout.session", asked.id)
    merge_metadata(session, asked.params)
    return session


def expire_session(desk: Desk, asked: Asked) -> Obj:
    """Close an open page, so that nobody can pay there any more."""
    session = desk.get("checkout.session", asked.id)
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of {session['status']}."
        )
    expire(desk, session)
    return session


def expire(desk: Desk, session: Obj) -> None:
    """End a page that was not completed; what was begun there ends with it."""
    if session["status"] != "open":
        return
    session |= {"status": "expired", "url": None}
    desk.forget_owed("expire_session", session["id"])
    intent = desk.look("payment_intent", session["payment_intent"])
    if intent is not None:
        intents.cancel(desk, intent, "expired")
    tell(desk, "checkout.session.expired", session)


def line_items(desk: Desk, asked: Asked) -> Obj:
    """What is paid for."""
    session = desk.get("checkout.session", asked.id)
    return listed(f"/v1/checkout/sessions/{asked.id}/line_items", session["_line_items"])


def intent_of(desk: Desk, session: Obj) -> Obj:
    """The intent of the page, made when somebody first submits it."""
    intent = desk.look("payment_intent", session["payment_intent"])
    if intent is None:
        given = session["_intent_data"] | {
            "amount": session["amount_total"],
            "currency": session["currency"],
            "payment_method_options": session["payment_method_options"],
        }
        if session["customer"]:
            given["customer"] = session["customer"]
        intent = intents.new_intent(desk, given, session=session["id"])
        intent["payment_method_types"] = session["payment_method_types"]
        session["payment_intent"] = intent["id"]
    return intent


def complete(desk: Desk, session: Obj, *, paid: bool, email: str | None, name: str | None) -> None:
    """The page has done its part, whether or not the money is there yet."""
    session |= {"status": "complete", "url": None}
    if session["mode"] == "payment":
        session["payment_status"] = "paid" if paid else "unpaid"
    customer = desk.look("customer", session["customer"]) or {}
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": email or session["customer_email"] or customer.get("email"),
        "individual_name": None,
        "name": name or customer.get("name"),
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    desk.forget_owed("expire_session", session["id"])
    tell(desk, "checkout.session.completed", session)


def _as_asked(given: Params) -> Obj:
    """What the session simply repeats."""
    named = (
        "allowed_payment_method_types",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "customer",
        "customer_email",
        "excluded_payment_method_types",
        "locale",
        "mode",
        "submit_type",
        "success_url",
    )
    return {name: given.get(name) for name in named} | {
        "customer_creation": _creation(given),
        "metadata": given.get("metadata") or {},
        "payment_method_collection": "always" if given["mode"] == "setup" else "if_required",
        "payment_method_options": given.get("payment_method_options") or {},
        "saved_payment_method_options": _saving(given),
        "ui_mode": given.get("ui_mode", "hosted_page"),
    }


def _unchosen() -> Obj:
    """What no page of ours uses, as Stripe shows it then."""
    texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(texts),
        "livemode": False,
        "payment_intent": None,
        "phone_number_collection": {"enabled": False},
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
    }


def _lines(desk: Desk, given: Params) -> list[Obj]:
    lines = []
    for place, line in enumerate(given.get("line_items") or []):
        price, param = line.get("price_data"), f"line_items[{place}]"
        for name in ("price_data", "quantity"):
            if name not in line:
                raise Refusal(f"Missing required param: {param}[{name}].",
                              code="parameter_missing", param=f"{param}[{name}]")  # fmt: skip
        amount = price.get("unit_amount", 0) * line["quantity"]
        lines.append(
            {
                "id": desk.fresh("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "currency": read_currency(price["currency"]),
                "description": price.get("product_data", {}).get("name"),
                "price": None,
                "quantity": line["quantity"],
            }
        )
    if len({line["currency"] for line in lines}) > 1:
        raise Refusal("All line items must have the same currency.", param="line_items")
    return lines


def _refuse_unfit(desk: Desk, given: Params) -> None:
    mode = given.get("mode")
    if mode not in {"payment", "setup"}:
        raise Refusal(
            "Missing required param: mode."
            if mode is None
            else f"The simulated Stripe has no {mode} mode.",
            code="parameter_missing" if mode is None else "not_simulated",
            param="mode",
        )
    needed = ["success_url", "line_items" if mode == "payment" else "currency"]
    for name in needed:
        if not given.get(name):
            raise Refusal(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if "customer" in given:
        desk.get("customer", given["customer"], "customer")
        if "customer_email" in given:
            raise Refusal(
                "You may only specify one of these parameters: customer, customer_email.",
                param="customer_email",
            )
    elif given.get("saved_payment_method_options") or mode == "setup":
        raise Refusal("Saving a payment method needs a customer.", param="customer")
    if "payment_intent_data" in given and mode != "payment":
        raise Refusal("payment_intent_data needs payment mode.", param="payment_intent_data")


def _expiry(desk: Desk, given: Params) -> int:
    at = int(given.get("expires_at", desk.now + _LONGEST_S))
    if at < desk.now + _SHORTEST_S - _LENIENT_S:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session"
            " creation.",
            param="expires_at",
        )
    if at > desk.now + _LONGEST_S + _LENIENT_S:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return at


def _creation(given: Params) -> str | None:
    return None if "customer" in given else "if_required"


def _saving(given: Params) -> Obj | None:
    if "customer" not in given:
        return None
    usual = {"allow_redisplay_filters": ["always"], "payment_method_remove": "disabled",
             "payment_method_save": None}  # fmt: skip
    return usual | (given.get("saved_payment_method_options") or {})
