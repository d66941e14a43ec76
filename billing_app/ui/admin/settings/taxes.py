"""Taxes: those that a line can name. One is added or retired; a rate never changes."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.rates import read_rate
from billing_app.reads import settings
from billing_app.reads.tax_rates import TaxRateRow, tax_rates
from billing_app.services import taxing
from billing_app.ui.admin.asking import Asking, asker, question, spoken_question
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.settings.shared import settings_screen
from billing_app.ui.components.buttons import danger_button, primary_button, quiet_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.fields import field_error, number_field, text_field
from billing_app.ui.components.status import empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import hidden

_COLUMNS = (
    Column(label="Tax"),
    Column(label="Standing"),
    Column(label="Actions", hidden_label=True),
)


class TaxForm(TypedDict):
    """What the form sends."""

    name: str
    rate: str


class AdminTaxesState(FormState, Asking, rx.State):
    """The taxes, the form that adds one, and the question before one is retired."""

    rows: list[TaxRateRow] = []
    loaded: bool = False
    told: str = ""
    refused: str = ""
    _tax_rate_id: str = ""
    _locale: str = ""

    @rx.event
    async def load(self) -> None:
        """Show all taxes."""
        self.told, self.refused = "", ""
        self._settle()
        self.rows = await run(tax_rates)
        self._locale = (await run(settings.accounting)).locale
        self.loaded = True

    @rx.event
    async def open_form(self) -> None:
        """Open the form, under an id of its own."""
        self.told, self.refused = "", ""
        self._settle()
        self._tax_rate_id = show("tax", new_id())
        await self._open()

    @rx.event
    async def add(self, form: TaxForm) -> Any:
        """Add a tax. Sent twice, it is added once."""
        self.problem, self.wrong_field = "", ""
        drawn = self._tax_rate_id
        try:
            rate = read_rate(form["rate"], self._locale)
            await run(
                lambda work: taxing.add_tax_rate(work, drawn, name=form["name"], rate_bp=rate)
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        self.rows = await run(tax_rates)
        row = next((row for row in self.rows if row.id == drawn), None)
        self.told = f"{row.words if row else 'The tax'} was added. Lines can name it now."
        return rx.set_focus("main")

    @rx.event
    def ask_to_retire(self, tax_rate_id: str) -> None:
        """Ask whether a tax shall be retired."""
        self.told, self.refused = "", ""
        row = self._row(tax_rate_id)
        if row is not None:
            self._ask(
                row.id,
                "retire",
                f"Retire {row.words}? Documents that name it keep it. Drafts that name it have to"
                " choose another one before they are issued.",
            )

    @rx.event
    async def retire(self, tax_rate_id: str) -> None:
        """Have no new line name a tax."""
        self._settle()
        try:
            await run(lambda work: taxing.archive_tax_rate(work, tax_rate_id))
        except BillingError as refusal:
            self.refused = str(refusal)
        else:
            row = self._row(tax_rate_id)
            self.told = f"{row.words if row else 'The tax'} is retired. No new line can name it."
        self.rows = await run(tax_rates)

    def _row(self, tax_rate_id: str) -> TaxRateRow | None:
        return next((row for row in self.rows if row.id == tax_rate_id), None)


def taxes_page() -> rx.Component:
    """The screen at /admin/settings/taxes."""
    state: Any = AdminTaxesState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Taxes",
        "The taxes that a line can name. A rate never changes: add the new one and retire the old.",
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        rx.cond(
            is_open(AdminTaxesState),
            _form(state),
            cluster(primary_button("Add a tax", icon="plus", on_click=state.open_form)),
        ),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            lambda row: _row(state, row),
            nothing=empty_state("No taxes yet", "Until there is one, lines are not taxed."),
            caption="Taxes",
            waiting=2,
        ),
        spoken_question(state),
    )


def _row(state: Any, row: Any) -> rx.Component:
    retire = quiet_button(
        "Retire",
        hidden(" "),
        hidden(row.words),
        on_click=state.ask_to_retire(row.id),
        **asker("retire", row),
    )
    standing = rx.cond(
        row.archived, status_chip("archived", "Retired"), status_chip("active", "In use")
    )
    acts = rx.el.div(rx.cond(row.archived, rx.fragment(), retire), class_name="table__acts")
    answer = danger_button("Retire it", on_click=state.retire(row.id), auto_focus=True)
    return rx.fragment(
        table_row(_COLUMNS, [row.words, standing, acts]),
        question(state, row, columns=len(_COLUMNS), answer=answer),
        key=row.id,
    )


def _form(state: Any) -> rx.Component:
    return form_sheet(
        "Add a tax",
        state,
        state.add,
        {
            "name": text_field(
                "Name",
                name="name",
                hint="As it stands on documents, such as GST.",
                error=field_error(state, "name"),
                auto_complete="off",
                auto_focus=True,
            ),
            "rate": number_field("Rate", name="rate", after="%", error=field_error(state, "rate")),
        },
        button=primary_button("Add the tax", type="submit"),
    )
