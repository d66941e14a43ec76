"""Users: who works here, as what, and who is asked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.reads import people
from billing_app.reads.people import AdminRow
from billing_app.services import inviting
from billing_app.ui.admin.alarms import alarms
from billing_app.ui.admin.parties import field_error
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import primary_button, quiet_button
from billing_app.ui.components.content import (
    card,
    cluster,
    definition_list,
    page_header,
    section,
)
from billing_app.ui.components.fields import error_summary, select_field, text_field
from billing_app.ui.components.status import notice, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import hidden

RoleName = Literal["owner", "manager", "bookkeeper", "viewer"]

_ROLES = (
    ("owner", "Owner", "Everything, and who else works here."),
    ("manager", "Manager", "Customers, partners, their access, letters and settings."),
    ("bookkeeper", "Bookkeeper", "Customers and letters; looks at everything else."),
    ("viewer", "Viewer", "Looks at everything and changes nothing."),
)
_COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Role"),
    Column(label="Standing"),
    Column(label="Last used"),
    Column(label="Actions", hidden_label=True),
)


class InvitationForm(TypedDict):
    """What the form sends."""

    name: str
    email: str
    role: str


class AdminUsersState(rx.State):
    """Everybody who works here."""

    rows: list[AdminRow] = []
    loaded: bool = False
    told: str = ""
    refused: str = ""

    form_open: bool = False
    problem: str = ""
    wrong_field: str = ""

    @rx.event
    async def load(self) -> None:
        """Show who works here.

        A connection that was lost and found loads it again, too, so a form stays open.
        """
        self.problem, self.wrong_field, self.told, self.refused = "", "", "", ""
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
    async def change_role(self, membership_id: str, role: RoleName) -> None:
        """Make somebody something else here, from their next step on."""
        await self._act(
            lambda work, subject: inviting.change_role(work, subject, role=role),
            membership_id,
            f"is now {_with_article(role)}.",
        )

    @rx.event
    async def suspend(self, membership_id: str) -> None:
        """Shut somebody out, from their next step on."""
        await self._act(inviting.suspend_admin, membership_id, "cannot come in any more.")

    @rx.event
    async def restore(self, membership_id: str) -> None:
        """Let somebody back in."""
        await self._act(inviting.restore_admin, membership_id, "can come in again.")

    async def _act(self, command: Callable[[Any, str], str], membership_id: str, done: str) -> None:
        """Do it, and show the list as it is then: a refusal leaves it as it was."""
        self.told, self.refused = "", ""
        try:
            await run(lambda work: command(work, membership_id))
        except BillingError as refusal:
            self.refused = str(refusal)
        else:
            names = [row.name for row in self.rows if row.id == membership_id]
            self.told = f"{''.join(names)} {done}"
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
            actions=[
                primary_button("Invite a person", icon="plus", on_click=state.open_form),
            ],
        ),
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        alarms(),
        rx.cond(state.form_open, _form(), rx.fragment()),
        data_table(
            _COLUMNS,
            rx.cond(state.loaded, rx.foreach(state.rows, _row), skeleton_rows(_COLUMNS)),
            caption="Users",
        ),
        section(
            "What each role may do",
            card(definition_list(*((word, what) for _, word, what in _ROLES))),
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
                    "Name", name="name", error=field_error(state, "name"), auto_complete="off"
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
                    [(role, word) for role, word, _ in reversed(_ROLES)],
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


def _row(row: Any) -> rx.Component:
    name = rx.el.span(row.name, " ", rx.cond(row.is_me, rx.el.span("(you)"), rx.fragment()))
    cells = [name, row.email, _role(row), _standing(row), row.last_used, _acts(row)]
    return table_row(_COLUMNS, cells, key=row.id)


def _role(row: Any) -> rx.Component:
    """Chosen where it stands. The key makes the browser show what is kept after a refusal."""
    return rx.el.select(
        *(rx.el.option(word, value=role) for role, word, _ in _ROLES),
        value=row.role,
        on_change=lambda role: AdminUsersState.change_role(row.id, role),
        aria_label="Role of " + row.name.to(str),
        class_name="field__control field__control--select",
    )


def _standing(row: Any) -> rx.Component:
    return rx.match(
        row.standing,
        ("Active", status_chip("active")),
        ("Invited", status_chip("invited")),
        ("Suspended", status_chip("archived", "Suspended")),
        status_chip("overdue", row.standing),
    )


def _acts(row: Any) -> rx.Component:
    state = AdminUsersState
    again = quiet_button(
        "Invite again", hidden(" "), hidden(row.name), on_click=state.invite_again(row.id)
    )
    suspend = quiet_button(
        rx.cond(row.is_invited, "Withdraw", "Suspend"),
        hidden(" "),
        hidden(row.name),
        on_click=state.suspend(row.id),
    )
    restore = quiet_button("Restore", hidden(" "), hidden(row.name), on_click=state.restore(row.id))
    return rx.el.div(
        rx.cond(row.is_invited, again, rx.fragment()),
        rx.cond(row.is_suspended, restore, rx.cond(row.is_me, rx.fragment(), suspend)),
        class_name="table__acts",
    )


def _with_article(role: str) -> str:
    return f"an {role}" if role == "owner" else f"a {role}"
