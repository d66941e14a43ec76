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
from billing_app.ui.words import phrase, say

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
        say("Sign in"),
        phrase(
            "Press the button, and this browser is signed in as %(email)s. The link in your letter"
            " works once.",
            email=rx.el.strong(LandingState.email),
        ),
        _form("/auth/enter", button=primary_button(say("Sign in"), type="submit")),
        say(
            "If you did not ask for this link, close the page. Until the button is pressed, nothing"
            " happens."
        ),
        expired=(link_button(say("Ask for a new link"), href="/sign-in", kind="primary"),),
    )


def invite_page() -> rx.Component:
    """The page at /invite/[token]: becoming one of those who run a workspace."""
    state = LandingState
    return _landing(
        say("You are invited"),
        phrase(
            "%(workspace)s invites you to work there as %(role)s. You will sign in as %(email)s.",
            workspace=rx.el.strong(state.workspace),
            role=rx.el.strong(state.role),
            email=rx.el.strong(state.email),
        ),
        _form(
            "/auth/invitation",
            whose_password(state.email),
            text_field(
                say("Your name"),
                name="name",
                hint=say("As the people you work with will see it."),
                default_value=state.name,
                auto_complete="name",
            ),
            rx.cond(
                state.has_password,
                password_field(say("The password you have here")),
                new_password_field(say("Choose a password")),
            ),
            button=primary_button(say("Accept the invitation"), type="submit"),
        ),
        say(
            "If you do not know this business, close the page. Until the button is pressed, nothing"
            " happens."
        ),
        expired=(link_button(say("Go to sign in"), href="/sign-in", kind="primary"),),
    )


def reset_page() -> rx.Component:
    """The page at /reset/[token]: a new password for somebody who lost theirs."""
    return _landing(
        say("Choose a new password"),
        phrase(
            "It will be the password of %(email)s. Wherever this account is signed in, it will be"
            " signed out.",
            email=rx.el.strong(LandingState.email),
        ),
        _form(
            "/auth/reset",
            whose_password(LandingState.email),
            new_password_field(),
            button=primary_button(say("Save the new password"), type="submit"),
        ),
        say("If you did not ask for this link, close the page. Your old password stays as it is."),
        expired=(link_button(say("Ask for a new link"), href="/forgot", kind="primary"),),
    )


def _landing(
    title: Text,
    lead: rx.Component,
    form: rx.Component,
    aside: Text,
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
