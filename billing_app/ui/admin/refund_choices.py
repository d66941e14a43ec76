"""What is to be chosen where some of a payment goes back: how, off which invoice, still owed?"""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.fields import choice, choices, select_field
from billing_app.ui.components.native import hidden_field

STILL, NO_LONGER, FROM_CREDIT = "still_owes", "no_longer_owes", "from_credit"
BY_HAND = "outside"


def which_way(state: Any) -> rx.Component:
    """Asked where the provider could not give some of it back before."""
    return rx.cond(
        state.in_another_way,
        choices(
            "How does it go back?",
            choice(
                f"To {state.instrument}, the way it was paid",
                name="way",
                value="gateway",
                chosen=True,
                remark="The payment provider is asked to give it back once more.",
            ),
            choice(
                "Another way",
                name="way",
                value=BY_HAND,
                remark="It is only recorded, as External: hand the money back yourself.",
            ),
        ),
        hidden_field("way", ""),
    )


def which_invoice(state: Any) -> rx.Component:
    """Which invoice it comes off, where the payment paid several."""
    return rx.cond(
        state.invoices.length() > 1,
        select_field(
            "Off which invoice",
            rx.foreach(state.invoices, lambda each: rx.el.option(each.name, value=each.id)),
            name="invoice",
            # Where an id is known beforehand, the form sends the field while it is not there, too.
            id=rx.Var.create("invoice"),
        ),
        hidden_field("invoice", state.invoice),
    )


def is_it_owed(state: Any) -> rx.Component:
    """Whether what the payment paid asks for it again, and what says so if not."""
    paid_one = (state.invoice != "") | (state.invoices.length() > 0)
    return choices(
        "Is it still owed?",
        choice(
            "The customer still owes it",
            name="choice",
            value=STILL,
            chosen=True,
            remark="What it paid asks for it again. A wrong card was used, say.",
        ),
        rx.cond(
            paid_one,
            choice(
                "It is owed no more",
                name="choice",
                value=NO_LONGER,
                remark="A credit note says so, and what is still to pay stays as it is.",
            ),
            rx.fragment(),
        ),
        rx.cond(
            state.from_credit,
            choice(
                "It comes out of their unused credit",
                name="choice",
                value=FROM_CREDIT,
                remark="No invoice is touched.",
            ),
            rx.fragment(),
        ),
    )
