"""The page of one customer: how they stand, what they were asked for, and who they are."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.services import drafting
from billing_app.ui.admin.contacts import contacts
from billing_app.ui.admin.customer_adjusting import adjust_button, adjust_form
from billing_app.ui.admin.customer_details import AdminCustomerDetailsState, record
from billing_app.ui.admin.customer_explain import AdminCustomerExplainState
from billing_app.ui.admin.customer_happened import AdminCustomerHappenedState, what_happened
from billing_app.ui.admin.customer_papers import (
    AdminCustomerPapersState,
    AdminCustomerPaymentsState,
    customers_papers,
)
from billing_app.ui.admin.customer_sections import SectionState
from billing_app.ui.admin.customer_standing import (
    AdminCustomerStandingState,
    balance_tiles,
    credit_lots,
)
from billing_app.ui.admin.customer_statement import AdminCustomerStatementState, statement
from billing_app.ui.admin.customer_ways import AdminCustomerWaysState, saved_ways
from billing_app.ui.admin.explain import explanation
from billing_app.ui.admin.party import AdminCustomerState, no_such_party
from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.content import page_header, trail
from billing_app.ui.components.status import status_chip
from billing_app.ui.last_act import last_act
from billing_app.ui.screens import title_of
from billing_app.ui.state import may


class AdminCustomerBillState(SectionState, rx.State):
    """A new invoice for the customer who is shown."""

    _draft: str = ""

    @rx.event
    async def bill(self) -> Any:
        """Begin an empty draft for them, once, and go on writing it."""
        whose, draft = self.shown, self._draft
        try:
            await run(lambda work: drafting.draft_invoice(work, draft, party_id=whose))
        except BillingError as refusal:
            page = await self.get_state(AdminCustomerState)
            await page._say(str(refusal), is_good=False)
            return rx.set_focus("main")
        return rx.redirect(f"/admin/drafts/{draft}")

    async def _read(self) -> None:
        self._draft = show("inv", new_id())


LOADED = (
    AdminCustomerState.load,
    AdminCustomerBillState.load,
    AdminCustomerStandingState.load,
    AdminCustomerPapersState.load,
    AdminCustomerPaymentsState.load,
    AdminCustomerWaysState.load,
    AdminCustomerDetailsState.load,
    AdminCustomerStatementState.load,
    AdminCustomerHappenedState.load,
)
"""What the page loads, from its top to its bottom."""


def customer_page() -> rx.Component:
    """The screen at /admin/customers/[party]."""
    state: Any = AdminCustomerState
    bill = secondary_button("New invoice", icon="plus", on_click=AdminCustomerBillState.bill)
    found = rx.fragment(
        trail(("Customers", "/admin/customers")),
        page_header(title_of(state.name, "A customer"), actions=[adjust_button()]),
        last_act(),
        _marks(state),
        balance_tiles(),
        explanation(AdminCustomerStandingState, state=AdminCustomerExplainState),
        adjust_form(),
        credit_lots(),
        customers_papers(new_invoice=rx.cond(may(Permission.KEEP_INVOICES), bill, rx.fragment())),
        saved_ways(),
        record(),
        contacts("Contacts & portal access", state, may(Permission.KEEP_CUSTOMERS)),
        statement(),
        what_happened(),
    )
    missing = no_such_party("customer", ("All customers", "/admin/customers"))
    return rx.cond(state.missing, missing, found)


def _marks(state: Any) -> rx.Component:
    marks = rx.el.div(
        rx.cond(state.archived, status_chip("archived"), rx.fragment()),
        rx.foreach(state.flags, lambda flag: status_chip(flag, "")),
        class_name="cluster",
    )
    return rx.cond(state.archived | (state.flags.length() > 0), marks, rx.fragment())
