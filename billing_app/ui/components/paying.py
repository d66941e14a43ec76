"""Choosing how and how much to pay: the same behind a pay link and in the customer's portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import pay_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import choice, choices, number_field
from billing_app.ui.components.text import Text, when


def way_choices(ways: Any, *saved: rx.Component, chosen: Any = None) -> rx.Component:
    """The method chooser: what was ``saved`` first, then each way that the provider offers.

    The ``chosen`` one is marked; without it the first, unless something was saved.
    """
    return choices(
        "How do you want to pay?",
        rx.el.p("No fee is added.", class_name="field__hint"),
        *saved,
        rx.foreach(ways, _way(first=not saved, chosen=chosen)),
    )


def _way(*, first: bool, chosen: Any) -> Any:
    def way(way: Any, index: Any) -> rx.Component:
        words = rx.match(
            way,
            ("card", "Card"),
            ("direct_debit", "Direct Debit"),
            "Bank Transfer",
        )
        remark = rx.match(
            way,
            ("card", "Counts at once."),
            ("direct_debit", "Takes some days, and your bank can still refuse it."),
            "You get an account and a reference; it arrives in some days.",
        )
        marked = (index == 0 if first else False) if chosen is None else chosen == way
        return choice(words, name="way", value=way, chosen=marked, remark=remark)

    return way


def amount_choices(
    most: Text,
    due_now: Text,
    *,
    chosen: Any = None,
    typed: Text = "",
    error: Text = "",
    on_choice: Any = None,
    on_amount: Any = None,
    hint: str = "No more than what is left to pay.",
) -> rx.Component:
    """The amount: all of it, the part that is due where there is one, or another.

    The ``chosen`` one is marked, or all of it; ``typed`` is what stands in the field at first.
    """
    asked = {} if on_choice is None else {"on_change": on_choice}
    types = {} if on_amount is None else {"on_change": on_amount}

    def much(*words: Text, value: str) -> rx.Component:
        marked = value == "all" if chosen is None else chosen == value
        return choice(*words, name="much", value=value, chosen=marked, **asked)

    return choices(
        "How much?",
        much("All of it: ", most, value="all"),
        when(due_now, much("The part due now: ", due_now, value="part")),
        much("Another amount", value="other"),
        rx.el.div(
            number_field(
                "Amount to pay",
                name="amount",
                hint=hint,
                error=error,
                optional=True,
                default_value=typed,
                **types,
            ),
            class_name="pay__other",
        ),
    )


def pay_bar(*assurance: Text | rx.Component) -> rx.Component:
    """The green button, at the bottom of a phone's screen for as long as its form is there."""
    return rx.el.div(
        pay_button("Pay Now", type="submit", full_width=True),
        rx.el.p(*assurance, class_name="pay__assured"),
        class_name="pay__bar",
    )


def transfer_details(amount: Text, account: Text, reference: Text, *, holder: Text) -> rx.Component:
    """Where to transfer money to, for whoever pays from their bank."""
    facts: Sequence[tuple[str, rx.Component | Text]] = (
        ("Amount", amount),
        ("Account holder", holder),
        ("Account", rx.el.span(account, class_name="pay__lines")),
        ("Reference", rx.el.strong(reference)),
    )
    return rx.el.div(
        definition_list(*facts),
        rx.el.p(
            "Please give the reference, so that your money is matched. It counts as paid once it"
            " has arrived.",
            class_name="plain__aside",
        ),
    )
