"""Numbering: the prefix of each kind of documents, and where counting begins."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.entries import read_whole_number
from billing_app.kernel.errors import BillingError
from billing_app.reads import settings
from billing_app.reads.settings import SeriesRow
from billing_app.services import organizing
from billing_app.services.organizing import LARGEST_START, LONGEST_PREFIX
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.settings.shared import settings_screen
from billing_app.ui.components.buttons import primary_button, quiet_button
from billing_app.ui.components.fields import field_error, number_field, text_field
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import hidden

_COLUMNS = (
    Column(label="Documents"),
    Column(label="Prefix", short=True),
    Column(label="Next number", short=True),
    Column(label="Changed"),
    Column(label="Actions", hidden_label=True),
)


class SeriesForm(TypedDict):
    """What the form sends. Of a series under way the next number is not asked."""

    prefix: str
    next_number: str


class AdminNumberingState(FormState, rx.State):
    """How documents are numbered, and the form for one kind of them."""

    rows: list[SeriesRow] = []
    loaded: bool = False
    told: str = ""
    kind: str = ""
    what: str = ""
    prefix: str = ""
    next_number: str = ""
    under_way: bool = False
    _seen: str = ""

    @rx.event
    async def load(self) -> None:
        """Show how each kind is numbered."""
        self.told = ""
        self.rows = await run(settings.numbering)
        self.loaded = True

    @rx.event
    async def open_form(self, kind: str) -> None:
        """Open the form for one kind, on what is kept now."""
        self.told = ""
        self.rows = await run(settings.numbering)
        row = next((row for row in self.rows if row.kind == kind), None)
        if row is None:
            return
        self.kind, self.what, self.prefix = row.kind, row.what, row.prefix
        self.next_number, self.under_way = row.next_number, row.under_way
        self._seen = row.last.id
        await self._open()

    @rx.event
    async def save(self, form: SeriesForm) -> Any:
        """Save the prefix, and where counting begins as long as nothing is numbered."""
        self.problem, self.wrong_field = "", ""
        kind, seen = self.kind, self._seen
        try:
            first = (
                None
                if self.under_way
                else read_whole_number(
                    form["next_number"], lowest=1, highest=LARGEST_START, field="next_number"
                )
            )
            await run(
                lambda work: organizing.set_series(
                    work, kind, prefix=form["prefix"].strip(), next_number=first, seen=seen
                )
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        self.rows = await run(settings.numbering)
        row = next(row for row in self.rows if row.kind == kind)
        self.told = f"Saved. The next of these documents is {row.next_words}."
        return rx.set_focus("main")


def numbering_page() -> rx.Component:
    """The screen at /admin/settings/numbering."""
    state: Any = AdminNumberingState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Numbering",
        "Each kind counts by itself, leaves no gap and repeats no number. What partners see counts"
        " in a series of their own.",
        notice(state.told, tone="success"),
        rx.cond(is_open(AdminNumberingState), _form(state), rx.fragment()),
        data_table(
            _COLUMNS,
            rx.cond(state.loaded, rx.foreach(state.rows, _row), skeleton_rows(_COLUMNS, 4)),
            caption="How documents are numbered",
        ),
    )


def _row(row: Any) -> rx.Component:
    change = quiet_button(
        "Change",
        hidden(" how these are numbered: "),
        hidden(row.what),
        on_click=AdminNumberingState.open_form(row.kind),
    )
    prefix = rx.cond(row.prefix, row.prefix, "None")
    cells = [
        row.what,
        prefix,
        row.next_words,
        row.last.words,
        rx.el.div(change, class_name="table__acts"),
    ]
    return table_row(_COLUMNS, cells, key=row.kind)


def _form(state: Any) -> rx.Component:
    number = number_field(
        "Next number",
        name="next_number",
        hint="Where counting begins. Once the first document has a number, it follows by itself.",
        decimals=False,
        error=field_error(state, "next_number"),
        default_value=state.next_number,
    )
    follows = rx.fragment(
        hidden_field("next_number", state.next_number),
        rx.el.p("Some are numbered already, so the next number follows by itself."),
    )
    return form_sheet(
        "Change how these are numbered",
        state,
        state.save,
        {
            "prefix": text_field(
                "Prefix",
                name="prefix",
                hint=f"At most {LONGEST_PREFIX} letters, digits and marks such as - or /. It does"
                " not end with a digit.",
                error=field_error(state, "prefix"),
                default_value=state.prefix,
                optional=True,
                auto_complete="off",
                auto_focus=True,
            ),
            "next_number": rx.cond(state.under_way, follows, number),
        },
        button=primary_button("Save", type="submit"),
        before=rx.el.p(
            rx.el.strong(state.what),
            ". Documents that are numbered keep their numbers.",
            key=state.kind,
        ),
    )
