"""Payment intents: one attempt to be paid a sum, from its beginning to its end."""

from __future__ import annotations

from billing_app.simulated_stripe import intent_states, methods, transfers
from billing_app.simulated_stripe.charging import decline, fall_back, pay_by_card, start_debit
from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.instruments import Proof
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.money import check_amount, read_currency
from billing_app.simulated_stripe.refusals import Refusal, unexpected
from billing_app.simulated_stripe.shape import shown

_ONLY_WHEN_CONFIRMING = ("off_session", "return_url", "mandate", "mandate_data")


def create_intent(desk: Desk, asked: Asked) -> Obj:
    """An intent, confirmed in the same breath if that is asked for."""
    given = asked.params
    if not given.get("confirm"):
        for name in _ONLY_WHEN_CONFIRMING:
            if name in given:
                raise Refusal(
                    f"The parameter {name} can only be passed when confirm is true.", param=name
                )
    intent = new_intent(desk, given)
    if given.get("confirm"):
        confirm(desk, intent, given)
    return intent


def new_intent(desk: Desk, given: Params, *, session: str = "") -> Obj:
    """Keep a new intent. One that belongs to a hosted page knows that page."""
    currency = read_currency(given["currency"])
    check_amount(given["amount"], currency)
    customer = given.get("customer")
    if customer:
        desk.get("customer", customer, "customer")
    shown_id = desk.fresh("pi")
    intent = {
        "id": shown_id,
        "object": "payment_intent",
        "amount": given["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": _automatic(given),
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "excluded_payment_method_types": given.get("excluded_payment_method_types"),
        "capture_method": "automatic_async",
        "client_secret": f"{shown_id}_{desk.fresh('secret')}",
        "confirmation_method": "automatic",
        "created": desk.now,
        "currency": currency,
        "customer": customer,
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "next_action": None,
        "payment_method": None,
        "payment_method_options": given.get("payment_method_options") or {},
        "payment_method_types": allowed_types(given, currency),
        "receipt_email": given.get("receipt_email"),
        "setup_future_usage": given.get("setup_future_usage"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_group": given.get("transfer_group"),
        "_session": session,
        "_save": False,
    }
    desk.add(intent)
    _choose(desk, intent, given)
    tell(desk, "payment_intent.created", intent)
    return intent


def update_intent(desk: Desk, asked: Asked) -> Obj:
    """Change an intent that nothing has come of yet; words may change at any time."""
    intent, given = desk.get("payment_intent", asked.id), asked.params
    if intent["status"] not in intent_states.OPEN and given.keys() - {
        "metadata",
        "description",
        "expand",
    }:
        intent_states.refuse_state(intent, "update")
    if "amount" in given:
        check_amount(given["amount"], intent["currency"])
    if given.get("customer"):
        desk.get("customer", given["customer"], "customer")
    for name in ("amount", "customer", "description", "receipt_email", "setup_future_usage"):
        intent[name] = given.get(name, intent[name])
    merge_metadata(intent, given)
    _choose(desk, intent, given)
    return intent


def confirm_intent(desk: Desk, asked: Asked) -> Obj:
    """Try to be paid now."""
    intent = desk.get("payment_intent", asked.id)
    intent_states.refuse_if_hosted(desk, intent)
    _choose(desk, intent, asked.params)
    confirm(desk, intent, asked.params)
    return intent


def cancel_intent(desk: Desk, asked: Asked) -> Obj:
    """Give up an intent. What is paid, or on its way, cannot be given up."""
    intent = desk.get("payment_intent", asked.id)
    intent_states.refuse_if_hosted(desk, intent)
    if intent["status"] not in intent_states.OPEN:
        intent_states.refuse_state(intent, "cancel")
    cancel(desk, intent, asked.params.get("cancellation_reason"))
    return intent


def cancel(desk: Desk, intent: Obj, reason: str | None) -> None:
    """End an open intent."""
    transfers.give_back(desk, intent)
    intent |= {"status": "canceled", "canceled_at": desk.now, "cancellation_reason": reason}
    intent["next_action"] = None
    tell(desk, "payment_intent.canceled", intent)


def confirm(desk: Desk, intent: Obj, given: Params, *, hosted: bool = False) -> None:
    """Charge the chosen method, or ask for what is missing."""
    if intent["status"] not in intent_states.OPEN:
        intent_states.refuse_state(intent, "confirm")
    if not intent["payment_method"]:
        raise unexpected(
            "payment_intent",
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can"
            " either update the PaymentIntent with a payment method and then confirm it again, or"
            " confirm it again directly with a payment method or ConfirmationToken.",
            payment_intent=shown(intent),
        )
    method = methods.resolve(desk, intent["payment_method"])
    intent_states.refuse_unfit(intent, method)
    if not hosted:
        intent_states.refuse_without_return(intent, method, given)
    if method["type"] == "customer_balance":
        transfers.await_transfer(desk, intent, method)
    elif method["type"] == "card":
        _confirm_card(desk, intent, method, given)
    else:
        _confirm_debit(desk, intent, method, given)


def finish_proof(desk: Desk, intent: Obj, *, proven: bool) -> None:
    """The customer comes back from 3-D Secure. A decline after it is raised."""
    if intent["status"] != "requires_action" or not intent["payment_method"]:
        return
    method = desk.get("payment_method", intent["payment_method"])
    if proven:
        _keep_for_later(desk, intent, method)
        pay_by_card(desk, intent, method)
        return
    error = {
        "code": "payment_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different"
        " payment method and try again.",
        "payment_method": shown(method),
        "type": "invalid_request_error",
    }
    fall_back(desk, intent, error)


def allowed_types(given: Params, currency: str) -> list[str]:
    """The methods that fit the currency and pass the filter."""
    allowed = given.get("allowed_payment_method_types")
    excluded = given.get("excluded_payment_method_types") or []
    if allowed and ("automatic_payment_methods" in given or excluded):
        raise Refusal(
            "You may only specify one of these parameters: allowed_payment_method_types,"
            " automatic_payment_methods, excluded_payment_method_types.",
            param="allowed_payment_method_types",
        )
    transfers_fit = "customer_balance" in (allowed or []) and bool(given.get("customer"))
    fitting = methods.default_types(currency, transfers=transfers_fit)
    found = [kind for kind in fitting if kind not in excluded and (not allowed or kind in allowed)]
    if not found:
        raise Refusal(
            "No valid payment method types for this Payment Intent. Please ensure that you have"
            " activated payment methods compatible with your chosen currency in your dashboard.",
            param="allowed_payment_method_types",
        )
    return found


def _automatic(given: Params) -> Obj | None:
    if "allowed_payment_method_types" in given:
        return None
    asked = given.get("automatic_payment_methods") or {"enabled": True}
    return {"allow_redirects": "always"} | asked


def _choose(desk: Desk, intent: Obj, given: Params) -> None:
    """Note the method that the request names or describes."""
    if "payment_method" in given:
        method = methods.resolve(desk, given["payment_method"])
    elif "payment_method_data" in given:
        method = methods.method_of(desk, given["payment_method_data"])
    else:
        return
    if method["customer"] is not None and method["customer"] != intent["customer"]:
        raise Refusal(
            f"The provided PaymentMethod ({method['id']}) belongs to another customer. Please"
            " include the customer it is attached to.",
            param="payment_method",
        )
    intent["payment_method"] = method["id"]
    if intent["status"] == "requires_payment_method":
        intent["status"] = "requires_confirmation"


def _confirm_card(desk: Desk, intent: Obj, method: Obj, given: Params) -> None:
    off_session = bool(given.get("off_session"))
    proof = methods.behind(method).proof
    is_asked = (
        proof is Proof.ALWAYS
        or (proof is Proof.UNLESS_SET_UP and not (off_session and method["_set_up"]))
        or (proof is Proof.ON_SESSION and not off_session)
    )
    if not is_asked:
        _keep_for_later(desk, intent, method)
        pay_by_card(desk, intent, method)
    elif off_session:
        raise decline(desk, intent, method, "authentication_required")
    else:
        url = f"{desk.place.base}/authenticate/{intent['id']}"
        intent |= {
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {"return_url": given.get("return_url"), "url": url},
            },
        }
        tell(desk, "payment_intent.requires_action", intent)


def _confirm_debit(desk: Desk, intent: Obj, method: Obj, given: Params) -> None:
    if "mandate_data" in given:
        methods.give_mandate(desk, method)
    if given.get("mandate", method["_mandate"]) != method["_mandate"] or not method["_mandate"]:
        raise Refusal(
            f"Payments with {method['type']} need a mandate. Set one up with Checkout or a"
            " SetupIntent, or pass mandate_data.",
            code="payment_intent_mandate_invalid",
            payment_intent=shown(intent),
        )
    if desk.get("mandate", method["_mandate"])["status"] != "active":
        raise Refusal(
            "The mandate of this payment method is inactive, so it cannot be debited.",
            code="payment_intent_mandate_invalid",
            payment_intent=shown(intent),
        )
    _keep_for_later(desk, intent, method)
    start_debit(desk, intent, method)


def _keep_for_later(desk: Desk, intent: Obj, method: Obj) -> None:
    """Save the method if the intent asks for it; else it can be used just this once.

    A card that its bank declines is not saved.
    """
    if methods.behind(method).decline and method["type"] == "card":
        return
    if (intent["setup_future_usage"] or intent["_save"]) and intent["customer"]:
        method["_set_up"] = method["_set_up"] or bool(intent["setup_future_usage"])
        if method["customer"] is None and intent["_session"]:
            method["allow_redisplay"] = "always" if intent["_save"] else "limited"
        methods.attach(desk, method, intent["customer"])
    elif method["customer"] is None:
        method["_gone"] = True
