"""The page of the reconciliation."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.reads.reconciliation import Act
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.admin.reconciliation import AdminReconciliationState
from billing_app.ui.components.buttons import link_button, primary_button, secondary_button
from billing_app.ui.components.content import (
    card,
    cluster,
    page_header,
    section,
    stat_tile,
    stat_tiles,
)
from billing_app.ui.components.fields import error_summary, field_error, text_field
from billing_app.ui.components.status import callout, empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import hidden, when

_COLUMNS = (
    Column(label="What"),
    Column(label="Whose"),
    Column(label="How it stands"),
    Column(label="Amount", numeric=True),
    Column(label="Actions", hidden_label=True, short=True),
)
_MATCHED = (
    Column(label="What"),
    Column(label="Whose"),
    Column(label="The provider's reference", long=True),
    Column(label="Amount", numeric=True),
)
_COUNTS = (
    ("Matched", "matched"),
    ("Only at the provider", "only_there"),
    ("Only here", "only_here"),
    ("Differs", "differs"),
    ("Transferred, not taken", "untaken"),
    ("Not told", "not_told"),
)


def reconciliation_page() -> rx.Component:
    """The screen at /admin/reconciliation."""
    return only_with(Permission.TAKE_PAYMENTS, "Reconciliation", _reconciliation())


def _reconciliation() -> rx.Component:
    state: Any = AdminReconciliationState
    without = callout(
        "No payment provider is set up here, so there is nothing to compare: every payment is one"
        " that somebody recorded. Whoever runs this installation can set one up.",
        title="No payment provider",
    )
    return rx.fragment(
        page_header(
            "Reconciliation",
            lead="What the payment provider took and gave back, held against our books. Comparing"
            " changes nothing.",
        ),
        rx.cond(state.no_gateway, without, _with_gateway(state)),
    )


def _with_gateway(state: Any) -> rx.Component:
    result = rx.cond(state.done, _result(state), rx.fragment())
    return rx.fragment(
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        _range(state),
        rx.cond(state.running, skeleton(6), result),
    )


def _range(state: Any) -> rx.Component:
    def day(name: str, label: str) -> rx.Component:
        return text_field(
            label,
            name=name,
            type="date",
            error=field_error(state, name),
            default_value=getattr(state, name),
        )

    return card(
        rx.el.form(
            rx.el.p(
                "A payment counts on the day on which it was begun, as the payment provider lists"
                " it. Payments shows the day on which it was received, which for a debit or a"
                " transfer is some days later."
            ),
            error_summary(*((name, field_error(state, name)) for name in ("since", "until"))),
            rx.el.div(
                day("since", "First day"), day("until", "Last day"), class_name="filters__fields"
            ),
            cluster(primary_button("Compare both sides", type="submit", busy=state.running)),
            rx.el.div(
                rx.cond(state.running, rx.el.p(state.progress), rx.fragment()), role="status"
            ),
            on_submit=state.compare,
            # Anew for each address, so that the fields say what is compared.
            key=state.place,
            custom_attrs={"noValidate": True},
            class_name="stack stack--4",
        )
    )


def _result(state: Any) -> rx.Component:
    well = empty_state(
        "Both sides agree",
        "All that the payment provider took and gave back in these days is in our books, and the"
        " other way round.",
        icon_name="check-circle",
    )
    wrong = section(
        "What does not match",
        data_table(_COLUMNS, rx.foreach(state.wrong, _row), caption="What does not match"),
    )
    return rx.fragment(
        stat_tiles(*(_count(state, *each) for each in _COUNTS)),
        rx.cond(state.wrong.length() > 0, wrong, well),
        rx.cond(state.matched.length() > 0, _matched(state), rx.fragment()),
    )


def _count(state: Any, label: str, name: str) -> rx.Component:
    """How many stand so; of those that seldom do, only where there are any."""
    count = state.counts[name].to(int)
    tile = stat_tile(label, count.to_string())
    return tile if name == "matched" else rx.cond(count > 0, tile, rx.fragment())


def _row(row: Any) -> rx.Component:
    what = rx.cond(row.page != "", rx.el.a(row.what, href=row.page), row.what)
    standing = rx.el.span(
        status_chip("Unplaced", row.match), rx.el.span(row.fix, class_name="table__note")
    )
    act = rx.el.div(_act(row), class_name="table__acts")
    cells = [what, row.who, standing, row.amount, act]
    return table_row(_COLUMNS, cells, key=row.about)


def _act(row: Any) -> rx.Component:
    state: Any = AdminReconciliationState
    about = (hidden(" "), hidden(row.what), hidden(" "), hidden(row.amount))
    look = secondary_button("Look again", *about, on_click=state.look_again(row.about))
    links = {
        Act.READ: ("See the payment", False),
        Act.RECORD: ("Record it as External", False),
        Act.TRANSFERS: ("See what waits", False),
        Act.THERE: ("Look at the provider", True),
    }
    leads = [
        (act.value, when(row.href, link_button(words, *about, href=row.href, native=native)))
        for act, (words, native) in links.items()
    ]
    return rx.match(row.act, (Act.LOOK.value, look), *leads, rx.fragment())


def _matched(state: Any) -> rx.Component:
    def row(each: Any) -> rx.Component:
        what = rx.el.a(each.what, href=each.page)
        return table_row(_MATCHED, [what, each.who, each.reference, each.amount], key=each.about)

    table = data_table(_MATCHED, rx.foreach(state.matched, row), caption="What matches")
    return section("What matches", table)
