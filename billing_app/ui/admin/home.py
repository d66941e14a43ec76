"""The dashboard: how money stands, what waits for somebody, and what happened last."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads.admin import ActivityLine
from billing_app.reads.dashboard import FirstSteps, dashboard
from billing_app.ui.admin import home_rows
from billing_app.ui.admin.activity import activity_table
from billing_app.ui.admin.alarms import alarms
from billing_app.ui.admin.home_rows import AgeChart, CashChart, TileFigure, age_chart, cash_chart
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.charts import as_table, chart, month_bars, stacked_bar, swatch
from billing_app.ui.components.content import (
    card,
    page_header,
    section,
    stat_tile,
    stat_tiles,
)
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import hidden
from billing_app.ui.state import FrameState, may

_MONTHS = (
    Column(label="Month"),
    Column(label="Came in", numeric=True),
    Column(label="Went back", numeric=True),
)
_AGES = (
    Column(label="How late"),
    Column(label="Invoices", numeric=True),
    Column(label="Still to pay", numeric=True),
)
_DONE = "done"

# What to do first, with where it is done, who may, and how it is called in the state.
_STEPS = (
    (
        "said_who",
        "Say who you are",
        "Your legal name and address stand on every document.",
        "Open the settings",
        "/admin/settings",
        Permission.MANAGE_WORKSPACE,
    ),
    (
        "has_customer",
        "Add a customer",
        "Whoever you bill, with the address that invoices go to.",
        "Go to customers",
        "/admin/customers",
        Permission.KEEP_CUSTOMERS,
    ),
    (
        "has_invoice",
        "Issue your first invoice",
        "Write a draft, look at its total, and issue it. Their letter brings a link to pay.",
        "Write an invoice",
        "/admin/new-invoice",
        Permission.KEEP_INVOICES,
    ),
)


class AdminHomeState(rx.State):
    """The workspace at a glance."""

    who: str = ""
    begun: bool = False
    steps: dict[str, str] = {}
    this_month: list[TileFigure] = []
    owed: list[TileFigure] = []
    late: list[TileFigure] = []
    exceptions: str = ""
    cash: list[CashChart] = []
    ages: list[AgeChart] = []
    lines: list[ActivityLine] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show how things stand at this moment."""
        found = await run(dashboard)
        self.begun, self.steps = found.begun, _marked(found.steps)
        self.cash = [cash_chart(each) for each in found.collected]
        self.ages = [age_chart(each) for each in found.receivables]
        self.exceptions, self.lines = str(found.exceptions), found.home.activity
        self.who = (
            f"Customers: {found.home.customers}. Partners: {found.home.partners}. Contacts who can"
            f" sign in: {found.home.contacts}."
        )
        self.this_month = home_rows.collected_this_month(found.collected)
        self.owed, self.late = home_rows.owed(found.receivables), home_rows.late(found.receivables)
        self.loaded = True


def _marked(steps: FirstSteps) -> dict[str, str]:
    return {name: _DONE if getattr(steps, name) else "" for name, *_ in _STEPS}


def home_page() -> rx.Component:
    """The screen at /admin."""
    state: Any = AdminHomeState
    return rx.fragment(
        page_header(
            rx.cond(FrameState.workspace != "", FrameState.workspace, "Your workspace").to(str),
            lead=rx.cond(state.loaded, state.who, "How money stands, and what waits.").to(str),
        ),
        alarms(),
        rx.cond(
            state.loaded,
            rx.cond(state.begun, _figures(state), _first_steps(state)),
            rx.fragment(stat_tiles(*(_tile(state, *each) for each in _TILES)), skeleton(8)),
        ),
        section(
            "Latest activity",
            activity_table(state.lines, state.loaded),
            actions=[link_button("All activity", href="/admin/activity", kind="quiet")],
        ),
    )


_TILES = (
    (
        "Collected this month",
        "this_month",
        "by card, debit, transfer and at the desk",
        "Nothing yet",
    ),
    ("Owed to you", "owed", "on issued invoices", "Nothing"),
    ("Of it late", "late", "due before today", "Nothing"),
)


def _figures(state: Any) -> rx.Component:
    return rx.fragment(
        stat_tiles(*(_tile(state, *each) for each in _TILES), _exceptions(state)),
        rx.el.div(
            section(
                "Cash collected per month",
                rx.cond(
                    state.cash.length() > 0,
                    rx.el.div(rx.foreach(state.cash, _cash), class_name="stack stack--4"),
                    empty_state(
                        "Nothing came in yet",
                        "What is paid shows up here, month by month.",
                        icon_name="card",
                    ),
                ),
            ),
            section(
                "Receivables by age",
                rx.cond(
                    state.ages.length() > 0,
                    rx.el.div(rx.foreach(state.ages, _age), class_name="stack stack--4"),
                    empty_state(
                        "Nothing is owed",
                        "Every issued invoice is paid, credited or given up.",
                        icon_name="check-circle",
                    ),
                ),
            ),
            class_name="dashboard",
        ),
    )


def _tile(state: Any, label: str, name: str, note: str, nothing: str) -> rx.Component:
    def amount(each: Any) -> rx.Component:
        link = rx.el.a(each.text, hidden(f" {label}"), href=each.href, class_name="stat__link")
        return rx.el.span(link, class_name="stat__part")

    figures = getattr(state, name)
    amounts = rx.cond(figures.length() > 0, rx.foreach(figures, amount), nothing)
    waiting = rx.el.span(class_name="skeleton", aria_hidden="true")
    return stat_tile(label, rx.cond(state.loaded, rx.el.span(amounts), waiting), note=note)


def _exceptions(state: Any) -> rx.Component:
    count = rx.el.a(
        state.exceptions,
        hidden(" open exceptions"),
        href="/admin/exceptions",
        class_name="stat__link",
    )
    note = rx.cond(state.exceptions == "0", "all is well", "wait for somebody").to(str)
    return stat_tile("Open exceptions", count, note=note)


def _cash(each: Any) -> rx.Component:
    table = data_table(
        _MONTHS,
        rx.foreach(
            each.rows,
            lambda row: table_row(_MONTHS, [row.month, row.came_in, row.went_back], key=row.month),
        ),
        caption="Cash collected per month",
    )
    return card(
        chart(each.sentence, month_bars(each.bars, each.highest), as_table(table)),
        key=each.currency,
    )


def _age(each: Any) -> rx.Component:
    def row(age: Any) -> rx.Component:
        name = rx.el.span(
            swatch(age.look),
            rx.el.a(age.words, href=age.href),
            class_name="table__name",
        )
        return table_row(_AGES, [name, age.invoices, age.amount], key=age.look)

    table = data_table(_AGES, rx.foreach(each.rows, row), caption="Receivables by age")
    return card(chart(each.sentence, stacked_bar(each.segments), table), key=each.currency)


def _first_steps(state: Any) -> rx.Component:
    return section(
        "First steps",
        card(
            rx.el.ol(*(_step(state, *each) for each in _STEPS), class_name="steps"),
        ),
    )


def _step(
    state: Any, name: str, title: str, why: str, press: str, href: str, permission: Permission
) -> rx.Component:
    is_done = state.steps[name] == _DONE
    go = rx.cond(may(permission), link_button(press, href=href), rx.fragment())
    return rx.el.li(
        rx.el.div(
            rx.el.h3(title, class_name="section__title"),
            rx.el.p(why, class_name="field__hint"),
        ),
        rx.cond(is_done, status_chip("active", "Done"), go),
        class_name="steps__step",
    )
