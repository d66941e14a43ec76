"""What every searchable list has: shelves, a search, filters, an order, and more below.

What a list shows stands in its address. So all of these lead somewhere, and a list can be
kept, sent and come back to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventChain

from billing_app.ui.components.buttons import primary_button, quiet_button, secondary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import (
    error_summary,
    field_error,
    search_field,
    text_field,
)
from billing_app.ui.components.text import Text, hidden
from billing_app.ui.state import FrameState
from billing_app.ui.words import say

_MORE = say("Show more")

# Not while somebody writes, and not where the browser or a reader means something by it.
_SLASH_SEARCHES = """((event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const search = document.getElementById("search");
  if (search?.dataset.slash === "on") { event.preventDefault(); search.focus(); search.select(); }
})"""

_ENTER_GOES_TO_ROWS = """((event) => {
  if (event.key === "Enter") document.querySelector("main tbody th a")?.focus();
})"""


@dataclass(frozen=True)
class Shelf:
    """One shelf of a list: what it is called, where it is, and whether one stands before it."""

    word: str
    href: str
    current: bool


def shelves(label: Text, shelves_: Any) -> rx.Component:
    """The shelves of a list, as links."""
    return rx.el.nav(
        rx.el.ul(
            rx.foreach(
                shelves_,
                lambda shelf: rx.el.li(
                    rx.el.a(
                        shelf.word,
                        href=shelf.href,
                        aria_current=rx.cond(shelf.current, "true", "false"),
                        class_name="shelves__link",
                    )
                ),
            )
        ),
        aria_label=label,
        class_name="shelves",
    )


def list_search(label: str, state: Any, *, hint: str) -> rx.Component:
    """The search of a list. Enter leads from it to the first row found.

    '/' leads into it, unless the person switched that off in their profile.
    """
    return rx.fragment(
        rx.window_event_listener(on_key_down=_script(_SLASH_SEARCHES)),
        search_field(
            label,
            placeholder=hint,
            default_value=state.said["search"],
            on_change=state.find.debounce(250),
            custom_attrs={
                "onKeyDown": rx.Var(_ENTER_GOES_TO_ROWS),
                "aria-keyshortcuts": rx.cond(FrameState.slash_searches, "/", ""),
                "data-slash": rx.cond(FrameState.slash_searches, "on", "off"),
            },
        ),
    )


def order_choice(state: Any, orders: Sequence[tuple[str, str]]) -> rx.Component:
    """The order of a list, as pairs of its name and its words."""
    return rx.el.label(
        hidden("Order"),
        rx.el.select(
            *(rx.el.option(word, value=name) for name, word in orders),
            name="order",
            value=state.said["order"],
            on_change=state.sort_by,
            class_name="field__control field__control--select",
        ),
        class_name="order",
    )


def filters(state: Any, fields: dict[str, rx.Component], count: Any) -> rx.Component:
    """What narrows a list, folded away until it is wanted; ``count`` of them narrow it now."""
    return rx.el.details(
        rx.el.summary(
            rx.cond(count > 0, rx.fragment("Filters (", count.to_string(), ")"), "Filters"),
            class_name="button button--secondary",
        ),
        card(
            rx.el.form(
                error_summary(*((name, field_error(state, name)) for name in fields)),
                rx.el.div(*fields.values(), class_name="filters__fields"),
                cluster(
                    primary_button("Show these", type="submit"),
                    quiet_button("Clear the filters", on_click=state.clear),
                ),
                on_submit=state.narrow,
                # Anew for each address, so that the fields say what the list shows.
                key=state.place,
                custom_attrs={"noValidate": True},
                class_name="stack stack--4",
            )
        ),
        open=state.problem != "",
        class_name="filters",
    )


def filter_field(state: Any, name: str, label: str, hint: str = "") -> rx.Component:
    """One filter of a list; where its name says so, a day."""
    return text_field(
        label,
        name=name,
        type="date" if name.endswith(("since", "until")) else "text",
        hint=hint,
        error=field_error(state, name),
        default_value=state.said[name],
        auto_complete="off",
        optional=True,
    )


def list_tools(*tools: rx.Component) -> rx.Component:
    """The search, the order and the filters of a list, beside each other where there is room."""
    return rx.el.div(*tools, class_name="list-tools")


def more_button(state: Any, words: Text = _MORE) -> rx.Component:
    """Adds the next page below, while there is one."""
    return rx.cond(
        state.after != "", secondary_button(words, on_click=state.show_more), rx.fragment()
    )


def _script(function: str) -> Any:
    return rx.Var(function, _var_type=EventChain).guess_type()
