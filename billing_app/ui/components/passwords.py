"""A field for a password, and a way to see what one types.

Both kinds say what they are for, so that a password manager fills in the right one and
offers to make the other. Nothing here stops anybody from pasting.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventChain

from billing_app.ui.components.fields import text_field
from billing_app.ui.components.text import Text, hidden
from billing_app.ui.words import say

SHORTEST, LONGEST = 12, 128
_PASSWORD, _NEW_PASSWORD = say("Password"), say("New password")

# Done by the browser on its own: what is typed here goes to nobody before it is sent.
_TURN = """((event) => {
  const button = event.currentTarget;
  const control = button.parentElement.querySelector("input");
  const shown = control.type === "text";
  control.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", shown ? "false" : "true");
})"""


def password_field(
    label: Text = _PASSWORD, *, name: str = "password", id: str = "", **props: Any
) -> rx.Component:
    """The password one has."""
    return _with_show(label, id or name, name, auto_complete="current-password", **props)


def new_password_field(
    label: Text = _NEW_PASSWORD, *, name: str = "password", id: str = "", **props: Any
) -> rx.Component:
    """A password that is to be: the browser says at once when it is too short."""
    return _with_show(
        label,
        id or name,
        name,
        hint=say(
            "At least %(shortest)s characters. Several words are easier to keep in mind than one"
            " odd one.",
            shortest=str(SHORTEST),
        ),
        auto_complete="new-password",
        min_length=SHORTEST,
        max_length=LONGEST,
        **props,
    )


def whose_password(email: Text) -> rx.Component:
    """The account, for password managers only; it is not sent."""
    return rx.el.input(
        type="text",
        value=email,
        auto_complete="username",
        read_only=True,
        hidden=True,
        aria_hidden="true",
    )


def _with_show(label: Text, id: str, name: str, **props: Any) -> rx.Component:
    return rx.el.div(
        text_field(
            label,
            name=name,
            id=id,
            type="password",
            spell_check=False,
            auto_capitalize="none",
            **props,
        ),
        rx.el.button(
            say("Show"),
            " ",
            hidden(say("what is typed as “%(label)s”", label=label)),
            type="button",
            aria_pressed="false",
            on_click=rx.Var(_TURN, _var_type=EventChain).guess_type(),
            class_name="button button--quiet password__show",
        ),
        class_name="password",
    )
