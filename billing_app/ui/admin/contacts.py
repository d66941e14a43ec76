"""The people at a customer or partner, and who of them may sign in: a section of both."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.asking import asker, question, spoken_question
from billing_app.ui.admin.parties import opening_button
from billing_app.ui.components.buttons import danger_button, primary_button, quiet_button
from billing_app.ui.components.content import card, cluster, section
from billing_app.ui.components.fields import error_summary, field_error, text_field
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Portal access"),
    Column(label="Last used"),
    Column(label="Actions", hidden_label=True),
)


# The rest of each button's name, for people who hear it without its row.
_TO = {"Revoke access": "of ", "Grant access": "to ", "Remove": ""}


def contacts(title: str, state: Any, may_keep: Any) -> rx.Component:
    """The section of this title, over the state of either kind of party."""
    add = opening_button("Add a contact", state)
    nobody = empty_state(
        "No contacts yet",
        "Add the people you deal with there. Adding somebody lets nobody in: that is a step of"
        " its own.",
        icon_name="people",
    )
    return section(
        title,
        rx.cond(state.form_open, _form(state), rx.fragment()),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            lambda row: _row(state, row, may_keep),
            nothing=nobody,
            caption="Contacts",
            waiting=2,
        ),
        spoken_question(state),
        actions=[rx.cond(state.loaded & may_keep, add, rx.fragment())],
    )


def came_back_note(day: Any, of_id: Any) -> rx.Component:
    """That the last letter to an address did not arrive, noted on a day, and the way to it."""
    letters = rx.el.a("See the letters", href="/admin/letters?about=" + of_id.to(str))
    return when(
        day,
        rx.el.span(
            rx.el.span(f"The last letter to this address came back; noted on {day}. "),
            rx.cond(may(Permission.SEE_LETTERS), letters, rx.fragment()),
            class_name="table__note",
        ),
    )


def _form(state: Any) -> rx.Component:
    return card(
        rx.el.form(
            rx.el.h3("Add a contact", class_name="section__title"),
            error_summary(
                *((name, field_error(state, name)) for name in ("name", "email")),
                general=field_error(state, ""),
            ),
            hidden_field("contact_id", state.form_id),
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
                hint="Sign-in links go there, once you grant access.",
                error=field_error(state, "email"),
                auto_complete="off",
            ),
            cluster(
                primary_button("Save contact", type="submit"),
                quiet_button("Cancel", on_click=state.close_form),
            ),
            on_submit=state.add,
            on_unmount=state.close_form,
            custom_attrs={"noValidate": True},
            class_name="stack stack--4",
        )
    )


def _row(state: Any, row: Any, may_keep: Any) -> rx.Component:
    access = rx.cond(
        row.has_access,
        status_chip("active", row.standing),
        status_chip("draft", row.standing),
    )
    email = rx.el.span(row.email, came_back_note(row.came_back, row.id))
    grant = rx.cond(
        row.has_access,
        _act("Revoke access", row, state.ask_to_revoke, **asker("revoke", row)),
        _act("Grant access", row, state.grant, **asker("revoke", row)),
    )
    remove = _act("Remove", row, state.ask_to_remove, **asker("remove", row))
    acts = rx.el.div(
        rx.cond(may(Permission.GRANT_ACCESS), grant, rx.fragment()),
        rx.cond(may_keep, remove, rx.fragment()),
        class_name="table__acts",
    )
    answer = rx.cond(
        state.asked_act == "revoke",
        danger_button("Revoke access", on_click=state.revoke(row.id), auto_focus=True),
        danger_button("Remove", on_click=state.remove(row.id), auto_focus=True),
    )
    return rx.fragment(
        table_row(_COLUMNS, [row.name, email, access, row.last_used, acts]),
        question(state, row, columns=len(_COLUMNS), answer=answer),
        key=row.id,
    )


def _act(words: str, row: Any, event: Any, **props: Any) -> rx.Component:
    rest = (hidden(" " + _TO[words]), hidden(row.name))
    return quiet_button(words, *rest, on_click=event(row.id), **props)
