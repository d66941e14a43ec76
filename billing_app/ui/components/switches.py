"""A switch: something that is on or off, at once and without a form to send."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.text import Text
from billing_app.ui.words import say


def switch(label: Text, *, id: str, on: Any, on_press: Any, hint: Text = "") -> rx.Component:
    """On or off, said in a word as well as by where its knob is."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(label, id=f"{id}-label", class_name="field__label"),
            rx.el.p(hint, id=f"{id}-hint", class_name="field__hint"),
            class_name="switch__words",
        ),
        rx.el.button(
            rx.el.span(class_name="switch__knob", aria_hidden="true"),
            rx.el.span(rx.cond(on, say("On"), say("Off")), aria_hidden="true"),
            id=id,
            type="button",
            role="switch",
            aria_checked=rx.cond(on, "true", "false"),
            aria_labelledby=f"{id}-label",
            aria_describedby=f"{id}-hint",
            on_click=on_press,
            class_name="switch__control",
        ),
        class_name="switch",
    )
