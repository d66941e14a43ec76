"""What is asked before a draft is issued, charged or deleted, with all that follows from it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.admin.methods import method_options
from billing_app.ui.components.buttons import danger_button, primary_button, quiet_button
from billing_app.ui.components.content import card, cluster, definition_list, section
from billing_app.ui.components.fields import select_field
from billing_app.ui.components.text import when


def draft_question(state: Any) -> rx.Component:
    """The question that is open, if one is: what follows, and the button that does it."""
    keep = quiet_button("Keep it a draft", on_click=state.let_be)
    issue = _asks(
        state,
        "Issue this invoice?",
        rx.el.p(
            "It takes the next number and its words are frozen. It is owed from then on, and"
            f" {state.party} is asked to pay what is left of it."
        ),
        cluster(primary_button("Issue", on_click=state.issue, auto_focus=True), keep),
    )
    charge = _asks(
        state,
        "Issue this invoice and charge it?",
        rx.el.p(
            "It takes the next number and its words are frozen. Then what is left to pay is"
            " charged at once. If the bank says no, the invoice stays issued and unpaid, and you"
            " see why."
        ),
        rx.cond(
            state.methods.length() > 0,
            rx.el.form(
                select_field(
                    "Charge",
                    method_options(state.methods),
                    name="payment_method_id",
                    auto_focus=True,
                ),
                cluster(primary_button("Issue and charge", type="submit"), keep),
                on_submit=state.issue_and_charge,
                class_name="stack stack--4",
            ),
            rx.el.div(
                rx.el.p(
                    f"{state.party} has no saved way of paying, so nothing can be charged. Issue"
                    " the invoice and send its pay link."
                ),
                cluster(keep),
                class_name="stack stack--4",
            ),
        ),
    )
    delete = _asks(
        state,
        "Delete this draft?",
        rx.el.p("It never had a number, so none is missing afterwards. This cannot be undone."),
        cluster(danger_button("Delete", on_click=state.delete, auto_focus=True), keep),
        about_money=False,
    )
    return rx.match(
        state.asked,
        ("issue", issue),
        ("charge", charge),
        ("delete", delete),
        rx.fragment(),
    )


def _asks(
    state: Any, title: str, words: rx.Component, answer: rx.Component, *, about_money: bool = True
) -> rx.Component:
    facts = definition_list(
        ("For", state.party),
        ("Total", rx.el.strong(state.total)),
        ("Due", state.due),
    )
    plan = when(state.planned, definition_list(("Instalments", state.planned)))
    credit = when(
        state.from_credit,
        rx.el.p(f"{state.from_credit} of their credit pays it first."),
    )
    return section(
        title,
        card(
            rx.el.div(
                *([facts, plan] if about_money else []),
                words,
                *([credit] if about_money else []),
                answer,
                class_name="stack stack--4",
            )
        ),
    )
