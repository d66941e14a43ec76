"""What happened to a document: every act on it and every movement because of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.content import section
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import when

_COLUMNS = (
    Column(label="What happened"),
    Column(label="When"),
    Column(label="Who"),
    Column(label="For the day"),
    Column(label="Amount", numeric=True),
)


def happenings(page: Any) -> rx.Component:
    """The section, the latest first."""
    return section(
        "What happened",
        data_table(_COLUMNS, rx.foreach(page.happenings, _row), caption="What happened"),
        more_button(page, "Show what happened before"),
    )


def _row(each: Any) -> rx.Component:
    reason = when(each.reason, rx.el.span(each.reason, class_name="table__note"))
    moved = rx.cond(each.amount, each.amount.text, "")
    cells = [rx.el.span(each.what, reason), each.when, each.who, each.on, moved]
    return table_row(_COLUMNS, cells, key=each.id)
