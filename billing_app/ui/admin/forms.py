"""A form about one thing on its page: opened, refused with what was typed kept, put away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import reflex as rx

from billing_app.kernel.errors import BillingError, Invalid
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import refusal_summary
from billing_app.ui.last_act import begin_act


class ReasonForm(TypedDict):
    """What a form sends that asks for nothing but a reason."""

    reason: str


class OpenFormState(rx.State):
    """Which form of a page is open: one at a time, so that nobody sends the wrong one."""

    which: str = ""


class FormState(rx.State, mixin=True):
    """A form that is closed at first."""

    problem: str = ""
    wrong_field: str = ""

    @rx.event
    async def close_form(self) -> None:
        """Put the form away. Nothing changes."""
        await self._close()

    async def _open(self) -> None:
        await begin_act(self)
        self.problem, self.wrong_field = "", ""
        (await self.get_state(OpenFormState)).which = type(self).__name__

    async def _close(self) -> None:
        self.problem, self.wrong_field = "", ""
        form = await self.get_state(OpenFormState)
        # Another one may have been opened in its place.
        if form.which == type(self).__name__:
            form.which = ""

    async def _refuse(self, refusal: BillingError) -> None:
        await begin_act(self)
        self.problem = str(refusal)
        self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""


def is_open(state: type[rx.State]) -> rx.Var[bool]:
    """Whether it is this state's form that is open."""
    which: Any = OpenFormState.which
    return which == state.__name__


def form_sheet(
    title: str,
    state: Any,
    on_submit: Any,
    fields: Mapping[str, rx.Component],
    *,
    button: rx.Component,
    before: rx.Component | None = None,
) -> rx.Component:
    """A form on a sheet of its own. ``before`` says what it is about and what it brings about.

    A refusal stands beside the field that it names, and at the top in any case.
    """
    return card(
        rx.el.form(
            rx.el.h3(title, class_name="section__title"),
            refusal_summary(state, fields),
            *([before] if before else []),
            *fields.values(),
            cluster(button, quiet_button("Cancel", on_click=state.close_form)),
            on_submit=on_submit,
            on_unmount=state.close_form,
            custom_attrs={"noValidate": True},
            class_name="stack stack--4",
        )
    )
