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
from billing_app.ui.words import phrase, say


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
                rx.el.span(say("You pay on Stripe's page.")),
                rx.el.span(" ", say("We never see your card."), class_name="pay__of-card"),
            ),
            action="/pay/" + token,
            # What was chosen counts when the form is made; a tab may know an earlier visit's.
            key=token + PayState.way + PayState.much + PayState.typed,
            class_name="stack",
        )
    )


def account_again() -> rx.Component:
    """Leads straight to the account of the transfer that is awaited. Nothing is charged by it."""
    return _begun_again("bank_transfer", say("Show the account again"))


def go_on_there() -> rx.Component:
    """Leads back to the provider's page that is open, as it was left."""
    return _begun_again(PayState.open_way, say("Go on there"))


def _begun_again(way: Text, label: Text) -> rx.Component:
    token: Any = rx.State.token  # type: ignore[attr-defined]
    return native_form(
        hidden_field("way", way),
        hidden_field("much", "begun"),
        secondary_button(label, type="submit"),
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
        rx.el.p(
            say(
                "This cannot be paid online. Please ask %(business)s how to pay it.",
                business=state.asked_by,
            )
        ),
        rx.fragment(),
    )
    folded = rx.el.details(
        rx.el.summary(say("Pay by bank transfer instead")), told, class_name="pay__fold"
    )
    return rx.cond(
        ways.contains("bank_transfer"),
        rx.fragment(),
        rx.cond(
            has_words(state.bank_details),
            rx.cond(ways.length() == 0, section(say("Pay by bank transfer"), card(told)), folded),
            nothing,
        ),
    )


def kept_words(amount: Text, customer: Text) -> rx.Component:
    """What became of money that arrived and was not needed."""
    return phrase(
        "%(amount)s of what came by bank transfer was more than this needed. It is not lost: it was"
        " credited to %(customer)s.",
        amount=rx.el.strong(amount),
        customer=customer,
    )
