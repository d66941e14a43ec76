"""How a document can be paid: on the payment provider's page, or from one's bank."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import pay_button
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.fields import choice, choices, number_field
from billing_app.ui.components.native import native_form
from billing_app.ui.components.text import has_words, when
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
                choice("All of it: ", PayState.most, name="much", value="all", chosen=True),
                when(
                    PayState.due_now,
                    choice("The part due now: ", PayState.due_now, name="much", value="part"),
                ),
                choice("Another amount", name="much", value="other"),
                rx.el.div(
                    number_field(
                        "Amount to pay",
                        name="amount",
                        hint="No more than what is left to pay.",
                        optional=True,
                    ),
                    class_name="pay__other",
                ),
            ),
            rx.el.div(
                pay_button("Pay Now", type="submit", full_width=True),
                rx.el.p(
                    "You pay on Stripe's page; we never see your card.", class_name="pay__assured"
                ),
                class_name="pay__bar",
            ),
            action="/pay/" + token,
            key=token,
            class_name="stack",
        )
    )


def _way(way: Any, index: Any) -> rx.Component:
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
    return choice(words, name="way", value=way, chosen=index == 0, remark=remark)


def by_transfer() -> rx.Component:
    """For whoever pays from their bank where the provider has no account to pay into."""
    state = PayState
    ways: Any = state.ways
    told = rx.el.div(
        definition_list(
            ("Amount", state.most),
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
