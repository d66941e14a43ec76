"""What a person does at the hosted pages: pays, proves that it is them, transfers."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from billing_app.simulated_stripe import instruments, intents, methods, sessions, setups
from billing_app.simulated_stripe.desk import Desk, Obj
from billing_app.simulated_stripe.refusals import Refusal

Form = Mapping[str, str]


def saved_methods(desk: Desk, session: Obj) -> list[Obj]:
    """The methods of the customer that this page may show."""
    saving = session["saved_payment_method_options"]
    if not session["customer"] or not saving or session["mode"] == "setup":
        return []
    return [
        method
        for method in desk.all("payment_method", customer=session["customer"])
        if method["allow_redisplay"] in saving["allow_redisplay_filters"]
        and method["type"] in session["payment_method_types"]
    ]


def asks_email(desk: Desk, session: Obj) -> bool:
    """Whether nobody has told yet where the receipt goes."""
    customer = desk.look("customer", session["customer"]) or {}
    return not (session["customer_email"] or customer.get("email"))


def page_of(desk: Desk, session: Obj, said: str = "") -> str:
    """The address of the page itself."""
    query = f"?said={said}" if said else ""
    return f"{desk.place.base}/c/pay/{session['id']}{query}"


def success_of(session: Obj) -> str:
    """Where the page leads once it has done its part."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def submit(desk: Desk, session: Obj, form: Form) -> str:
    """Pay, or save a method, as the form says; tells where to go from here."""
    if session["status"] != "open":
        return page_of(desk, session)
    email = form.get("email", "").strip()
    if asks_email(desk, session) and "@" not in email:
        return page_of(desk, session, "email")
    method = _method(desk, session, form, email)
    if method is None:
        return page_of(desk, session, "method")
    if method["type"] not in {"card", "customer_balance"}:
        methods.give_mandate(desk, method)
    if session["mode"] == "setup":
        return _save(desk, session, method, form)
    return _pay(desk, session, method, form)


def prove(desk: Desk, shown: str, *, proven: bool) -> str:
    """Come back from 3-D Secure; tells where to go from here."""
    obj = desk.look("payment_intent", shown) or desk.get("setup_intent", shown)
    return_url = ((obj["next_action"] or {}).get("redirect_to_url") or {}).get("return_url")
    try:
        if obj["object"] == "payment_intent":
            intents.finish_proof(desk, obj, proven=proven)
        else:
            setups.finish_proof(desk, obj, proven=proven)
    except Refusal as refusal:
        if not refusal.keeps:
            raise
    session = desk.look("checkout.session", obj["_session"])
    if session is not None:
        return _after(desk, session, obj, session.get("_form") or {})
    outcome = "succeeded" if obj["status"] == "succeeded" else "failed"
    query = urlencode({obj["object"]: obj["id"], "redirect_status": outcome})
    joint = "&" if "?" in (return_url or "") else "?"
    return f"{return_url}{joint}{query}" if return_url else f"{desk.place.base}/done"


def _pay(desk: Desk, session: Obj, method: Obj, form: Form) -> str:
    intent = sessions.intent_of(desk, session)
    saving = session["saved_payment_method_options"] or {}
    wants = saving.get("payment_method_save") == "enabled" and form.get("save") == "yes"
    intent |= {"payment_method": method["id"], "_save": wants}
    try:
        intents.confirm(desk, intent, {"return_url": page_of(desk, session)}, hosted=True)
    except Refusal as refusal:
        if not refusal.keeps:
            raise
    return _after(desk, session, intent, form)


def _save(desk: Desk, session: Obj, method: Obj, form: Form) -> str:
    setup = desk.get("setup_intent", session["setup_intent"])
    setup["payment_method"] = method["id"]
    method["allow_redisplay"] = "always"
    try:
        setups.confirm(desk, setup, {"return_url": page_of(desk, session)})
    except Refusal as refusal:
        if not refusal.keeps:
            raise
    return _after(desk, session, setup, form)


def _after(desk: Desk, session: Obj, obj: Obj, form: Form) -> str:
    """Where the intent's state leads: on, to the bank's page, or back to the form."""
    words = {name: (form.get(name) or "").strip() or None for name in ("email", "name")}
    action = obj["next_action"] or {}
    if session["status"] != "open":
        return page_of(desk, session)
    if obj["status"] in {"succeeded", "processing"}:
        sessions.complete(desk, session, paid=obj["status"] == "succeeded", **words)
        return success_of(session)
    if "redirect_to_url" in action:
        session["_form"] = words
        return str(action["redirect_to_url"]["url"])
    if "display_bank_transfer_instructions" in action:
        sessions.complete(desk, session, paid=False, **words)
        return f"{desk.place.base}/transfer/{obj['id']}"
    return page_of(desk, session)


def _method(desk: Desk, session: Obj, form: Form, email: str) -> Obj | None:
    """The method that was chosen, if this page offers it."""
    kind = form.get("pay_with", "")
    if kind.startswith("pm_"):
        offered = {method["id"]: method for method in saved_methods(desk, session)}
        return offered.get(kind)
    if kind not in session["payment_method_types"]:
        return None
    billing = {"email": email or None, "name": form.get("name", "").strip() or None}
    if kind == "customer_balance":
        return methods.new_method(desk, kind, None, billing_details=billing)
    found = instruments.by_number(kind, form.get(kind, ""))
    return methods.new_method(desk, kind, found, billing_details=billing) if found else None
