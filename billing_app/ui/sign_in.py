"""The way in."""

from __future__ import annotations

import reflex as rx

from billing_app.access.demo_doors import DEMO_DOORS
from billing_app.access.installation import installation
from billing_app.kernel.audience import Audience
from billing_app.ui.components.tables import skeleton
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.signed_out import demo_door, demo_doors, sign_in_panel

_WHAT_THEY_SEE = {
    Audience.ADMIN: (
        "runs the workspace",
        "Sees every customer and partner, adds them, and reads who did what.",
        "home",
    ),
    Audience.CUSTOMER: ("a customer", "Sees their own account and nobody else's.", "person"),
    Audience.PARTNER: (
        "a partner",
        "Sees their own partnership and nobody else's.",
        "partner",
    ),
}


class SignInState(rx.State):
    """Which ways in this installation offers."""

    known: bool = False
    demo: bool = False

    @rx.event
    def load(self) -> None:
        """Learn whether this is a demo. It is configuration: the same build serves both."""
        self.demo = installation().settings.demo
        self.known = True


def sign_in_page() -> rx.Component:
    """The page at /sign-in."""
    return signed_out_frame(
        rx.cond(
            SignInState.known,
            rx.cond(SignInState.demo, sign_in_panel(_doors()), sign_in_panel(how=_how())),
            rx.el.div(rx.el.h1("Sign in", class_name="plain__title"), skeleton(6)),
        )
    )


def _doors() -> rx.Component:
    return demo_doors(
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
    )


def _how() -> rx.Component:
    return rx.el.p(
        "People come in by invitation. Ask the business you work with to let you in.",
    )
