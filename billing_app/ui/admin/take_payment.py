"""Taking a payment: for which invoice, and then online or offline."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads import invoices
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import InvoiceRow
from billing_app.ui.admin.charging import AdminChargeState
from billing_app.ui.admin.forms import is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.invoice_screen import no_invoice
from billing_app.ui.admin.pay_link import LINK, AdminPayLinkState, link_sheet
from billing_app.ui.admin.payments_section import offline_form, online_form, why_not_charged
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.buttons import link_button, secondary_button
from billing_app.ui.components.content import page_header, section, trail
from billing_app.ui.components.fields import search_field
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import (
    Column,
    listed,
    skeleton,
    table_row,
)
from billing_app.ui.last_act import last_act

_COLUMNS = (
    Column(label="Invoice"),
    Column(label="For", long=True),
    Column(label="Due"),
    Column(label="Still to pay", numeric=True),
)


class AdminTakePaymentState(rx.State):
    """The invoices that money can be taken for."""

    rows: list[InvoiceRow] = []
    search: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show what is due first."""
        self.reset()
        await self._find()

    @rx.event
    async def search_for(self, search: str) -> None:
        """Show what is found by its number, its amount, or the name or e-mail of its party."""
        self.search = search
        await self._find()

    async def _find(self) -> None:
        wanted = InvoiceFilter(standing=Standing.TO_PAY, search=self.search)
        self.rows = (await run(lambda work: invoices.invoices(work, wanted))).rows
        self.loaded = True


def choose_page() -> rx.Component:
    """The screen at /admin/take-payment."""
    return only_with(Permission.TAKE_PAYMENTS, "Take a payment", _choose())


def take_page() -> rx.Component:
    """The screen at /admin/invoices/[invoice]/take."""
    page: Any = AdminInvoiceState
    waiting = rx.fragment(page_header("Take a payment"), skeleton(6))
    content = rx.cond(page.missing, no_invoice(), rx.cond(page.loaded, _take(page), waiting))
    return only_with(Permission.TAKE_PAYMENTS, "Take a payment", content)


def _choose() -> rx.Component:
    state: Any = AdminTakePaymentState
    nothing = empty_state(
        "Nothing to pay was found",
        "Only invoices with something still to pay are listed here.",
        link_button("See all invoices", href="/admin/invoices"),
        icon_name="search",
    )
    return rx.fragment(
        page_header("Take a payment", lead="Choose the invoice that it is for."),
        search_field(
            "Search what is to pay",
            placeholder="Number, name, e-mail or amount",
            default_value=state.search,
            on_change=state.search_for.debounce(200),
        ),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=nothing,
            caption="Invoices to pay",
        ),
    )


def _row(row: Any) -> rx.Component:
    link = rx.el.a(row.number, href=f"/admin/invoices/{row.id}/take")
    return table_row(_COLUMNS, [link, row.party, row.due_on, row.still_to_pay.text], key=row.id)


def _take(page: Any) -> rx.Component:
    state: Any = AdminChargeState
    here = f"/admin/invoices/{page.shown}"
    paid = empty_state(
        "Nothing is left to pay",
        "This invoice asks for no more money.",
        link_button("See the invoice", href=here),
        icon_name="check-circle",
    )
    return rx.fragment(
        trail(("Billing", ""), ("Invoices", "/admin/invoices"), (page.title, here)),
        page_header(
            "Take a payment",
            lead=f"{page.figures['still_to_pay']} is still to pay by {page.party}.",
        ),
        last_act(),
        rx.cond(
            page.is_open,
            rx.fragment(
                rx.el.nav(
                    rx.el.ul(
                        _way(state, "Online", "online", here),
                        _way(state, "Offline", "offline", here),
                    ),
                    aria_label="How it is paid",
                    class_name="shelves",
                ),
                rx.cond(
                    state.by == "offline",
                    _or_again(state, offline_form(state, page)),
                    _online(state, page),
                ),
            ),
            paid,
        ),
        link_button("Back to the invoice", href=here),
    )


def _way(state: Any, word: str, name: str, here: Any) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            word,
            href=f"{here}/take?by={name}",
            aria_current=rx.cond(state.by == name, "true", "false"),
            class_name="shelves__link",
        )
    )


def _or_again(state: Any, form: rx.Component) -> rx.Component:
    """The form until it was sent or put away; another payment begins with another form."""
    again = secondary_button("Take another payment", on_click=state.open_form)
    return rx.cond(is_open(AdminChargeState), form, again)


def _online(state: Any, page: Any) -> rx.Component:
    link: Any = AdminPayLinkState
    by_link = section(
        "Let them pay",
        last_act(LINK),
        rx.el.p(
            "Send the pay link, or open the payment page here for a customer who stands at your"
            " desk."
        ),
        link_sheet(link, page),
    )
    return rx.fragment(
        rx.cond(
            page.methods.length() > 0,
            _or_again(state, online_form(state, page)),
            why_not_charged(page),
        ),
        rx.cond(page.is_customer, by_link, rx.fragment()),
    )
