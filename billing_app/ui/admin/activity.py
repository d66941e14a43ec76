"""Activity: who did what, and when."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads import admin
from billing_app.reads.admin import ActivityLine
from billing_app.ui.components.content import page_header
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row

COLUMNS = (
    Column(label="When"),
    Column(label="Who"),
    Column(label="What they did"),
    Column(label="About"),
)


class AdminActivityState(rx.State):
    """The latest acts in the workspace."""

    lines: list[ActivityLine] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the latest acts."""
        self.lines = await run(admin.activity)
        self.loaded = True


def activity_table(lines: Any, loaded: Any) -> rx.Component:
    """Acts as a table, newest first."""
    return rx.cond(
        loaded & (lines.length() == 0),
        empty_state(
            "Nothing has happened yet",
            "Whatever somebody here adds, changes or grants is noted on this list.",
            icon_name="clock",
        ),
        data_table(
            COLUMNS,
            rx.cond(loaded, rx.foreach(lines, _row), skeleton_rows(COLUMNS)),
            caption="Latest activity",
        ),
    )


def activity_page() -> rx.Component:
    """The screen at /admin/activity."""
    return rx.fragment(
        page_header(
            "Activity",
            lead="The latest 50 acts: who, what and when. A line is never changed or removed; names"
            " are shown as they are today.",
        ),
        activity_table(AdminActivityState.lines, AdminActivityState.loaded),
    )


def _row(line: Any) -> rx.Component:
    return table_row(COLUMNS, [line.when, line.who, line.deed, line.about])
