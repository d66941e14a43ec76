"""The page on which a draft is written."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.kernel.currencies import CURRENCIES
from billing_app.ui.admin.draft import AdminDraftState
from billing_app.ui.admin.instalments import instalments
from billing_app.ui.admin.methods import method_options
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import (
    danger_button,
    link_button,
    primary_button,
    quiet_button,
    secondary_button,
)
from billing_app.ui.components.content import card, cluster, definition_list, page_header, section
from billing_app.ui.components.fields import field_error, select_field, text_area, text_field
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import empty_state, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import hidden, when
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
    return rx.fragment(
        page_header(
            "Draft",
            lead=f"An invoice for {state.party}, not issued yet.",
            actions=[
                quiet_button("Delete", on_click=state.ask("delete")),
                rx.cond(
                    may(Permission.TAKE_PAYMENTS),
                    secondary_button("Issue and charge", on_click=state.ask("charge")),
                    rx.fragment(),
                ),
                primary_button("Issue", on_click=state.ask("issue")),
            ],
        ),
        notice(
            state.refused,
            _way_out(state),
            tone="danger",
        ),
        _question(state),
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


def _question(state: Any) -> rx.Component:
    keep = quiet_button("Keep it a draft", on_click=state.let_be)
    issue = _asks(
        state,
        "Issue this invoice?",
        rx.el.p(
            "It takes the next number and its words are frozen. It is owed from then on, and"
            f" {state.party} is asked to pay what is left of it."
        ),
        cluster(primary_button("Issue", on_click=state.issue, auto_focus=True), keep),
    )
    charge = _asks(
        state,
        "Issue this invoice and charge it?",
        rx.el.p(
            "It takes the next number and its words are frozen. Then what is left to pay is"
            " charged at once. If the bank says no, the invoice stays issued and unpaid, and you"
            " see why."
        ),
        rx.cond(
            state.methods.length() > 0,
            rx.el.form(
                select_field(
                    "Charge",
                    method_options(state.methods),
                    name="payment_method_id",
                    auto_focus=True,
                ),
                cluster(primary_button("Issue and charge", type="submit"), keep),
                on_submit=state.issue_and_charge,
                class_name="stack stack--4",
            ),
            rx.el.div(
                rx.el.p(
                    f"{state.party} has no saved way of paying, so nothing can be charged. Issue"
                    " the invoice and send its pay link."
                ),
                cluster(keep),
                class_name="stack stack--4",
            ),
        ),
    )
    delete = _asks(
        state,
        "Delete this draft?",
        rx.el.p("It never had a number, so none is missing afterwards. This cannot be undone."),
        cluster(danger_button("Delete", on_click=state.delete, auto_focus=True), keep),
        about_money=False,
    )
    return rx.match(
        state.asked,
        ("issue", issue),
        ("charge", charge),
        ("delete", delete),
        rx.fragment(),
    )


def _asks(
    state: Any, title: str, words: rx.Component, answer: rx.Component, *, about_money: bool = True
) -> rx.Component:
    facts = definition_list(
        ("For", state.party),
        ("Total", rx.el.strong(state.total)),
    )
    credit = when(
        state.from_credit,
        rx.el.p(f"{state.from_credit} of their credit pays it first."),
    )
    return section(
        title,
        card(
            rx.el.div(
                *([facts] if about_money else []),
                words,
                *([credit] if about_money else []),
                answer,
                class_name="stack stack--4",
            )
        ),
    )
