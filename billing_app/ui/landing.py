"""Where the addresses in letters lead: a page that says what will happen, and a button.

Opening such an address changes nothing, because mail scanners and browsers that fetch
ahead open it too. Only the button, which posts the token, uses it up.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.capabilities import Purpose
from billing_app.access.installation import at_the_door
from billing_app.reads.landing import LinkView, look_at_link
from billing_app.ui.components.buttons import link_button, primary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import text_field
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.passwords import (
    new_password_field,
    password_field,
    whose_password,
)
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.said import SaidState, said
from billing_app.ui.signed_out import link_expired

_PURPOSES = {
    "enter": Purpose.SIGN_IN,
    "invite": Purpose.INVITATION,
    "reset": Purpose.RESET,
}


class LandingState(rx.State):
    """What is known of the address that was opened."""

    known: bool = False
    live: bool = False
    email: str = ""
    name: str = ""
    workspace: str = ""
    role: str = ""
    has_password: bool = False

    @rx.event
    async def load(self) -> None:
        """Look at the address, which uses nothing up."""
        room, _, token = self.router.url.path.strip("/").partition("/")
        found = LinkView()
        if room in _PURPOSES:
            found = await at_the_door(lambda work: look_at_link(work, _PURPOSES[room], token))
        self.live, self.email, self.name = found.live, found.email, found.name
        self.workspace, self.role = found.workspace, found.role
        self.has_password = found.has_password
        self.known = True


def enter_page() -> rx.Component:
    """The page at /enter/[token]: signing in by a letter."""
    return _landing(
        "Sign in",
        rx.fragment(
            "Press the button, and this browser is signed in as ",
            rx.el.strong(LandingState.email),
            ". The link in your letter works once.",
        ),
        _form("/auth/enter", button=primary_button("Sign in", type="submit")),
        "If you did not ask for this link, close the page. Until the button is pressed, nothing"
        " happens.",
        expired=(link_button("Ask for a new link", href="/sign-in", kind="primary"),),
    )


def invite_page() -> rx.Component:
    """The page at /invite/[token]: becoming one of those who run a workspace."""
    state = LandingState
    return _landing(
        "You are invited",
        rx.fragment(
            rx.el.strong(state.workspace),
            " invites you to work there as ",
            rx.el.strong(state.role),
            ". You will sign in as ",
            rx.el.strong(state.email),
            ".",
        ),
        _form(
            "/auth/invitation",
            whose_password(state.email),
            text_field(
                "Your name",
                name="name",
                hint="As the people you work with will see it.",
                default_value=state.name,
                auto_complete="name",
            ),
            rx.cond(
                state.has_password,
                password_field("The password you have here"),
                new_password_field("Choose a password"),
            ),
            button=primary_button("Accept the invitation", type="submit"),
        ),
        "If you do not know this business, close the page. Until the button is pressed, nothing"
        " happens.",
        expired=(link_button("Go to sign in", href="/sign-in", kind="primary"),),
    )


def reset_page() -> rx.Component:
    """The page at /reset/[token]: a new password for somebody who lost theirs."""
    return _landing(
        "Choose a new password",
        rx.fragment(
            "It will be the password of ",
            rx.el.strong(LandingState.email),
            ". Wherever this account is signed in, it will be signed out.",
        ),
        _form(
            "/auth/reset",
            whose_password(LandingState.email),
            new_password_field(),
            button=primary_button("Save the new password", type="submit"),
        ),
        "If you did not ask for this link, close the page. Your old password stays as it is.",
        expired=(link_button("Ask for a new link", href="/forgot", kind="primary"),),
    )


def _landing(
    title: str,
    lead: rx.Component,
    form: rx.Component,
    aside: str,
    *,
    expired: tuple[rx.Component, ...],
) -> rx.Component:
    page = signed_out_frame(
        rx.el.div(
            rx.el.h1(title, class_name="plain__title"),
            rx.cond(
                LandingState.known,
                rx.fragment(
                    rx.el.p(lead, class_name="plain__lead"),
                    said(),
                    form,
                    rx.el.p(aside, class_name="plain__aside"),
                ),
                skeleton(6),
            ),
            class_name="sign-in",
        )
    )
    is_over = SaidState.gone | (LandingState.known & ~LandingState.live)
    return rx.cond(is_over, link_expired(*expired), page)


def _form(action: Text, *fields: rx.Component, button: rx.Component) -> rx.Component:
    token: Any = rx.State.token  # type: ignore[attr-defined]
    form = native_form(
        hidden_field("token", token),
        *fields,
        cluster(button),
        action=action,
        key=token,
        class_name="stack",
    )
    return card(form) if fields else form
