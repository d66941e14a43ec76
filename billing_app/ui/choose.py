"""Choosing as whom to go on, for people who are several things here."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.member import MembershipRow, me, memberships
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import skeleton
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.said import said
from billing_app.ui.words import say


class ChooseState(rx.State):
    """What the person may be."""

    email: str = ""
    rows: list[MembershipRow] = []
    changing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show everything that this person may be signed in as.

        Whoever has just come in is nowhere yet, though their session has to be somewhere.
        """
        self.changing = "change" in self.router.url.query_parameters
        self.email = (await run(me)).email
        self.rows = await run(memberships)
        self.loaded = True


def choose_page() -> rx.Component:
    """The page at /choose."""
    return signed_out_frame(
        rx.el.div(
            rx.el.h1(say("Choose where to go"), class_name="plain__title"),
            rx.el.p(
                say(
                    "Each of these is open to you. You can change over at any time, from your"
                    " profile."
                ),
                class_name="plain__lead",
            ),
            said(),
            rx.cond(ChooseState.loaded, _choices(), skeleton(6)),
            cluster(
                native_form(
                    quiet_button(say("Sign out instead"), icon="sign-out", type="submit"),
                    action="/auth/sign-out",
                ),
                rx.cond(
                    ChooseState.email != "",
                    rx.el.p(
                        say("Signed in as %(person)s", person=ChooseState.email),
                        class_name="plain__aside",
                    ),
                    rx.fragment(),
                ),
            ),
            class_name="sign-in",
        )
    )


def _choices() -> rx.Component:
    rows: Any = ChooseState.rows
    return rx.cond(
        rows.length() == 0,
        empty_state(
            say("Nothing is open to you"),
            say("Your access has ended. Ask the business that gave it to you."),
            icon_name="person",
        ),
        rx.el.ul(rx.foreach(rows, _choice), class_name="doors"),
    )


def _choice(row: Any) -> rx.Component:
    looks = rx.match(
        row.audience,
        ("admin", icon("home")),
        ("partner", icon("partner")),
        icon("person"),
    )
    what = rx.match(
        row.audience,
        ("admin", say("Workspace")),
        ("partner", say("Partner portal")),
        say("Customer portal"),
    )
    button = rx.el.button(
        rx.el.span(looks, class_name="door__icon"),
        rx.el.span(
            rx.el.span(rx.el.strong(row.workspace), " — ", row.standing, class_name="door__who"),
            rx.el.span(what, class_name="door__what"),
            rx.cond(
                row.current & ChooseState.changing,
                status_chip("active", say("You are here")),
                rx.fragment(),
            ),
            class_name="door__words",
        ),
        rx.el.span(icon("arrow-right"), class_name="door__arrow"),
        type="submit",
        class_name="door",
    )
    return rx.el.li(
        native_form(hidden_field("membership", row.id), button, action="/auth/choose"),
        key=row.id,
    )
