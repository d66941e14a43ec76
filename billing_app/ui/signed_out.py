"""Pages for people we do not know, or cannot help just now. None of them has any state.

Their text keeps one order: what happened, whether money moved, what to do next.
"""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.icons import icon
from billing_app.ui.components.native import native_form
from billing_app.ui.components.text import Text
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.words import phrase, say


def not_found(*actions: rx.Component) -> rx.Component:
    """For an address that leads nowhere, or nowhere this person may go."""
    return _message(
        "search",
        say("We cannot find that page"),
        say("The address may be mistyped, or the page may have moved. Nothing was charged."),
        say("Check the address, or start again from your home page."),
        actions
        or (link_button(say("Go to your home page"), href="/", kind="primary", native=True),),
    )


def link_expired(*actions: rx.Component) -> rx.Component:
    """For a link that was used, replaced or left too long."""
    return _message(
        "clock",
        say("This link is no longer valid"),
        say(
            "Links that open an account or a payment work for a limited time. Opening this link"
            " took no money. What was paid before stands."
        ),
        say("Ask whoever sent it for a new link, or sign in if you have an account."),
        actions
        or (link_button(say("Go to sign in"), href="/sign-in", kind="primary", native=True),),
    )


def went_wrong(*actions: rx.Component, reference: Text = "") -> rx.Component:
    """For what we did not foresee. Says what is certain about money and nothing more."""
    return _message(
        "warning",
        say("Something went wrong"),
        say("The fault is on our side. Nothing was charged unless you saw a confirmation."),
        say(
            "Try again in a minute. If you were paying, look at your payments first, so that"
            " nothing is paid twice."
        ),
        actions
        or (link_button(say("Go to your home page"), href="/", kind="primary", native=True),),
        reference=reference,
    )


def demo_doors(*doors: rx.Component) -> rx.Component:
    """The doors beside or below each other, as a list."""
    return rx.el.ul(*(rx.el.li(door) for door in doors), class_name="doors")


def demo_door(
    name: str, role: Text, what: Text, *, icon_name: str, action: str, fields: rx.Component
) -> rx.Component:
    """One person to be in the demo: a form of one button, posted by the browser itself."""
    return native_form(
        fields,
        rx.el.button(
            rx.el.span(icon(icon_name), class_name="door__icon"),
            rx.el.span(
                rx.el.span(rx.el.strong(name), " — ", role, class_name="door__who"),
                rx.el.span(what, class_name="door__what"),
                class_name="door__words",
            ),
            rx.el.span(icon("arrow-right"), class_name="door__arrow"),
            type="submit",
            class_name="door",
        ),
        action=action,
    )


def _message(
    icon_name: str,
    title: Text,
    happened: Text,
    next_step: Text,
    actions: tuple[rx.Component, ...],
    *,
    reference: Text = "",
) -> rx.Component:
    return signed_out_frame(
        rx.el.div(
            rx.el.span(icon(icon_name), class_name="message__icon"),
            rx.el.h1(title, class_name="plain__title"),
            rx.el.p(happened),
            rx.el.p(next_step),
            rx.cond(
                rx.Var.create(reference).to(str) != "",
                rx.el.p(
                    phrase("Reference: %(reference)s", reference=rx.el.code(reference)),
                    class_name="message__reference",
                ),
                rx.fragment(),
            ),
            rx.el.div(*actions, class_name="cluster"),
            class_name="message",
        )
    )
