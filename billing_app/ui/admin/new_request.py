"""Beginning a Credit Request: whom it is for, and what it asks for. It is raised on its page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError, Invalid, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.reads import admin
from billing_app.reads.admin import PartyRow
from billing_app.reads.request_page import new_request
from billing_app.services import requesting
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.admin.request_acts import RequestForm
from billing_app.ui.admin.request_forms import request_fields
from billing_app.ui.components.buttons import link_button, primary_button
from billing_app.ui.components.content import (
    card,
    cluster,
    definition_list,
    page_header,
    trail,
)
from billing_app.ui.components.fields import refusal_summary, search_field
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import (
    Column,
    listed,
    skeleton,
    table_row,
)
from billing_app.ui.components.text import has_words, hidden

_COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Begin", hidden_label=True),
)
_MOST = 10
_FIELDS = ("amount", "currency", "description", "due_on")


class AdminNewRequestState(rx.State):
    """The next Credit Request, and whom it is for: the address says that, once it is chosen."""

    rows: list[PartyRow] = []
    search: str = ""
    loaded: bool = False
    wanted: str = ""
    customer: str = ""
    email: str = ""
    written: dict[str, str] = {}
    problem: str = ""
    wrong_field: str = ""

    _draft: str = ""
    _sent: bool = False
    _locale: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the form for the customer whom the address names, or some to choose from.

        A connection that was lost and found keeps the id of what is being written.
        """
        wanted = self.router.url.query_parameters.get("customer", "")
        if wanted != self.wanted or not wanted or self._sent:
            self.reset()
            self._draft = show("crq", new_id())
        self.wanted = wanted
        if not wanted:
            await self._find()
            return
        try:
            found = await run(lambda work: new_request(work, wanted))
        except NotFound:
            self.loaded = True
            return
        self.customer, self.email = found.customer, found.email
        self._locale, self.loaded = found.locale, True
        self.written = {
            "amount": "",
            "currency": found.currency,
            "description": "",
            "due_on": "",
        }

    @rx.event
    async def search_for(self, search: str) -> None:
        """Show those whose names begin like this."""
        self.search = search
        await self._find()

    @rx.event
    async def keep(self, form: RequestForm) -> Any:
        """Keep what was written as a draft, once, and go on to its page."""
        self.problem, self.wrong_field = "", ""
        draft, customer, locale = self._draft or show("crq", new_id()), self.wanted, self._locale

        def keep(work: Work[Any]) -> str:
            currency = read_currency(form["currency"])
            return requesting.draft_request(
                work,
                draft,
                customer_id=customer,
                amount=read_amount(form["amount"], currency, locale).money,
                description=form["description"],
                due_on=read_day(form["due_on"], field="due_on"),
            )

        try:
            await run(keep)
        except BillingError as refusal:
            self.problem = str(refusal)
            self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""
            return None
        self._sent = True
        return rx.redirect(f"/admin/requests/{draft}")

    async def _find(self) -> None:
        search = self.search
        found = await run(lambda work: admin.customers(work, search=search))
        self.rows = [row for row in found.rows if not row.archived][:_MOST]
        self.loaded = True


def new_request_page() -> rx.Component:
    """The screen at /admin/new-request."""
    return only_with(Permission.KEEP_INVOICES, "New Credit Request", _new_request())


def _new_request() -> rx.Component:
    state: Any = AdminNewRequestState
    return rx.cond(has_words(state.wanted), _written(state), _chosen(state))


def _chosen(state: Any) -> rx.Component:
    nobody = empty_state(
        "No matches",
        "No customer has a name that begins like this. Add them first.",
        link_button("See customers", href="/admin/customers"),
        icon_name="people",
    )
    return rx.fragment(
        page_header("New Credit Request", lead="Choose whom you ask for money up front."),
        search_field(
            "Search customers by name",
            default_value=state.search,
            on_change=state.search_for.debounce(200),
            auto_focus=True,
        ),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=nobody,
            caption="Customers",
        ),
    )


def _row(row: Any) -> rx.Component:
    begin = link_button(
        "Ask",
        hidden(" "),
        hidden(row.name),
        href="/admin/new-request?customer=" + row.id,
        kind="quiet",
    )
    return table_row(_COLUMNS, [row.name, row.email, begin], key=row.id)


def _written(state: Any) -> rx.Component:
    gone = empty_state(
        "There is no such customer",
        "The address is not whole. Nothing was changed.",
        link_button("Choose a customer", href="/admin/new-request"),
    )
    found = rx.cond(has_words(state.customer), _form(state), gone)
    return rx.fragment(
        trail(("Billing", ""), ("Credit Requests", "/admin/requests")),
        page_header("New Credit Request", lead="You look at it once more before it is raised."),
        rx.cond(state.loaded, found, skeleton(6)),
    )


def _form(state: Any) -> rx.Component:
    fields = request_fields(state, state.written)
    return card(
        rx.el.form(
            refusal_summary(state, _FIELDS),
            definition_list(("For", state.customer), ("Letters go to", state.email)),
            *fields.values(),
            cluster(
                primary_button("Keep as a draft", type="submit"),
                link_button("Cancel", href="/admin/requests", kind="quiet"),
            ),
            on_submit=state.keep,
            # Anew for each customer, so that no field goes on showing what is not so.
            key=state.wanted,
            custom_attrs={"noValidate": True},
            class_name="stack stack--4",
        )
    )
