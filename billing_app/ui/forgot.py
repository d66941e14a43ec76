"""Asking for a way back in when the password is gone."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.buttons import link_button, primary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import text_field
from billing_app.ui.components.native import native_form
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.said import said
from billing_app.ui.words import say


def forgot_page() -> rx.Component:
    """The page at /forgot."""
    return signed_out_frame(
        rx.el.div(
            rx.el.h1(say("Choose a new password"), class_name="plain__title"),
            rx.el.p(
                say(
                    "Tell us your address, and we send you a letter with a link. It opens a page"
                    " where you choose a new password; until then the old one stays."
                ),
                class_name="plain__lead",
            ),
            said(),
            card(
                native_form(
                    text_field(say("E-mail"), name="email", type="email", auto_complete="username"),
                    cluster(
                        primary_button(say("Send me a link"), type="submit"),
                        link_button(say("Back to sign in"), href="/sign-in", kind="quiet"),
                    ),
                    action="/auth/forgot",
                    class_name="stack",
                )
            ),
            rx.el.p(
                say(
                    "Passwords are for people who run a workspace. Customers and partners need"
                    " none: they ask for a sign-in link on the sign-in page."
                ),
                class_name="plain__aside",
            ),
            class_name="sign-in",
        )
    )
