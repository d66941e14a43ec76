"""Lists of things: a table where there is room, a card for each row where there is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.text import Text, busy_mark, hidden
from billing_app.ui.words import say


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. Numbers are right-aligned so that their digits stand in line.

    A column is long when its words may have no place to break, such as an address, and short
    when they are not to be broken, such as a day.
    """

    label: Text
    numeric: bool = False
    long: bool = False
    short: bool = False
    hidden_label: bool = False


def data_table(
    columns: Sequence[Column],
    rows: rx.Component | Sequence[rx.Component],
    *,
    caption: Text,
    busy: rx.Var[bool] | bool = False,
) -> rx.Component:
    """A table; `rows` is usually an `rx.foreach` that calls `table_row`.

    The roles are spelled out because browsers forget what a table is once its rows are
    laid out as cards.
    """
    body = [rows] if isinstance(rows, rx.Component) else list(rows)
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="visually-hidden"),
            rx.el.thead(
                rx.el.tr(*(_header(column) for column in columns), role="row"), role="rowgroup"
            ),
            rx.el.tbody(*body, role="rowgroup"),
            role="table",
            class_name="table",
            **busy_mark(busy),
        ),
        class_name="table-frame",
    )


def table_row(
    columns: Sequence[Column], cells: Sequence[rx.Component | Text], **props: Any
) -> rx.Component:
    """One row. Its first cell names it, and becomes the heading of its card."""
    assert len(cells) == len(columns), "a row needs one cell a column"
    first, *others = zip(columns, cells, strict=True)
    return rx.el.tr(
        rx.el.th(first[1], scope="row", role="rowheader", class_name=_cell_class(first[0])),
        *(
            rx.el.td(
                cell,
                role="cell",
                class_name=_cell_class(column),
                custom_attrs={"data-label": "" if column.hidden_label else column.label},
            )
            for column, cell in others
        ),
        role="row",
        **props,
    )


def skeleton_rows(columns: Sequence[Column], count: int = 5) -> rx.Component:
    """Grey bars as high as the rows that are on their way, so that nothing jumps."""
    return rx.fragment(*(_skeleton_row(columns) for _ in range(count)))


def listed(
    rows: Any,
    loaded: Any,
    columns: Sequence[Column],
    row: Callable[[Any], rx.Component],
    *,
    nothing: rx.Component,
    caption: Text,
    waiting: int = 5,
) -> rx.Component:
    """Rows as a table; bars stand for ``waiting`` of them until they are there, or ``nothing``."""
    body = rx.cond(loaded, rx.foreach(rows, row), skeleton_rows(columns, waiting))
    table = data_table(columns, body, caption=caption)
    return rx.cond(loaded & (rows.length() == 0), nothing, table)


def skeleton(lines: int = 3) -> rx.Component:
    """Grey bars where a paragraph or a list of facts is on its way."""
    return rx.el.div(
        hidden(say("Loading…")),
        *(rx.el.span(class_name="skeleton", aria_hidden="true") for _ in range(lines)),
        class_name="skeleton-lines",
    )


def pager(
    *, page: rx.Var[int] | int, pages: rx.Var[int] | int, on_previous: Any, on_next: Any
) -> rx.Component:
    """Previous and next, with where one is. The server keeps the page within its bounds.

    A button at the end is marked instead of disabled, so that the keyboard's focus stays
    where it was; the handler has to bear being asked for a page too many.
    """
    here, last = rx.Var.create(page).to(int), rx.Var.create(pages).to(int)
    return rx.el.nav(
        secondary_button(
            say("Previous"), icon="arrow-left", on_click=on_previous, aria_disabled=_word(here <= 1)
        ),
        rx.el.p(
            say("Page %(page)s of %(pages)s", page=here.to_string(), pages=last.to_string()),
            aria_live="polite",
        ),
        secondary_button(
            say("Next"), icon="arrow-right", on_click=on_next, aria_disabled=_word(here >= last)
        ),
        aria_label=say("Pages"),
        class_name="pager",
    )


def _word(condition: rx.Var[bool]) -> rx.Var[str]:
    return rx.cond(condition, "true", "false")


def _header(column: Column) -> rx.Component:
    label = hidden(column.label) if column.hidden_label else column.label
    return rx.el.th(label, scope="col", role="columnheader", class_name=_cell_class(column))


def _cell_class(column: Column) -> str:
    if column.numeric:
        return "number"
    return "long" if column.long else "short" if column.short else ""


def _skeleton_row(columns: Sequence[Column]) -> rx.Component:
    bar = rx.el.span(class_name="skeleton")
    return rx.el.tr(
        *(rx.el.td(bar, class_name=_cell_class(column)) for column in columns),
        aria_hidden="true",
        class_name="table__skeleton",
    )
