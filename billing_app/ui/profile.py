"""Profile: how a person is called, how they come in, and where they are signed in.

The same screen for each audience.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import reflex as rx
from babel import Locale

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.tongue import speak, tell
from billing_app.reads.member import SessionRow, me, memberships, sessions
from billing_app.services.introducing import rename_me, set_language, set_slash
from billing_app.ui.components.buttons import link_button, primary_button, secondary_button
from billing_app.ui.components.content import card, cluster, definition_list, page_header, section
from billing_app.ui.components.fields import error_summary, select_field, text_field
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.passwords import (
    new_password_field,
    password_field,
    whose_password,
)
from billing_app.ui.components.status import notice, status_chip
from billing_app.ui.components.switches import switch
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import hidden
from billing_app.ui.state import FrameState, may
from billing_app.ui.words import WordsState, say

_COLUMNS = (
    Column(label=say("Browser")),
    Column(label=say("Signed in to")),
    Column(label=say("Since")),
    Column(label=say("Last used")),
    Column(label=say("Actions"), hidden_label=True),
)

_LANGUAGES = tuple((each, Locale.parse(each).display_name.capitalize()) for each in LOCALES)


class ProfileForm(TypedDict):
    """What the form sends."""

    name: str


class LanguageForm(TypedDict):
    """What the form sends."""

    language: str


class ProfileState(rx.State):
    """One's own name, the form that changes it, and one's open sessions."""

    name: str = ""
    problem: str = ""
    told: str = ""
    has_password: bool = False
    is_several: bool = False
    rows: list[SessionRow] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the name as it is kept, and where one is signed in."""
        found = await run(me)
        self.name, self.has_password = found.name, found.has_password
        self.problem, self.told = "", ""
        self.is_several = len(await run(memberships)) > 1
        self.rows = await run(sessions)
        self.loaded = True

    @rx.event
    async def rename(self, form: ProfileForm) -> object:
        """Keep the name that was typed; a refusal leaves it in the field."""
        self.told, self.problem = "", ""
        try:
            await run(lambda work: rename_me(work, name=form["name"]))
        except BillingError as refusal:
            self.problem = str(refusal)
            return None
        self.told = tell("Your name was saved.")
        return FrameState.enter

    @rx.event
    async def let_slash(self, to: Literal["on", "off"]) -> object:
        """Switch the key ``/`` on or off for oneself."""
        self.problem = ""
        await run(lambda work: set_slash(work, on=to == "on"))
        self.told = (
            "The key / leads into the search again."
            if to == "on"
            else "The key / does nothing by itself any more."
        )
        return FrameState.enter

    @rx.event
    async def choose_language(self, form: LanguageForm) -> object:
        """Read, and be written to, in another language from now on."""
        self.problem = ""
        await run(lambda work: set_language(work, locale=form["language"]))
        speak(form["language"])
        self.told = tell("Your language was saved.")
        self.rows = await run(sessions)
        return WordsState.learn


def profile_page() -> rx.Component:
    """The screen at /admin/profile, /partner/profile and /customer/profile."""
    rows: Any = ProfileState.rows
    return rx.fragment(
        page_header(
            say("Your profile"), lead=say("How you appear to the people you work with here.")
        ),
        notice(ProfileState.told, tone="success"),
        section(say("Name"), card(_name_form())),
        section(
            say("Sign-in"),
            card(
                definition_list(
                    (say("E-mail"), FrameState.email),
                    (say("Signed in to"), FrameState.workspace),
                    (say("As"), FrameState.standing),
                )
            ),
            actions=[
                rx.cond(
                    ProfileState.is_several,
                    link_button(say("Change over"), href="/choose?change=over", kind="quiet"),
                    rx.fragment(),
                )
            ],
        ),
        rx.cond(ProfileState.has_password, section(say("Password"), card(_password_form()))),
        rx.cond(
            may(Permission.LOOK),
            section("Keyboard", card(_keyboard())),
            section(say("Language"), card(_language_form())),
        ),
        section(
            say("Where you are signed in"),
            _sessions_table(),
            actions=[
                rx.cond(
                    rows.length() > 1,
                    _end(
                        "others", secondary_button(say("Sign out everywhere else"), type="submit")
                    ),
                    rx.fragment(),
                )
            ],
        ),
    )


def _name_form() -> rx.Component:
    return rx.el.form(
        error_summary(("name", ProfileState.problem)),
        text_field(
            say("Your name"),
            name="name",
            error=ProfileState.problem,
            default_value=ProfileState.name,
            key=ProfileState.name,
            auto_complete="name",
        ),
        cluster(primary_button(say("Save name"), type="submit")),
        on_submit=ProfileState.rename,
        custom_attrs={"noValidate": True},
        class_name="stack stack--4",
    )


def _language_form() -> rx.Component:
    """For contacts: the screens of admins are in English."""
    return rx.el.form(
        select_field(
            say("Your language"),
            _LANGUAGES,
            name="language",
            hint=say("These pages and our letters to you are in it."),
            default_value=WordsState.locale,
            key=WordsState.locale,
        ),
        cluster(secondary_button(say("Save language"), type="submit")),
        on_submit=ProfileState.choose_language,
        class_name="stack stack--4",
    )


def _keyboard() -> rx.Component:
    """For admins: nobody else has lists with such a key."""
    on: Any = FrameState.slash_searches
    return switch(
        "Search with the key /",
        id="slash",
        on=on,
        hint="On a page with a list, pressing / leads into its search. Switch it off if you speak"
        " to your computer, or if the key is in your way. It is kept for you, in every browser.",
        on_press=ProfileState.let_slash(rx.cond(on, "off", "on")),
    )


def _password_form() -> rx.Component:
    return native_form(
        whose_password(FrameState.email),
        password_field(say("Current password"), name="current"),
        new_password_field(name="new"),
        cluster(secondary_button(say("Change password"), type="submit")),
        rx.el.p(
            say("Wherever else you are signed in, you will be signed out."),
            class_name="plain__aside",
        ),
        action="/auth/change-password",
        class_name="stack",
    )


def _sessions_table() -> rx.Component:
    return data_table(
        _COLUMNS,
        rx.cond(
            ProfileState.loaded,
            rx.foreach(ProfileState.rows, _session),
            skeleton_rows(_COLUMNS, 2),
        ),
        caption=say("Where you are signed in"),
    )


def _session(row: Any) -> rx.Component:
    browser = rx.el.span(
        row.device,
        " ",
        rx.cond(row.this_one, status_chip("active", say("This browser")), rx.fragment()),
        class_name="table__name",
    )
    end = secondary_button(
        say("End"), " ", hidden(say("the session of %(device)s", device=row.device)), type="submit"
    )
    act = rx.cond(row.this_one, rx.fragment(), _end(row.id, end))
    cells = [browser, row.workspace, row.since, row.last_used, act]
    return table_row(_COLUMNS, cells, key=row.id)


def _end(which: Any, button: rx.Component) -> rx.Component:
    return native_form(hidden_field("session", which), button, action="/auth/sessions/end")
