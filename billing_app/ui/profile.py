"""Profile: how a signed-in person is called. The same screen for each audience."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError
from billing_app.reads.member import me
from billing_app.services.introducing import rename_me
from billing_app.ui.components.buttons import primary_button
from billing_app.ui.components.content import card, cluster, definition_list, page_header, section
from billing_app.ui.components.fields import error_summary, text_field
from billing_app.ui.components.status import notice
from billing_app.ui.state import FrameState


class ProfileForm(TypedDict):
    """What the form sends."""

    name: str


class ProfileState(rx.State):
    """One's own name, and the form that changes it."""

    name: str = ""
    problem: str = ""
    told: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the name as it is kept."""
        self.name = (await run(me)).name
        self.problem, self.told = "", ""

    @rx.event
    async def rename(self, form: ProfileForm) -> object:
        """Keep the name that was typed; a refusal leaves it in the field."""
        self.told, self.problem = "", ""
        try:
            await run(lambda work: rename_me(work, name=form["name"]))
        except BillingError as refusal:
            self.problem = str(refusal)
            return None
        self.told = "Your name was saved."
        return FrameState.enter


def profile_page() -> rx.Component:
    """The screen at /admin/profile, /partner/profile and /customer/profile."""
    return rx.fragment(
        page_header("Your profile", lead="How you appear to the people you work with here."),
        notice(ProfileState.told, tone="success"),
        section(
            "Name",
            card(
                rx.el.form(
                    error_summary(("name", ProfileState.problem)),
                    text_field(
                        "Your name",
                        name="name",
                        error=ProfileState.problem,
                        default_value=ProfileState.name,
                        key=ProfileState.name,
                        auto_complete="name",
                    ),
                    cluster(primary_button("Save name", type="submit")),
                    on_submit=ProfileState.rename,
                    custom_attrs={"noValidate": True},
                    class_name="stack stack--4",
                )
            ),
        ),
        section(
            "Sign-in",
            card(
                definition_list(
                    ("E-mail", FrameState.email),
                    ("Signed in to", FrameState.workspace),
                    ("As", FrameState.standing),
                )
            ),
        ),
    )
