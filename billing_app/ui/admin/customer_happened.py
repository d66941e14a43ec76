"""All that happened to a customer, the latest first."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.customer_page import happened
from billing_app.reads.timelines import Happening, timeline
from billing_app.ui.admin.customer_sections import SectionState
from billing_app.ui.components.content import section
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import when

_COLUMNS = (
    Column(label="What happened"),
    Column(label="When"),
    Column(label="Who"),
    Column(label="For the day"),
    Column(label="Amount", numeric=True),
)


class AdminCustomerHappenedState(SectionState, rx.State):
    """The timeline of a customer."""

    rows: list[Happening] = []
    after: str = ""

    @rx.event
    async def show_more(self) -> None:
        """Tell what happened before."""
        wanted, after = self.shown, self.after
        if after:
            page = await run(lambda work: timeline(work, wanted, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after

    async def _read(self) -> None:
        wanted = self.shown
        page = await run(lambda work: happened(work, wanted))
        self.rows, self.after = page.rows, page.after


def what_happened() -> rx.Component:
    """The section."""
    state: Any = AdminCustomerHappenedState
    return section(
        "What happened",
        data_table(
            _COLUMNS,
            rx.cond(state.loaded, rx.foreach(state.rows, _row), skeleton_rows(_COLUMNS, 2)),
            caption="What happened",
        ),
        more_button(state, "Show what happened before"),
    )


def _row(each: Any) -> rx.Component:
    what = rx.el.span(
        each.what, when(each.reason, rx.el.span(each.reason, class_name="table__note"))
    )
    moved = rx.cond(each.amount, each.amount.text, "")
    return table_row(_COLUMNS, [what, each.when, each.who, each.on, moved], key=each.id)
