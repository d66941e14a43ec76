"""How a document can be paid: on the payment provider's page, or from one's bank."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.content import card, section
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.paying import (
    amount_choices,
    pay_bar,
    transfer_details,
    way_choices,
)
from billing_app.ui.components.text import Text, has_words
from billing_app.ui.pay.state import PayState


def pay_form() -> rx.Component:
    """The choices, and the button that leads to the payment provider's page."""
    token: Any = rx.State.token  # type: ignore[attr-defined]
    return card(
        native_form(
            way_choices(PayState.ways, chosen=PayState.way),
            amount_choices(
                PayState.most,
                PayState.due_now,
                chosen=PayState.much,
                typed=PayState.typed,
                error=PayState.amount_error,
            ),
            pay_bar(
                "You pay on Stripe's page",
                rx.el.span("; we never see your card", class_name="pay__of-card"),
                ".",
            ),
            action="/pay/" + token,
            # What was chosen counts when the form is made; a tab may know an earlier visit's.
            key=token + PayState.way + PayState.much + PayState.typed,
            class_name="stack",
        )
    )


def account_again() -> rx.Component:
    """Leads straight to the account of the transfer that is awaited. Nothing is charged by it."""
    token: Any = rx.State.token  # type: ignore[attr-defined]
    return native_form(
        hidden_field("way", "bank_transfer"),
        hidden_field("much", "awaited"),
        secondary_button("Show the account again", type="submit"),
        action="/pay/" + token,
        class_name="pay__again",
    )


def by_transfer() -> rx.Component:
    """For whoever pays from their bank where the provider has no account to pay into."""
    state = PayState
    ways: Any = state.ways
    told = transfer_details(state.most, state.bank_details, state.reference, holder=state.asked_by)
    nothing = rx.cond(
        ways.length() == 0,
        rx.el.p("This cannot be paid online. Please ask ", state.asked_by, " how to pay it."),
        rx.fragment(),
    )
    folded = rx.el.details(
        rx.el.summary("Pay by bank transfer instead"), told, class_name="pay__fold"
    )
    return rx.cond(
        ways.contains("bank_transfer"),
        rx.fragment(),
        rx.cond(
            has_words(state.bank_details),
            rx.cond(ways.length() == 0, section("Pay by bank transfer", card(told)), folded),
            nothing,
        ),
    )


def kept_words(customer: Text) -> rx.Component:
    """What became of money that arrived and was not needed."""
    return rx.fragment(
        " of what came by bank transfer was more than this needed. It is not lost: it was"
        " credited to ",
        customer,
        ".",
    )
