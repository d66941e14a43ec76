"""Giving one's password again before something that cannot be taken back."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.buttons import link_button, primary_button
from billing_app.ui.components.content import card, cluster, page_header
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.passwords import password_field, whose_password
from billing_app.ui.components.tables import skeleton
from billing_app.ui.state import FrameState


class StepUpState(rx.State):
    """Where to go on afterwards. The route checks it again; it may only be a page of ours."""

    known: bool = False
    next: str = ""

    @rx.event
    def load(self) -> None:
        """Keep where one came from, if it is an address in this house."""
        wanted = self.router.url.query_parameters.get("next", "")
        inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
        self.next = wanted if inside and wanted.isprintable() else "/"
        self.known = True


def step_up_page() -> rx.Component:
    """The page at /step-up."""
    return rx.fragment(
        page_header(
            "Your password, please",
            lead="What you are about to do cannot easily be taken back, so we make sure that it"
            " is you. It holds for five minutes, in this browser only.",
        ),
        card(rx.cond(StepUpState.known, _form(), skeleton(3))),
    )


def _form() -> rx.Component:
    return native_form(
        whose_password(FrameState.email),
        hidden_field("next", StepUpState.next),
        password_field(),
        cluster(
            primary_button("Continue", type="submit"),
            link_button("Go back without it", href=StepUpState.next, kind="quiet", native=True),
        ),
        action="/auth/step-up",
        class_name="stack",
    )
