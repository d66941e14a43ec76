"""How a document can be paid: on the payment provider's page, or from one's bank."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import pay_button, secondary_button
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.fields import choice, choices, number_field
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.pay.state import PayState


def pay_form() -> rx.Component:
    """The choices, and the button that leads to the payment provider's page."""
    token: Any = rx.State.token  # type: ignore[attr-defined]
    ways: Any = PayState.ways
    return card(
        native_form(
            choices("How do you want to pay?", rx.foreach(ways, _way)),
            choices(
                "How much?",
                _much("All of it: ", PayState.most, value="all"),
                when(
                    PayState.due_now,
                    _much("The part due now: ", PayState.due_now, value="part"),
                ),
                _much("Another amount", value="other"),
                rx.el.div(
                    number_field(
                        "Amount to pay",
                        name="amount",
                        hint="No more than what is left to pay.",
                        error=PayState.amount_error,
                        optional=True,
                        default_value=PayState.typed,
                    ),
                    class_name="pay__other",
                ),
            ),
            rx.el.div(
                pay_button("Pay Now", type="submit", full_width=True),
                rx.el.p(
                    "You pay on Stripe's page",
                    rx.el.span("; we never see your card", class_name="pay__of-card"),
                    ".",
                    class_name="pay__assured",
                ),
                class_name="pay__bar",
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


def _much(*words: Text, value: str) -> rx.Component:
    return choice(*words, name="much", value=value, chosen=PayState.much == value)


def _way(way: Any) -> rx.Component:
    words = rx.match(
        way,
        ("card", "Card"),
        ("direct_debit", "Direct debit"),
        "Bank transfer",
    )
    remark = rx.match(
        way,
        ("direct_debit", "Takes some days, and your bank can still refuse it."),
        ("bank_transfer", "You get an account and a reference; it arrives in some days."),
        "",
    )
    return choice(words, name="way", value=way, chosen=PayState.way == way, remark=remark)


def by_transfer() -> rx.Component:
    """For whoever pays from their bank where the provider has no account to pay into."""
    state = PayState
    ways: Any = state.ways
    told = rx.el.div(
        definition_list(
            ("Amount", state.most),
            ("Account holder", state.asked_by),
            ("Account", rx.el.span(state.bank_details, class_name="pay__lines")),
            ("Reference", rx.el.strong(state.reference)),
        ),
        rx.el.p(
            "Please give the reference, so that your money is matched to this document. It counts"
            " as paid once it has arrived.",
            class_name="plain__aside",
        ),
    )
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
