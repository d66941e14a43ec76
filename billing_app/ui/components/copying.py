"""Something to be copied, such as an address: to be read, and one press to have it."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventChain

from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.text import Text

# Where the browser keeps its clipboard to itself, the words are chosen, ready to be copied.
_COPY = """((event) => {
  const box = event.currentTarget.closest(".copying");
  const field = box.querySelector("input");
  const told = box.querySelector("[role=status]");
  field.select();
  navigator.clipboard?.writeText(field.value).then(
    () => { told.textContent = told.dataset.copied; },
    () => { told.textContent = told.dataset.chosen; });
})"""


def copying(label: str, words: Text, *, id: str) -> rx.Component:
    """The words in a field of their own, and the button that copies them."""
    return rx.el.div(
        rx.el.label(label, html_for=id, class_name="field__label"),
        rx.el.div(
            rx.el.input(id=id, value=words, read_only=True, class_name="field__control"),
            secondary_button("Copy", on_click=_script()),
            class_name="copying__row",
        ),
        rx.el.p(
            role="status",
            class_name="field__hint",
            custom_attrs={
                "data-copied": "Copied.",
                "data-chosen": "It is selected; copy it with your keyboard.",
            },
        ),
        class_name="copying",
    )


def _script() -> Any:
    return rx.Var(_COPY, _var_type=EventChain).guess_type()
