"""Organization: what the business is called, what stands on its documents, its closed books."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.business_numbers import show_abn
from billing_app.reads import settings
from billing_app.services import organizing, workspace
from billing_app.ui.admin.settings.closing import closing
from billing_app.ui.admin.settings.logo import logo
from billing_app.ui.admin.settings.shared import (
    SettingsState,
    settings_form,
    settings_screen,
)
from billing_app.ui.components.content import section
from billing_app.ui.components.fields import field_error, select_field, text_area, text_field
from billing_app.ui.components.text import when

_LANGUAGES = (("en", "English"), ("de", "German"), ("fr", "French"))
_PAPERS = (("", "As usual where you are"), ("a4", "A4"), ("letter", "US Letter"))


class WorkspaceForm(TypedDict):
    """What the form of the workspace sends."""

    name: str
    time_zone: str


class ProfileForm(TypedDict):
    """What the form of the documents sends."""

    legal_name: str
    abn: str
    tax_id: str
    address: str
    bank_details: str
    colour: str
    locale: str
    paper: str


class AdminWorkspaceState(SettingsState, rx.State):
    """The name of the workspace, and its clock."""

    currency: str = ""

    @rx.event
    async def save(self, form: WorkspaceForm) -> Any:
        """Save name and time zone."""
        return await self._save(
            lambda work, seen: workspace.set_workspace(
                work, name=form["name"], time_zone=form["time_zone"], seen=seen
            ),
            "The workspace was saved.",
        )

    async def _read(self) -> None:
        found = await run(settings.workspace)
        self.currency = found.currency
        self._see(found.last, {"name": found.name, "time_zone": found.time_zone})


class AdminProfileState(SettingsState, rx.State):
    """What stands on documents."""

    has_logo: bool = False
    logo_version: str = ""
    logo_changed: str = ""
    had_account: bool = False

    @rx.event
    async def save(self, form: ProfileForm) -> Any:
        """Save what stands on documents from now on."""
        other_account = self.had_account and form["bank_details"].strip() != (
            self.words.get("bank_details", "")
        )
        return await self._save(
            lambda work, seen: organizing.set_profile(
                work,
                legal_name=form["legal_name"],
                abn=form["abn"],
                tax_id=form["tax_id"],
                address=form["address"],
                bank_details=form["bank_details"],
                colour=form["colour"],
                locale=form["locale"],
                paper=form["paper"],
                seen=seen,
            ),
            "Saved. Documents say so from now on. Because the bank details changed, all owners are"
            " told by letter."
            if other_account
            else "Saved. Documents say so from now on; those that were issued keep what they say.",
        )

    async def _read(self) -> None:
        found = await run(settings.profile)
        self.has_logo, self.logo_version = found.has_logo, found.last_logo.id
        self.logo_changed = found.last_logo.words
        self.had_account = bool(found.words["bank_details"])
        self._see(found.last, found.words | {"abn": show_abn(found.words["abn"])})


def organization_page() -> rx.Component:
    """The screen at /admin/settings/organization."""
    space: Any = AdminWorkspaceState
    own: Any = AdminProfileState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Organization",
        "What the business is called, what stands on its documents, and until when its books are"
        " closed.",
        section(
            "Workspace",
            settings_form(space, space.save, _of_workspace(space), button="Save the workspace"),
            when(
                space.currency,
                rx.el.p(
                    "The workspace reckons in ",
                    space.currency,
                    ", as was chosen when it was founded. Documents can be in other currencies.",
                    class_name="plain__aside",
                ),
            ),
        ),
        section(
            "On documents",
            settings_form(own, own.save, _of_documents(own), button="Save what documents say"),
        ),
        section("Logo", logo(own)),
        section("Closed books", closing()),
    )


def _of_workspace(state: Any) -> dict[str, rx.Component]:
    return {
        "name": text_field(
            "Name of the workspace",
            name="name",
            hint="On screens and in letters. Documents carry the legal name below.",
            error=field_error(state, "name"),
            default_value=state.words["name"],
            auto_complete="off",
        ),
        "time_zone": text_field(
            "Time zone",
            name="time_zone",
            hint="By its clock days begin and end, such as Australia/Sydney. Days that are written"
            " down stay as they are.",
            error=field_error(state, "time_zone"),
            default_value=state.words["time_zone"],
            auto_complete="off",
        ),
    }


def _of_documents(state: Any) -> dict[str, rx.Component]:
    def line(label: str, name: str, hint: str = "", **props: Any) -> rx.Component:
        return text_field(
            label,
            name=name,
            hint=hint,
            error=field_error(state, name),
            default_value=state.words[name],
            optional=True,
            **({"auto_complete": "off"} | props),
        )

    def lines(label: str, name: str, hint: str) -> rx.Component:
        return text_area(
            label,
            name=name,
            hint=hint,
            error=field_error(state, name),
            default_value=state.words[name],
            optional=True,
        )

    return {
        "legal_name": line(
            "Legal name",
            "legal_name",
            "Without one, the name of the workspace stands there.",
            auto_complete="organization",
        ),
        "abn": line("ABN", "abn", "Eleven digits, such as 51 824 753 556."),
        "tax_id": line("Other tax id", "tax_id", "Such as a VAT number."),
        "address": lines("Address", "address", "As it stands on a letter."),
        "bank_details": lines(
            "Bank details",
            "bank_details",
            "Where customers transfer money to. When they change, all owners are told by letter.",
        ),
        "colour": line("Colour", "colour", "Of headings and lines on documents, like #1f6feb."),
        "locale": _choice(state, "Language", "locale", _LANGUAGES),
        "paper": _choice(state, "Paper size", "paper", _PAPERS),
    }


def _choice(
    state: Any, label: str, name: str, options: tuple[tuple[str, str], ...]
) -> rx.Component:
    return select_field(
        label,
        options,
        name=name,
        error=field_error(state, name),
        default_value=state.words[name],
    )
