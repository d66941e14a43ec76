"""The screen of the letters."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.reads.letters import NO_SERVER
from billing_app.ui.admin.asking import asker, question, spoken_question
from billing_app.ui.admin.letters import AdminLettersState
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import (
    danger_button,
    link_button,
    quiet_button,
    secondary_button,
)
from billing_app.ui.components.content import page_header, section
from billing_app.ui.components.lists import list_search, list_tools, more_button
from billing_app.ui.components.status import callout, empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, data_table, listed, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="To", long=True),
    Column(label="Letter"),
    Column(label="Written"),
    Column(label="Status"),
    Column(label="Actions", hidden_label=True),
)
_DEAD_COLUMNS = (
    Column(label="What"),
    Column(label="For"),
    Column(label="Given up"),
    Column(label="Why"),
    Column(label="Actions", hidden_label=True),
)


def letters_page() -> rx.Component:
    """The screen at /admin/letters."""
    return only_with(Permission.SEE_LETTERS, "Letters", _log())


def _log() -> rx.Component:
    state: Any = AdminLettersState
    return rx.fragment(
        page_header(
            "Letters",
            lead="Every e-mail from this workspace. What a letter said is kept nowhere.",
            actions=[
                rx.cond(
                    state.demo,
                    link_button("Open the demo's mailbox", href="/mailbox", icon="letter"),
                    rx.fragment(),
                )
            ],
        ),
        rx.cond(state.no_server, _no_server(), rx.fragment()),
        notice(state.refused, tone="danger"),
        notice(
            state.told,
            when(state.next_words, rx.el.p(rx.el.a(state.next_words, href=state.next_path))),
            tone="success",
        ),
        rx.cond(state.dead.length() > 0, _given_up(), rx.fragment()),
        section(
            "All letters",
            rx.el.div(
                list_tools(
                    list_search("Search letters", state, hint="E-mail, name or document number")
                ),
                rx.cond(
                    state.loaded & (state.said["about"] != ""), _only_some(state), rx.fragment()
                ),
                listed(
                    state.rows,
                    state.loaded,
                    _COLUMNS,
                    _row,
                    nothing=_nothing(state),
                    caption="Letters",
                ),
                more_button(state),
                class_name="stack stack--4",
            ),
            spoken_question(state),
        ),
    )


def _only_some(state: Any) -> rx.Component:
    return callout(
        rx.el.p("These are the letters about one document, or to one customer, partner or person."),
        secondary_button("Show all letters", on_click=state.clear),
    )


def _nothing(state: Any) -> rx.Component:
    no_match = empty_state(
        "No matches",
        "Enter a whole e-mail address, the whole number of a document, or how a name begins.",
        secondary_button("Clear the search", on_click=[rx.set_value("search", ""), state.clear]),
        icon_name="search",
    )
    none_yet = empty_state(
        "No letters yet",
        "Invitations, sign-in links and other letters are listed here once written.",
        icon_name="letter",
    )
    return rx.cond(state.said["search"] != "", no_match, none_yet)


def _no_server() -> rx.Component:
    return callout(
        "Letters wait until whoever runs this installation sets one; then they leave by"
        " themselves. People who need a link meanwhile do not get it.",
        tone="warning",
        title=NO_SERVER,
    )


def _given_up() -> rx.Component:
    return section(
        "Tried and given up",
        data_table(
            _DEAD_COLUMNS,
            rx.foreach(AdminLettersState.dead, _dead_row),
            caption="Work that was tried and given up",
        ),
    )


def _dead_row(job: Any) -> rx.Component:
    again = quiet_button(
        "Try again", hidden(" for "), hidden(job.about), on_click=AdminLettersState.retry(job.id)
    )
    acts = rx.el.div(
        rx.cond(may(Permission.RETRY_JOBS), again, rx.fragment()), class_name="table__acts"
    )
    cells = [job.kind, job.about, job.since, job.trouble, acts]
    return table_row(_DEAD_COLUMNS, cells, key=job.id)


def _row(row: Any) -> rx.Component:
    state: Any = AdminLettersState
    to = rx.el.span(row.recipient, _note(row.party, row.party_path))
    what = rx.el.span(row.kind, _note(row.about, row.about_path))
    mend = rx.el.a("Correct the address", href=row.next_path)
    status = rx.el.span(
        status_chip(row.status),
        when(row.note, rx.el.span(row.note, class_name="table__note")),
        when(row.next_path, rx.el.span(mend, class_name="table__note")),
    )
    rest = (hidden(" to "), hidden(row.recipient))
    again = quiet_button("Send again", *rest, on_click=state.resend(row.id))
    back = quiet_button(
        "It came back",
        hidden(" from "),
        hidden(row.recipient),
        on_click=state.ask_to_note(row.id),
        **asker("back", row),
    )
    acts = rx.el.div(
        rx.cond(row.can_go_again, again, rx.fragment()),
        rx.cond(row.can_come_back, back, rx.fragment()),
        class_name="table__acts table__acts--stacked",
    )
    answer = danger_button(
        "Note that it came back", on_click=state.note_that_it_came_back(row.id), auto_focus=True
    )
    return rx.fragment(
        table_row(_COLUMNS, [to, what, row.when, status, acts]),
        question(state, row, columns=len(_COLUMNS), answer=answer),
        key=row.id,
    )


def _note(words: Any, path: Any) -> rx.Component:
    """What stands below the words of a cell, leading to its page where it has one."""
    shown = rx.cond(path != "", rx.el.a(words, href=path), rx.fragment(words))
    return when(words, rx.el.span(shown, class_name="table__note"))
