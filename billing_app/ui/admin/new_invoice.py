"""Beginning an invoice: whom it is for. All else is written on the draft."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.reads import admin
from billing_app.reads.admin import PartyRow
from billing_app.services import drafting
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import link_button, quiet_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.fields import search_field
from billing_app.ui.components.status import empty_state, notice
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import hidden

_COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Begin", hidden_label=True),
)
_MOST = 10


class AdminNewInvoiceState(rx.State):
    """Whom the next invoice is for."""

    rows: list[PartyRow] = []
    search: str = ""
    loaded: bool = False
    refused: str = ""

    _draft: str = ""

    @rx.event
    async def load(self) -> None:
        """Show some of those who can be billed, under a new id for the draft."""
        self.reset()
        self._draft = show("inv", new_id())
        await self._find()

    @rx.event
    async def search_for(self, search: str) -> None:
        """Show those whose names begin like this."""
        self.search = search
        await self._find()

    @rx.event
    async def begin(self, party_id: str) -> Any:
        """Write an empty draft for somebody, once, and go on writing it."""
        draft = self._draft or show("inv", new_id())
        try:
            await run(lambda work: drafting.draft_invoice(work, draft, party_id=party_id))
        except BillingError as refusal:
            self.refused = str(refusal)
            return rx.set_focus("main")
        return rx.redirect(f"/admin/drafts/{draft}")

    async def _find(self) -> None:
        search = self.search

        def find(work: Work[Any]) -> list[PartyRow]:
            return [
                *admin.customers(work, search=search).rows,
                *admin.partners(work, search=search).rows,
            ]

        found = await run(find)
        self.rows = [row for row in found if not row.archived][:_MOST]
        self.loaded = True


def new_invoice_page() -> rx.Component:
    """The screen at /admin/new-invoice."""
    return only_with(Permission.KEEP_INVOICES, "New invoice", _new_invoice())


def _new_invoice() -> rx.Component:
    state: Any = AdminNewInvoiceState
    nobody = empty_state(
        "No matches",
        "Nobody you can bill has a name that begins like this. Add them first.",
        link_button("See customers", href="/admin/customers"),
        icon_name="people",
    )
    return rx.fragment(
        page_header("New invoice", lead="Choose whom it is for. You write the rest on its draft."),
        notice(state.refused, tone="danger"),
        search_field(
            "Search customers and partners by name",
            default_value=state.search,
            on_change=state.search_for.debounce(200),
            auto_focus=True,
        ),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            lambda row: _row(state, row),
            nothing=nobody,
            caption="Customers and partners",
        ),
    )


def _row(state: Any, row: Any) -> rx.Component:
    begin = quiet_button(
        "Begin a draft",
        hidden(" for "),
        hidden(row.name),
        on_click=state.begin(row.id),
    )
    return table_row(_COLUMNS, [row.name, row.email, begin], key=row.id)
