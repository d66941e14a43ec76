"""Choosing how and how much to pay: the same behind a pay link and in the customer's portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import pay_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import choice, choices, number_field
from billing_app.ui.components.text import Text, when
from billing_app.ui.words import say

_MOST = say("No more than what is left to pay.")


def way_choices(ways: Any, *saved: rx.Component, chosen: Any = None) -> rx.Component:
    """The method chooser: what was ``saved`` first, then each way that the provider offers.

    The ``chosen`` one is marked; without it the first, unless something was saved.
    """
    return choices(
        say("How do you want to pay?"),
        rx.el.p(say("No fee is added."), class_name="field__hint"),
        *saved,
        rx.foreach(ways, _way(first=not saved, chosen=chosen)),
    )


def _way(*, first: bool, chosen: Any) -> Any:
    def way(way: Any, index: Any) -> rx.Component:
        words = rx.match(
            way,
            ("card", say("Card")),
            ("direct_debit", say("Direct Debit")),
            say("Bank Transfer"),
        )
        remark = rx.match(
            way,
            ("card", say("Counts at once.")),
            ("direct_debit", say("Takes some days, and your bank can still refuse it.")),
            say("You get an account and a reference; it arrives in some days."),
        )
        marked = (index == 0 if first else False) if chosen is None else chosen == way
        return choice(words, name="way", value=way, chosen=marked, remark=remark)

    return way


def amount_choices(
    most: Text,
    due_now: Text,
    *,
    chosen: Any,
    typed: Text = "",
    error: Text = "",
    on_choice: Any = None,
    on_amount: Any = None,
    hint: Text = _MOST,
) -> rx.Component:
    """The amount: the part that is due where there is one, all of it, or another.

    The ``chosen`` one is marked; ``typed`` is what stands in the field at first.
    """
    asked = {} if on_choice is None else {"on_change": on_choice}
    types = {} if on_amount is None else {"on_change": on_amount}

    def much(*words: Text, value: str) -> rx.Component:
        return choice(*words, name="much", value=value, chosen=chosen == value, **asked)

    return choices(
        say("How much?"),
        when(due_now, much(say("The part due now: %(amount)s", amount=due_now), value="part")),
        much(say("All of it: %(amount)s", amount=most), value="all"),
        much(say("Another amount"), value="other"),
        rx.el.div(
            number_field(
                say("Amount to pay"),
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
        pay_button(say("Pay Now"), type="submit", full_width=True),
        rx.el.p(*assurance, class_name="pay__assured"),
        class_name="pay__bar",
    )


def transfer_details(amount: Text, account: Text, reference: Text, *, holder: Text) -> rx.Component:
    """Where to transfer money to, for whoever pays from their bank."""
    facts: Sequence[tuple[Text, rx.Component | Text]] = (
        (say("Amount"), amount),
        (say("Account holder"), holder),
        (say("Account"), rx.el.span(account, class_name="pay__lines")),
        (say("Reference"), rx.el.strong(reference)),
    )
    return rx.el.div(
        definition_list(*facts),
        rx.el.p(
            say(
                "Please give the reference, so that your money is matched. It counts as paid once"
                " it has arrived."
            ),
            class_name="plain__aside",
        ),
    )
