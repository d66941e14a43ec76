"""Setup intents: saving a method without being paid."""

from __future__ import annotations

from billing_app.simulated_stripe import methods
from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.events import tell
from billing_app.simulated_stripe.instruments import Proof
from billing_app.simulated_stripe.intents import allowed_types
from billing_app.simulated_stripe.refusals import Refusal, unexpected
from billing_app.simulated_stripe.shape import shown

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create_setup(desk: Desk, asked: Asked) -> Obj:
    """A setup intent, confirmed in the same breath if that is asked for."""
    setup = new_setup(desk, asked.params)
    if asked.params.get("confirm"):
        confirm(desk, setup, asked.params)
    return setup


def new_setup(desk: Desk, given: Params, *, session: str = "", currency: str = "usd") -> Obj:
    """Keep a new setup intent."""
    if given.get("customer"):
        desk.get("customer", given["customer"], "customer")
    shown_id = desk.fresh("seti")
    automatic = {"allow_redirects": "always"} | (
        given.get("automatic_payment_methods") or {"enabled": True}
    )
    setup = desk.add(
        {
            "id": shown_id,
            "object": "setup_intent",
            "automatic_payment_methods": automatic,
            "client_secret": f"{shown_id}_{desk.fresh('secret')}",
            "created": desk.now,
            "customer": given.get("customer"),
            "description": given.get("description"),
            "last_setup_error": None,
            "livemode": False,
            "metadata": given.get("metadata") or {},
            "next_action": None,
            "payment_method": None,
            "payment_method_options": {},
            "payment_method_types": _types(given, currency),
            "status": "requires_payment_method",
            "usage": given.get("usage", "off_session"),
            "_session": session,
        }
    )
    choose(desk, setup, given)
    tell(desk, "setup_intent.created", setup)
    return setup


def confirm_setup(desk: Desk, asked: Asked) -> Obj:
    """Save the method now."""
    setup = desk.get("setup_intent", asked.id)
    choose(desk, setup, asked.params)
    confirm(desk, setup, asked.params)
    return setup


def cancel_setup(desk: Desk, asked: Asked) -> Obj:
    """Give up."""
    setup = desk.get("setup_intent", asked.id)
    if setup["status"] not in _OPEN:
        _refuse_state(setup, "cancel")
    reason = asked.params.get("cancellation_reason")
    setup |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    tell(desk, "setup_intent.canceled", setup)
    return setup


def choose(desk: Desk, setup: Obj, given: Params) -> None:
    """Note the method."""
    if "payment_method" in given:
        setup["payment_method"] = methods.resolve(desk, given["payment_method"])["id"]
    elif "payment_method_data" in given:
        setup["payment_method"] = methods.method_of(desk, given["payment_method_data"])["id"]
    if setup["payment_method"] and setup["status"] == "requires_payment_method":
        setup["status"] = "requires_confirmation"


def confirm(desk: Desk, setup: Obj, given: Params) -> None:
    """Save, ask for 3-D Secure, or raise the bank's refusal."""
    if setup["status"] not in _OPEN or not setup["payment_method"]:
        _refuse_state(setup, "confirm")
    method = methods.resolve(desk, setup["payment_method"])
    instrument = methods.behind(method)
    if not instrument.attaches:
        raise _decline(desk, setup, method, instrument.decline)
    if method["type"] == "card" and instrument.proof in {Proof.ALWAYS, Proof.UNLESS_SET_UP}:
        url = f"{desk.place.base}/authenticate/{setup['id']}"
        redirect = {"return_url": given.get("return_url"), "url": url}
        setup |= {
            "status": "requires_action",
            "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect},
        }
        tell(desk, "setup_intent.requires_action", setup)
        return
    if method["type"] != "card" and "mandate_data" not in given and not method["_mandate"]:
        raise Refusal(
            f"Saving a {method['type']} needs mandate_data.",
            code="setup_intent_mandate_invalid",
            setup_intent=shown(setup),
        )
    succeed(desk, setup, method)


def finish_proof(desk: Desk, setup: Obj, *, proven: bool) -> None:
    """The customer comes back from 3-D Secure."""
    if setup["status"] != "requires_action":
        return
    method = desk.get("payment_method", setup["payment_method"])
    if proven:
        succeed(desk, setup, method)
        return
    error = {
        "code": "setup_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different"
        " payment method and try again.",
        "payment_method": shown(method),
        "type": "invalid_request_error",
    }
    _fall_back(desk, setup, error)


def succeed(desk: Desk, setup: Obj, method: Obj) -> None:
    """The method may be used later, without its owner."""
    method["_set_up"] = True
    if method["type"] != "card":
        setup["mandate"] = methods.give_mandate(desk, method)
    if setup["customer"]:
        methods.attach(desk, method, setup["customer"])
    setup |= {"status": "succeeded", "next_action": None, "last_setup_error": None}
    tell(desk, "setup_intent.succeeded", setup)


def _decline(desk: Desk, setup: Obj, method: Obj, why: str) -> Refusal:
    facts = methods.declined(why)
    error = {
        "code": facts["code"],
        "decline_code": why,
        "message": facts["message"],
        "payment_method": shown(method),
        "type": "card_error",
    }
    _fall_back(desk, setup, error)
    return Refusal(**facts | {"setup_intent": shown(setup), "payment_method": shown(method)})


def _fall_back(desk: Desk, setup: Obj, error: Obj) -> None:
    setup |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_setup_error": error,
    }
    tell(desk, "setup_intent.setup_failed", setup)


def _types(given: Params, currency: str) -> list[str]:
    found = allowed_types(given, currency)
    return [kind for kind in found if kind != "customer_balance"]


def _refuse_state(setup: Obj, verb: str) -> None:
    raise unexpected(
        "setup_intent",
        f"You cannot {verb} this SetupIntent because it has a status of {setup['status']}.",
        setup_intent=shown(setup),
    )
