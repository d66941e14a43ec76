"""The hosted pages a payer sees: the form, the bank's question, where to transfer to."""

from __future__ import annotations

from html import escape

from starlette.responses import Response

from billing_app.simulated_stripe import bank_details, instruments
from billing_app.simulated_stripe.checkout import asks_email, saved_methods, success_of
from billing_app.simulated_stripe.desk import Desk, Obj
from billing_app.simulated_stripe.pages import (
    alert,
    amount,
    facts,
    field_amount,
    link,
    method_words,
    page,
)

_NAMES = {
    "card": "Card",
    "us_bank_account": "Direct debit from a US bank account",
    "sepa_debit": "SEPA Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "au_becs_debit": "BECS Direct Debit",
    "customer_balance": "Bank transfer",
}
_SPELT = {"bic": "BIC", "iban": "IBAN", "clabe": "CLABE"}
_SAID = {
    "email": "Please give an e-mail address. Nothing was charged.",
    "method": "Please choose how to pay. Nothing was charged.",
    "refused": "That is not possible here. Nothing was charged.",
}


def checkout(desk: Desk, session: Obj, said: str) -> Response:
    """The form while it is open, and afterwards what has become of it."""
    base = desk.place.base
    if session["status"] == "expired":
        body = "<p>This page has expired. Nothing was charged here.</p>"
        body += link(session["cancel_url"], "Back to where you came from")
        return page(base, "This page has expired", body)
    if session["status"] == "complete":
        body = "<p>You are all done here. Nothing more will be charged.</p>"
        return page(base, "All done", body + link(success_of(session), "Go on"))
    is_setup = session["mode"] == "setup"
    title = "Save a payment method" if is_setup else f"Pay {_total(session)}"
    return page(base, title, _form(desk, session, said), leads=session["success_url"])


def challenge(desk: Desk, intent: Obj) -> Response:
    """The bank asks whether it is really them."""
    base, waits = desk.place.base, intent["status"] == "requires_action"
    if not waits or not (intent["next_action"] or {}).get("redirect_to_url"):
        body = "<p>There is nothing to confirm here any more.</p>"
        return page(base, "Nothing to confirm", body)
    what = ""
    if intent["object"] == "payment_intent":
        what = f" a payment of {amount(intent['amount'], intent['currency'])}"
    body = f"""<p>Your bank wants to be sure that it is you who makes{escape(what) or " this"}.</p>
<form method="post">
<p><button class="pay" name="proven" value="yes">Complete authentication</button></p>
<p><button class="pay plain" name="proven" value="no">Fail authentication</button></p>
</form>
<p class="soft">Closing this page instead leaves the payment unfinished.</p>"""
    session = desk.look("checkout.session", intent["_session"]) or {}
    leads = intent["next_action"]["redirect_to_url"]["return_url"]
    return page(base, "3-D Secure", body, leads=session.get("success_url") or leads or "")


def transfer(desk: Desk, intent: Obj, arrived: str = "") -> Response:
    """Where to transfer to, and a button by which money arrives: as much as is typed.

    What ``arrived`` just now is told; what it pays is not known here, but to whoever was paid.

    The account is the payer's for good, so money can come when nothing awaits it any more.
    """
    base = desk.place.base
    session = desk.look("checkout.session", intent["_session"])
    back = link(success_of(session), "Back to where you came from") if session else ""
    if "_transfer" not in intent:
        words = f"This payment is {intent['status'].replace('_', ' ')}."
        return page(base, "Bank transfer", f"<p>{escape(words)}</p>{back}")
    awaited = (intent["next_action"] or {}).get("display_bank_transfer_instructions")
    left = awaited["amount_remaining"] if awaited else 0
    told = _arrived(desk, intent, arrived)
    lead = f"This payment is {intent['status'].replace('_', ' ')}. Please transfer nothing for it."
    if awaited:
        lead = "Transfer the amount to this account. The payment is done once it has arrived."
    if told:
        left, lead = 0, "Whoever you pay is told at once, and knows how much is still to pay."
    reference = bank_details.reference_of(intent["customer"])
    currency = intent["currency"]
    body = f"""{told}<p>{escape(lead)}</p>{facts(_account(intent, left, reference))}
<form method="post"><fieldset><legend>Simulate a transfer</legend>
<label>Amount in {currency.upper()}
<input name="amount" inputmode="decimal" value="{field_amount(left or intent["amount"], currency)}"
required></label>
<label>Reference
<input name="reference" value="{escape(reference)}"></label>
<button>Have it arrive</button></fieldset></form>{back}"""
    return page(base, "Bank transfer", body)


def _arrived(desk: Desk, intent: Obj, arrived: str) -> str:
    """What has just arrived, if it came for this payer."""
    moved = desk.look("customer_cash_balance_transaction", arrived)
    if moved is None or moved["customer"] != intent["customer"] or "funded" not in moved:
        return ""
    reference = moved["funded"]["bank_transfer"]["reference"] or ""
    named = f" with the reference “{reference}”" if reference else " without a reference"
    sum_ = amount(moved["net_amount"], moved["currency"])
    return f'<p class="done" role="status">{escape(f"{sum_} has arrived{named}.")}</p>'


def _account(intent: Obj, left: int, reference: str) -> dict[str, str]:
    country = intent["_transfer"]["country"]
    [found] = bank_details.addresses(intent["customer"], intent["currency"], country)
    told = {_SPELT.get(name, name.replace("_", " ").capitalize()): said
            for name, said in found[found["type"]].items() if isinstance(said, str)}  # fmt: skip
    asks = {"Amount": amount(left, intent["currency"])} if left else {}
    return asks | {"Reference": reference} | told


def receipt(desk: Desk, charge: Obj) -> Response:
    """What was paid."""
    shown = {
        "Amount": amount(charge["amount"], charge["currency"]),
        "Refunded": amount(charge["amount_refunded"], charge["currency"]),
        "State": charge["status"],
        "For": charge["description"] or "",
    }
    return page(desk.place.base, "Receipt", facts(shown))


def _form(desk: Desk, session: Obj, said: str) -> str:
    choices = [_saved(method) for method in saved_methods(desk, session)]
    choices += [_kind(kind) for kind in session["payment_method_types"]]
    choices[0] = choices[0].replace("<input", "<input checked", 1)
    return f"""{_lines(session)}{alert(_trouble(desk, session, said))}
<form method="post">
<fieldset><legend>How do you want to pay?</legend>{"".join(choices)}</fieldset>
{_person(desk, session)}{_consent(session)}
<button class="pay">{_verb(session)}</button>
</form>
{link(session["cancel_url"], "Go back without paying")}"""


def _trouble(desk: Desk, session: Obj, said: str) -> str:
    """What stands in the way: of the form, or of the try before this one."""
    if said in _SAID:
        return _SAID[said]
    intent = desk.look("payment_intent", session["payment_intent"]) or {}
    setup = desk.look("setup_intent", session["setup_intent"] or "") or {}
    error = intent.get("last_payment_error") or setup.get("last_setup_error")
    if not error:
        return ""
    return f"{error['message']} Nothing was charged. You can try again here."


def _lines(session: Obj) -> str:
    rows = {
        f"{line['description']}": amount(line["amount_total"], line["currency"])
        for line in session["_line_items"]
    }
    return facts(rows)


def _saved(method: Obj) -> str:
    words = escape(f"Saved: {method_words(method)}")
    return (
        f'<label class="row"><input type="radio" name="pay_with" value="{method["id"]}">'
        f" {words}</label>"
    )


def _kind(kind: str) -> str:
    name = escape(_NAMES[kind])
    radio = f'<label class="row"><input type="radio" name="pay_with" value="{kind}"> {name}</label>'
    found = instruments.of_type(kind)
    if not found:
        return radio
    options = "".join(
        f'<option value="{one.number}">{_grouped(one.number)} · {escape(one.says)}</option>'
        for one in found
    )
    return f'{radio}<label>Test number<select name="{kind}" aria-label="{name}, test number">\
{options}</select></label>'


def _person(desk: Desk, session: Obj) -> str:
    name = '<label>Name<input name="name" autocomplete="name"></label>'
    if not asks_email(desk, session):
        return name
    email = '<label>E-mail<input name="email" type="email" autocomplete="email" required></label>'
    return email + name


def _consent(session: Obj) -> str:
    saving = session["saved_payment_method_options"] or {}
    if session["_intent_data"].get("setup_future_usage"):
        return (
            "<p>By paying, you allow us to charge this method for future payments"
            " according to our terms.</p>"
        )
    if session["mode"] == "payment" and saving.get("payment_method_save") == "enabled":
        return (
            '<label class="row"><input type="checkbox" name="save" value="yes">'
            " Save this method for my next payments</label>"
        )
    return ""


def _verb(session: Obj) -> str:
    if session["payment_method_types"] == ["customer_balance"]:
        return "Show the account"
    return "Save" if session["mode"] == "setup" else f"Pay {escape(_total(session))}"


def _total(session: Obj) -> str:
    return amount(session["amount_total"], session["currency"])


def _grouped(number: str) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))
