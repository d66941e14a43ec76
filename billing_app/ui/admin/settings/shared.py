"""What each page of settings has: its way back, one form, and who changed it last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.reads.settings import Last
from billing_app.services.changing import ChangedMeanwhile
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import primary_button, secondary_button
from billing_app.ui.components.content import card, cluster, page_header, trail
from billing_app.ui.components.fields import choice, choices, refusal_summary
from billing_app.ui.components.status import callout, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, when
from billing_app.ui.last_act import begin_act

HUB = "/admin/settings"


class SettingsState(rx.State, mixin=True):
    """A form of settings. A page of one's own reads what it shows in ``_read``."""

    words: dict[str, str] = {}
    seen: str = ""
    changed: str = ""
    told: str = ""
    problem: str = ""
    wrong_field: str = ""
    stale: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the settings as they are kept.

        A connection that was lost and found loads them again: what was typed stays, unless
        somebody saved something else meanwhile.
        """
        self._begin_anew()
        await self._read()
        self.loaded = True

    @rx.event
    async def look_again(self) -> Any:
        """Show what somebody else saved, in place of what was typed."""
        self._begin_anew()
        await self._read()
        return rx.set_focus("main")

    async def _read(self) -> None:
        """Show what is kept now."""
        raise NotImplementedError

    async def _save(self, command: Callable[[Any, str], str], done: str) -> Any:
        """Save it and show what is kept then. ``command`` is told what was seen.

        A refusal leaves the form as it was typed.
        """
        await begin_act(self)
        self._begin_anew()
        seen = self.seen
        try:
            await run(lambda work: command(work, seen))
        except ChangedMeanwhile as refusal:
            self.stale, self.problem = True, str(refusal)
            return None
        except BillingError as refusal:
            self._refuse(refusal)
            return None
        await self._read()
        self.told = done
        return rx.set_focus("main")

    def _refuse(self, refusal: BillingError) -> None:
        self.problem = str(refusal)
        self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""

    def _begin_anew(self) -> None:
        self.told, self.problem, self.wrong_field, self.stale = "", "", "", False

    def _see(self, last: Last, words: Mapping[str, str]) -> None:
        self.seen, self.changed, self.words = last.id, last.words, dict(words)


def settings_screen(
    permission: Permission, title: str, lead: str, *content: rx.Component
) -> rx.Component:
    """A page of settings, for those who may change them."""
    return only_with(
        permission,
        title,
        rx.fragment(
            trail(("Settings", HUB), (title, "")),
            page_header(title, lead=lead),
            *content,
        ),
    )


def settings_form(
    state: Any, on_submit: Any, fields: Mapping[str, rx.Component], *, button: str = "Save"
) -> rx.Component:
    """The form of a page: what is wrong beside its field, who changed it last below."""
    form = rx.el.form(
        refusal_summary(state, fields, elsewhere=state.stale),
        *fields.values(),
        cluster(primary_button(button, type="submit")),
        when(state.changed, rx.el.p(state.changed, class_name="plain__aside")),
        on_submit=on_submit,
        # Anew for whatever is kept, so that the fields say it.
        key=state.seen,
        custom_attrs={"noValidate": True},
        class_name="stack stack--4",
    )
    return rx.fragment(
        said_of(state), card(rx.cond(state.loaded, form, skeleton(max(3, len(fields)))))
    )


def said_of(state: Any) -> rx.Component:
    """What came of the last press; with a way to what somebody else saved meanwhile."""
    return rx.fragment(
        notice(state.told, tone="success"),
        rx.cond(
            state.stale,
            callout(
                state.problem,
                cluster(secondary_button("Show what is kept now", on_click=state.look_again)),
                tone="warning",
                title="Not saved",
            ),
            rx.fragment(),
        ),
    )


def on_or_off(state: Any, label: str, *, name: str, on: Text, off: Text) -> rx.Component:
    """A setting that is on or off, with what follows from either."""
    is_on = state.words[name] == "on"
    return choices(
        label,
        choice("On", name=name, value="on", chosen=is_on, remark=on),
        choice("Off", name=name, value="off", chosen=~is_on, remark=off),
    )
