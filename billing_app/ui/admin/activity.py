"""Activity: the audit log. Who did what to which thing, when, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.reads import activity
from billing_app.reads.activity import KINDS, Act, ActPage, Doer
from billing_app.ui.admin.listing import ListState, no_match
from billing_app.ui.components.content import page_header
from billing_app.ui.components.fields import select_field
from billing_app.ui.components.lists import (
    filter_field,
    filters,
    list_search,
    list_tools,
    more_button,
)
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import has_words

COLUMNS = (
    Column(label="When"),
    Column(label="Who"),
    Column(label="What they did"),
    Column(label="About"),
)

_NONE: Mapping[str, str] = {}


class ActivityFilters(TypedDict):
    """What the form of the filters sends."""

    who: str
    kind: str
    since: str
    until: str


class AdminActivityState(ListState, rx.State):
    """The audit log, as the address asks for it."""

    _path = "/admin/activity"
    _words = activity.WORDS
    _shelves = _NONE
    _usual = _NONE

    rows: list[Act] = []
    doers: list[Doer] = []

    @rx.event
    def narrow(self, form: ActivityFilters) -> Any:
        """Show only what these filters let through."""
        return self._go({name: str(value) for name, value in form.items()})

    async def _page(self, after: str) -> str:
        said = dict(self.said)

        def read(work: Work[Any]) -> ActPage:
            return activity.acts(work, said, after=after)

        self.rows = self.rows if after else []
        self.doers = self.doers if after else await run(activity.doers)
        page = await run(read)
        self.rows = [*self.rows, *page.rows]
        return page.after


def activity_table(lines: Any, loaded: Any) -> rx.Component:
    """The latest acts as a table, newest first."""
    return listed(lines, loaded, COLUMNS, _line, nothing=_nothing_yet(), caption="Latest activity")


def activity_page() -> rx.Component:
    """The screen at /admin/activity."""
    state: Any = AdminActivityState
    return rx.fragment(
        page_header(
            "Activity",
            lead="Who did what to which thing, the latest first. A line is never changed or"
            " removed; names are shown as they are today.",
        ),
        list_tools(
            list_search("Search the activity", state, hint="Number, name or id"),
        ),
        filters(state, _filter_fields(state), state.narrowed),
        listed(
            state.rows, state.loaded, COLUMNS, _row, nothing=_nothing(state), caption="Activity"
        ),
        more_button(state),
    )


def _line(line: Any) -> rx.Component:
    return table_row(COLUMNS, [line.when, line.who, line.deed, line.about])


def _row(row: Any) -> rx.Component:
    deed = rx.el.span(
        row.deed,
        rx.foreach(row.changes, lambda change: rx.el.span(change, class_name="table__note")),
        class_name="act",
    )
    about = rx.cond(
        has_words(row.href),
        rx.el.a(row.about, href=row.href, class_name="act__about"),
        row.about,
    )
    return table_row(COLUMNS, [row.when, row.who, deed, about], key=row.id)


def _filter_fields(state: Any) -> dict[str, rx.Component]:
    everybody = rx.fragment(
        rx.el.option("Everybody", value=""),
        rx.foreach(state.doers, lambda doer: rx.el.option(doer.name, value=doer.id)),
    )
    kinds = (("", "All kinds"), *((kind, words) for kind, (words, _) in KINDS.items()))
    return {
        "who": select_field(
            "Who", everybody, name="who", default_value=state.said["who"], optional=True
        ),
        "kind": select_field(
            "What", kinds, name="kind", default_value=state.said["kind"], optional=True
        ),
        "since": filter_field(state, "since", "From"),
        "until": filter_field(state, "until", "Until"),
    }


def _nothing(state: Any) -> rx.Component:
    return no_match(state, "Nothing that was done is what you are looking for.", _nothing_yet())


def _nothing_yet() -> rx.Component:
    return empty_state(
        "Nothing has happened yet",
        "Whatever somebody here adds, changes or grants is noted on this list.",
        icon_name="clock",
    )
