"""The people on Users: one row each, with their role, and what can be done about them."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from billing_app.ui.admin.asking import asker, question
from billing_app.ui.components.buttons import danger_button, quiet_button, secondary_button
from billing_app.ui.components.status import status_chip
from billing_app.ui.components.tables import Column, table_row
from billing_app.ui.components.text import hidden

RoleName = Literal["owner", "manager", "bookkeeper", "viewer"]

ROLES = (
    ("owner", "Owner", "Everything, and who else works here."),
    ("manager", "Manager", "Customers, partners, their access, letters and settings."),
    (
        "bookkeeper",
        "Bookkeeper",
        "Customers and letters; looks at partners and activity, too.",
    ),
    ("viewer", "Viewer", "Looks at customers, partners and activity; changes nothing."),
)
COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Role"),
    Column(label="Standing"),
    Column(label="Last used"),
    Column(label="Actions", hidden_label=True),
)


def with_article(role: str) -> str:
    """A role as part of a sentence."""
    return f"an {role}" if role == "owner" else f"a {role}"


def user_row(state: Any, row: Any) -> rx.Component:
    """One person, and below them what is asked about them."""
    name = rx.el.span(row.name, " ", rx.cond(row.is_me, rx.el.span("(you)"), rx.fragment()))
    cells = [name, row.email, _role(state, row), _standing(row), row.last_used, _acts(state, row)]
    return rx.fragment(
        table_row(COLUMNS, cells),
        question(state, row, columns=len(COLUMNS), answer=_answer(state, row)),
        key=row.id,
    )


def _role(state: Any, row: Any) -> rx.Component:
    """Chosen where it stands, and asked about below.

    The keyboard stays here: to somebody who goes through the roles with the arrow keys, each
    one on the way is a choice.
    """
    is_asked = (state.asked_id == row.id) & (state.asked_act == "role")
    return rx.el.select(
        *(rx.el.option(word, value=role) for role, word, _ in ROLES),
        value=rx.cond(is_asked, state.asked_role, row.role),
        on_change=lambda role: state.ask_role(row.id, role),
        aria_label="Role of " + row.name.to(str),
        class_name="field__control field__control--select",
        **asker("role", row),
    )


def _answer(state: Any, row: Any) -> rx.Component:
    return rx.cond(
        state.asked_act == "role",
        secondary_button("Save", on_click=state.change_role(row.id, state.asked_role)),
        danger_button(
            rx.cond(row.is_invited, "Withdraw", "Suspend"),
            on_click=state.suspend(row.id),
            auto_focus=True,
        ),
    )


def _standing(row: Any) -> rx.Component:
    return rx.match(
        row.standing,
        ("Active", status_chip("active")),
        ("Invited", status_chip("invited")),
        ("Suspended", status_chip("archived", "Suspended")),
        status_chip("overdue", row.standing),
    )


def _acts(state: Any, row: Any) -> rx.Component:
    again = quiet_button(
        "Invite again", hidden(" "), hidden(row.name), on_click=state.invite_again(row.id)
    )
    suspend = quiet_button(
        rx.cond(row.is_invited, "Withdraw", "Suspend"),
        hidden(" "),
        hidden(row.name),
        on_click=state.ask_to_suspend(row.id),
        **asker("suspend", row),
    )
    restore = quiet_button(
        "Restore",
        hidden(" "),
        hidden(row.name),
        on_click=state.restore(row.id),
        **asker("suspend", row),
    )
    return rx.el.div(
        rx.cond(row.is_invited, again, rx.fragment()),
        rx.cond(row.is_me, rx.fragment(), rx.cond(row.is_suspended, restore, suspend)),
        class_name="table__acts",
    )
