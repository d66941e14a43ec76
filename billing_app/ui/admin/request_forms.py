"""The forms of a Credit Request, and what each of them brings about."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.kernel.currencies import CURRENCIES
from billing_app.services.requesting import Asks
from billing_app.ui.admin.forms import form_sheet, is_open
from billing_app.ui.admin.request import AdminRequestState
from billing_app.ui.admin.request_acts import AdminRequestActsState
from billing_app.ui.components.buttons import danger_button, primary_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import (
    choice,
    choices,
    field_error,
    number_field,
    select_field,
    text_field,
)
from billing_app.ui.components.text import has_words


def open_act() -> rx.Component:
    """The form of the act that was asked for, while it is open."""
    page: Any = AdminRequestState
    state: Any = AdminRequestActsState
    form = rx.match(
        state.act,
        ("change", _change(state, page)),
        ("raise", _raise(state, page)),
        ("delete", _delete(state, page)),
        _void(state, page),
    )
    return rx.cond(is_open(AdminRequestActsState), form, rx.fragment())


def request_fields(state: Any, written: Any) -> dict[str, rx.Component]:
    """What a draft says, to be typed; ``written`` is what it says so far."""
    return {
        "amount": number_field(
            "Amount to ask for",
            name="amount",
            error=field_error(state, "amount"),
            default_value=written["amount"],
            auto_focus=True,
        ),
        "currency": select_field(
            "Currency",
            [(code, code) for code in CURRENCIES],
            name="currency",
            error=field_error(state, "currency"),
            default_value=written["currency"],
        ),
        "description": text_field(
            "What it is for",
            name="description",
            hint="The customer reads it on the request and in the letter.",
            error=field_error(state, "description"),
            default_value=written["description"],
            auto_complete="off",
            optional=True,
        ),
        "due_on": text_field(
            "Due on",
            name="due_on",
            type="date",
            hint="Left empty, it follows from the customer's days to pay.",
            error=field_error(state, "due_on"),
            default_value=written["due_on"],
            optional=True,
        ),
    }


def due_words(page: Any) -> rx.Var[str]:
    """By when a draft is due, or what that follows from."""
    due = page.facts["due"]
    return rx.cond(has_words(due), due, "By their days to pay").to(str)


def _change(state: Any, page: Any) -> rx.Component:
    return form_sheet(
        "Edit the draft",
        state,
        state.change,
        request_fields(state, page.written),
        before=definition_list(("For", page.party)),
        button=primary_button("Save the draft", type="submit"),
    )


def _raise(state: Any, page: Any) -> rx.Component:
    agreed = rx.cond(
        has_words(page.charged_on),
        choice(
            "Charge what they saved",
            name="asks",
            value=Asks.AS_AGREED.value,
            chosen=True,
            remark=(
                f"They agreed to that. A letter to {page.email} tells them first; it is charged"
                f" on {page.charged_on} at the earliest."
            ),
        ),
        rx.fragment(),
    )
    asks = choices(
        "How does it ask for the money?",
        agreed,
        choice(
            "Send the letter that asks for it",
            name="asks",
            value=Asks.BY_LETTER.value,
            chosen=page.charged_on == "",
            remark=f"It goes to {page.email} and carries the pay link. Nothing is charged.",
        ),
        choice(
            "Send nothing yet",
            name="asks",
            value=Asks.NOT_YET.value,
            remark="Nothing is charged, and you can send the pay link later from this page.",
        ),
    )
    return form_sheet(
        "Raise this Credit Request?",
        state,
        state.raise_it,
        {"asks": asks},
        before=rx.el.div(
            definition_list(
                ("For", page.party),
                ("Asks for", rx.el.strong(page.figures["total"])),
                ("Due", due_words(page)),
            ),
            rx.el.p(
                "It takes the next number and its words are frozen. It is neither a debt nor"
                f" revenue: what is paid on it becomes credit of {page.party}."
            ),
            _covered_first(page),
            class_name="stack stack--4",
        ),
        button=primary_button("Raise", type="submit"),
    )


def _covered_first(page: Any) -> rx.Component:
    covers = rx.el.p(
        f"They have {page.credit} of credit. 'Automatically mark Credit Requests paid' is on, so"
        " what of it covers no other request covers this one first."
    )
    return rx.cond(page.uses_credit & has_words(page.credit), covers, rx.fragment())


def _delete(state: Any, page: Any) -> rx.Component:
    return form_sheet(
        "Delete this draft?",
        state,
        state.delete,
        {},
        before=rx.el.div(
            definition_list(("For", page.party), ("Asks for", page.figures["total"])),
            rx.el.p("It never had a number, so none is missing afterwards. This cannot be undone."),
            class_name="stack stack--4",
        ),
        button=danger_button("Delete", type="submit", auto_focus=True),
    )


def _void(state: Any, page: Any) -> rx.Component:
    keeps = rx.el.p(
        f"What was paid on it stays credit of {page.party}. It can be handed back as a refund of"
        " unused credit."
    )
    return form_sheet(
        "Void this Credit Request?",
        state,
        state.void,
        {
            "reason": text_field(
                "Reason",
                name="reason",
                hint="For your records. The customer is not told.",
                error=field_error(state, "reason"),
                auto_complete="off",
                auto_focus=True,
            )
        },
        before=rx.el.div(
            definition_list(
                ("For", page.party),
                ("Asks for", page.figures["total"]),
                ("Still to pay", page.figures["still_to_pay"]),
            ),
            rx.el.p(
                "It asks for nothing any more, its pay link takes no money, and it keeps its"
                " number. No money moves."
            ),
            rx.cond(page.lots.length() > 0, keeps, rx.fragment()),
            class_name="stack stack--4",
        ),
        button=danger_button("Void", type="submit"),
    )
