"""Users: who works here, as what, and who is asked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.reads import people
from billing_app.reads.people import AdminRow
from billing_app.services import inviting
from billing_app.ui.admin.alarms import alarms
from billing_app.ui.admin.asking import Asking, spoken_question
from billing_app.ui.admin.parties import opening_button
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.admin.user_rows import COLUMNS, ROLES, RoleName, user_row, with_article
from billing_app.ui.components.buttons import primary_button, quiet_button
from billing_app.ui.components.content import (
    card,
    cluster,
    definition_list,
    page_header,
    section,
)
from billing_app.ui.components.fields import error_summary, field_error, select_field, text_field
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import data_table, skeleton_rows


class InvitationForm(TypedDict):
    """What the form sends."""

    name: str
    email: str
    role: str


class AdminUsersState(Asking, rx.State):
    """Everybody who works here."""

    rows: list[AdminRow] = []
    loaded: bool = False
    told: str = ""
    refused: str = ""
    asked_role: str = ""

    form_open: bool = False
    problem: str = ""
    wrong_field: str = ""

    @rx.event
    async def load(self) -> None:
        """Show who works here.

        A connection that was lost and found loads it again, too, so a form stays open.
        """
        self.problem, self.wrong_field, self.told, self.refused = "", "", "", ""
        self._settle()
        self.rows = await run(people.admins)
        self.loaded = True

    @rx.event
    def open_form(self) -> None:
        """Open an empty invitation."""
        self.form_open = True
        self.problem, self.wrong_field, self.told, self.refused = "", "", "", ""

    @rx.event
    def close_form(self) -> None:
        """Put the form away."""
        self.form_open = False

    @rx.event
    async def invite(self, form: InvitationForm) -> None:
        """Invite the person that was typed. A refusal keeps the form as it is."""
        self.problem, self.wrong_field = "", ""
        try:
            await run(
                lambda work: inviting.invite_admin(
                    work, name=form["name"], email=form["email"], role=form["role"]
                )
            )
        except BillingError as refusal:
            self.problem = str(refusal)
            self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""
            return
        self.form_open = False
        self.told = f"An invitation to {form['email'].strip()} is on its way."
        self.rows = await run(people.admins)

    @rx.event
    async def invite_again(self, membership_id: str) -> None:
        """Send an open invitation once more."""
        await self._act(inviting.invite_again, membership_id, "was invited again.")

    @rx.event
    def ask_role(self, membership_id: str, role: RoleName) -> None:
        """Ask whether somebody shall be something else here."""
        row = self._row(membership_id)
        if row is None or row.role == role:
            self._settle()
            return
        who, whose = ("yourself", "your") if row.is_me else (row.name, "their")
        words = f"Make {who} {with_article(role)}? It holds from {whose} next step on."
        self._ask_about(row, "role", words)
        self.asked_role = role

    @rx.event
    async def change_role(self, membership_id: str, role: RoleName) -> None:
        """Make somebody something else here, from their next step on."""
        await self._act(
            lambda work, subject: inviting.change_role(work, subject, role=role),
            membership_id,
            f"is now {with_article(role)}.",
        )

    @rx.event
    def ask_to_suspend(self, membership_id: str) -> None:
        """Ask whether somebody shall be shut out."""
        row = self._row(membership_id)
        if row is None:
            return
        words = (
            f"Withdraw the invitation of {row.name}? The link in their letter opens nothing then."
            if row.is_invited
            else f"Suspend {row.name}? From their next step on they are shut out."
        )
        self._ask_about(row, "suspend", words)

    @rx.event
    async def suspend(self, membership_id: str) -> None:
        """Shut somebody out, from their next step on."""
        await self._act(inviting.suspend_admin, membership_id, "cannot come in any more.")

    @rx.event
    async def restore(self, membership_id: str) -> None:
        """Let somebody back in."""
        await self._act(inviting.restore_admin, membership_id, "can come in again.")

    def _ask_about(self, row: AdminRow, act: str, words: str) -> None:
        self.told, self.refused = "", ""
        self._ask(row.id, act, words)

    def _row(self, membership_id: str) -> AdminRow | None:
        return next((row for row in self.rows if row.id == membership_id), None)

    async def _act(self, command: Callable[[Any, str], str], membership_id: str, done: str) -> None:
        """Do it, and show the list as it is then: a refusal leaves it as it was."""
        self.told, self.refused = "", ""
        self._settle()
        try:
            await run(lambda work: command(work, membership_id))
        except BillingError as refusal:
            self.refused = str(refusal)
        else:
            row = self._row(membership_id)
            self.told = f"{row.name if row else ''} {done}".strip()
        self.rows = await run(people.admins)


def users_page() -> rx.Component:
    """The screen at /admin/users."""
    return only_with(Permission.MANAGE_USERS, "Users", _users())


def _users() -> rx.Component:
    state = AdminUsersState
    return rx.fragment(
        page_header(
            "Users",
            lead="Everybody who works in this workspace, and what each of them may do.",
            actions=[opening_button("Invite a person", state)],
        ),
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        alarms(),
        rx.cond(state.form_open, _form(), rx.fragment()),
        data_table(
            COLUMNS,
            rx.cond(
                state.loaded,
                rx.foreach(state.rows, lambda row: user_row(state, row)),
                skeleton_rows(COLUMNS),
            ),
            caption="Users",
        ),
        spoken_question(state),
        section(
            "What each role may do",
            card(definition_list(*((word, what) for _, word, what in ROLES))),
        ),
    )


def _form() -> rx.Component:
    state = AdminUsersState
    return section(
        "Invite a person",
        card(
            rx.el.form(
                error_summary(
                    *((name, field_error(state, name)) for name in ("name", "email", "role")),
                    general=field_error(state, ""),
                ),
                text_field(
                    "Name",
                    name="name",
                    error=field_error(state, "name"),
                    auto_complete="off",
                    auto_focus=True,
                ),
                text_field(
                    "E-mail",
                    name="email",
                    type="email",
                    hint="The invitation goes there. It can be accepted once, within 72 hours.",
                    error=field_error(state, "email"),
                    auto_complete="off",
                ),
                select_field(
                    "Role",
                    [(role, word) for role, word, _ in reversed(ROLES)],
                    name="role",
                    error=field_error(state, "role"),
                ),
                cluster(
                    primary_button("Send the invitation", type="submit"),
                    quiet_button("Cancel", on_click=state.close_form),
                ),
                on_submit=state.invite,
                on_unmount=state.close_form,
                custom_attrs={"noValidate": True},
                class_name="stack stack--4",
            )
        ),
    )
