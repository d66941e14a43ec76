"""The way in: by a password, by a letter, or, in a demo, as one of its people."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.demo_doors import DEMO_DOORS
from billing_app.access.installation import installation
from billing_app.kernel.audience import Audience
from billing_app.ui.components.buttons import primary_button, secondary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import text_field
from billing_app.ui.components.native import native_form
from billing_app.ui.components.passwords import password_field
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.said import SENTENCES, said
from billing_app.ui.signed_out import demo_door, demo_doors
from billing_app.ui.words import phrase, say

_WHAT_THEY_SEE = {
    Audience.ADMIN: (
        say("runs the workspace"),
        say("Sees every customer and partner, adds them, and reads who did what."),
        "home",
    ),
    Audience.CUSTOMER: (
        say("a customer"),
        say("Sees their own account and nobody else's."),
        "person",
    ),
    Audience.PARTNER: (
        say("a partner"),
        say("Sees their own partnership and nobody else's."),
        "partner",
    ),
}


class SignInState(rx.State):
    """Which ways in this installation offers."""

    known: bool = False
    demo: bool = False

    @rx.event
    def load(self) -> Any:
        """Learn whether this is a demo. It is configuration: the same build serves both.

        What there is to say comes first, also for whoever does not look at the page.
        """
        self.demo = installation().settings.demo
        self.known = True
        code = self.router.url.query_parameters.get("said", "")
        return rx.set_focus("said") if code in SENTENCES else None


def sign_in_page() -> rx.Component:
    """The page at /sign-in. Its forms are there before any script is, and need none."""
    return signed_out_frame(
        rx.el.div(
            rx.el.h1(say("Sign in"), class_name="plain__title"),
            rx.el.p(
                say("Quittance is where a business, its customers and its partners settle up."),
                class_name="plain__lead",
            ),
            rx.el.div(said(), id="said", tab_index=-1, class_name="said"),
            rx.cond(SignInState.known & SignInState.demo, _doors(), rx.fragment()),
            _ways_in(),
            rx.cond(SignInState.known & ~SignInState.demo, _first_account(), rx.fragment()),
            class_name="sign-in",
        ),
        width="wide",
    )


def _ways_in() -> rx.Component:
    return rx.el.div(
        rx.el.section(
            rx.el.h2(say("With your password"), class_name="section__title"),
            rx.el.p(say("For people who run a workspace."), class_name="plain__aside"),
            card(_by_password()),
        ),
        rx.el.section(
            rx.el.h2(say("With a link by e-mail"), class_name="section__title"),
            rx.el.p(
                say("For customers and partners: no password needed."), class_name="plain__aside"
            ),
            card(_by_letter()),
        ),
        class_name="ways-in",
    )


def _by_password() -> rx.Component:
    return native_form(
        text_field(
            say("E-mail"), name="email", type="email", auto_complete="username", spell_check=False
        ),
        password_field(),
        cluster(
            primary_button(say("Sign in"), type="submit"),
            rx.el.a(
                say("Forgot your password?"), href="/forgot", class_name="button button--quiet"
            ),
        ),
        action="/auth/password",
        class_name="stack",
    )


def _by_letter() -> rx.Component:
    return native_form(
        text_field(
            say("E-mail"),
            name="email",
            id="link-email",
            type="email",
            hint=say("Where invoices or statements reach you."),
            auto_complete="email",
            spell_check=False,
        ),
        cluster(secondary_button(say("E-mail me a sign-in link"), type="submit")),
        action="/auth/link",
        class_name="stack",
    )


def _first_account() -> rx.Component:
    return rx.el.p(
        phrase(
            "Do you run this installation? Make its first account at its terminal with"
            " %(command)s.",
            command=rx.el.code("python -m billing_app create-admin"),
        ),
        class_name="plain__aside",
    )


def _doors() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("Look around"), class_name="section__title"),
        rx.el.p(
            say(
                "This is a demonstration with made-up people and no real money. Choose whose eyes"
                " to look through; each sees only what is theirs."
            ),
            class_name="plain__aside",
        ),
        demo_doors(
            *(
                demo_door(
                    door.person,
                    _WHAT_THEY_SEE[door.audience][0],
                    _WHAT_THEY_SEE[door.audience][1],
                    icon_name=_WHAT_THEY_SEE[door.audience][2],
                    action=f"/auth/demo/{door.name}",
                    fields=rx.fragment(),
                )
                for door in DEMO_DOORS
            )
        ),
        class_name="look-around",
    )
