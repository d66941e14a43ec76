"""The page on which a draft is written."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.kernel.currencies import CURRENCIES
from billing_app.ui.admin.draft import AdminDraftState
from billing_app.ui.admin.draft_question import draft_question
from billing_app.ui.admin.forms import is_open
from billing_app.ui.admin.instalments import AdminInstalmentsState, instalments
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import (
    link_button,
    primary_button,
    quiet_button,
    secondary_button,
)
from billing_app.ui.components.content import card, cluster, page_header, section
from billing_app.ui.components.fields import field_error, select_field, text_area, text_field
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import callout, empty_state, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import hidden
from billing_app.ui.state import may

_SAVES_AFTER_MS = 500


def draft_page() -> rx.Component:
    """The screen at /admin/drafts/[invoice]."""
    return only_with(Permission.KEEP_INVOICES, "Draft", _draft())


def _draft() -> rx.Component:
    state: Any = AdminDraftState
    gone = rx.fragment(
        page_header("Draft"),
        empty_state(
            "There is no such draft",
            "It was deleted, or the address is not whole. Nothing was changed.",
            link_button("See all drafts", href="/admin/invoices?standing=draft"),
        ),
    )
    waiting = rx.fragment(page_header("Draft"), skeleton(6))
    return rx.cond(state.missing, gone, rx.cond(state.loaded, _editor(state), waiting))


def _editor(state: Any) -> rx.Component:
    planning = is_open(AdminInstalmentsState)
    return rx.fragment(
        page_header(
            "Draft",
            lead=f"An invoice for {state.party}, not issued yet.",
            actions=[
                quiet_button("Delete", on_click=state.ask("delete")),
                rx.cond(
                    planning,
                    _issuing(state, disabled=True, aria_describedby="why-not-yet"),
                    _issuing(state),
                ),
            ],
        ),
        rx.cond(planning, _why_not_yet(), rx.fragment()),
        notice(
            state.refused,
            _way_out(state),
            tone="danger",
        ),
        draft_question(state),
        section(
            "What it charges for",
            rx.el.ol(rx.foreach(state.lines, lambda line: _line(state, line)), class_name="lines"),
            cluster(
                secondary_button("Add a line", icon="plus", id="add-line", on_click=state.add_line),
                rx.el.p(state.saving, role="status", class_name="saving"),
            ),
            _sums(state),
        ),
        instalments(),
        section("What else it says", card(_beside(state))),
    )


def _way_out(state: Any) -> rx.Component:
    """Where what was refused can be mended, by whoever may."""
    again = native_link("Open it again", href="/admin/drafts/" + state.shown)
    number = rx.el.a("Add your ABN or tax id", href="/admin/settings/organization")
    return rx.cond(
        state.stale,
        rx.el.p(again),
        rx.cond(state.nameless & may(Permission.KEEP_BOOKS), rx.el.p(number), rx.fragment()),
    )


def _issuing(state: Any, **more: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            may(Permission.TAKE_PAYMENTS),
            secondary_button("Issue and charge", on_click=state.ask("charge"), **more),
            rx.fragment(),
        ),
        primary_button("Issue", on_click=state.ask("issue"), **more),
    )


def _why_not_yet() -> rx.Component:
    """What is not divided yet would not be in what is issued."""
    words = "Instalments are being planned below. Divide it or cancel that first, then issue."
    return rx.el.div(callout(words), id="why-not-yet", class_name="notice")


def _line(state: Any, line: Any) -> rx.Component:
    def field(name: str, label: str, **how: Any) -> rx.Component:
        return text_field(
            label,
            name=name,
            id=name + "-" + line.key.to(str),
            error=field_error(line, name),
            default_value=getattr(line, name),
            on_change=lambda value: _typed(state.write_line(line.key, name, value), state),
            auto_complete="off",
            **how,
        )

    return rx.el.li(
        field("description", "Description"),
        field("quantity", "Quantity", input_mode="decimal"),
        field("unit_price", "Price", input_mode="decimal"),
        field("discount", "Discount in %", input_mode="decimal", optional=True, placeholder="0"),
        select_field(
            "Tax",
            rx.fragment(
                rx.el.option("No tax", value=""),
                rx.foreach(
                    state.taxes,
                    lambda tax: rx.cond(
                        tax.archived & (line.tax_rate_id != tax.id),
                        rx.fragment(),
                        rx.el.option(tax.words, value=tax.id),
                    ),
                ),
            ),
            name="tax_rate_id",
            id="tax_rate_id-" + line.key.to(str),
            default_value=line.tax_rate_id,
            on_change=lambda value: _typed(state.write_line(line.key, "tax_rate_id", value), state),
        ),
        rx.el.p(hidden("Comes to "), line.total, class_name="lines__total"),
        quiet_button(
            "Remove",
            hidden(" "),
            hidden(line.description),
            on_click=state.remove_line(line.key),
        ),
        key=line.key,
        class_name="lines__line",
    )


def _typed(noted: Any, state: Any) -> list[Any]:
    """What was typed is noted at once, and saved when nothing more is typed for a moment."""
    return [noted, state.save.debounce(_SAVES_AFTER_MS)]


def _sums(state: Any) -> rx.Component:
    return rx.el.dl(
        *(
            rx.el.div(rx.el.dt(name), rx.el.dd(sum_), class_name="sums__sum")
            for name, sum_ in (("Net", state.net), ("Tax", state.tax), ("Total", state.total))
        ),
        class_name="sums",
    )


def _beside(state: Any) -> rx.Component:
    def write(name: str) -> Any:
        return lambda value: _typed(state.write(name, value), state)

    def error(name: str) -> Any:
        return field_error(state, name)

    return rx.el.div(
        select_field(
            "Currency",
            [(code, code) for code in CURRENCIES],
            name="currency",
            error=error("currency"),
            default_value=state.words["currency"],
            on_change=write("currency"),
        ),
        select_field(
            "Prices",
            (("exclude", "Tax comes on top of them"), ("include", "They include the tax")),
            name="prices",
            default_value=state.words["prices"],
            on_change=write("prices"),
        ),
        text_field(
            "Due on",
            name="due_on",
            type="date",
            hint="Left empty, it follows from the customer's days to pay.",
            error=error("due_on"),
            optional=True,
            default_value=state.words["due_on"],
            on_change=write("due_on"),
        ),
        text_field(
            "Reference",
            name="reference",
            hint="Such as the customer's order number.",
            error=error("reference"),
            optional=True,
            default_value=state.words["reference"],
            on_change=write("reference"),
            auto_complete="off",
        ),
        text_area(
            "Note to the customer",
            name="note",
            error=error("note"),
            optional=True,
            default_value=state.words["note"],
            on_change=write("note"),
        ),
        key=state.shown,
        class_name="stack stack--4",
    )
