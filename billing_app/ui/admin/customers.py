"""Customers: everybody the workspace bills."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.reads.party_lists import listed_customers
from billing_app.services import enrolling
from billing_app.ui.admin.parties import PartyActs, PartyListState, party_list
from billing_app.ui.components.fields import field_error, number_field, text_field
from billing_app.ui.components.tables import Column
from billing_app.ui.state import may


class CustomerForm(TypedDict):
    """What the form sends: exactly these fields, all of them as typed."""

    party_id: str
    name: str
    email: str
    due_days: str


class AdminCustomersState(PartyListState, rx.State):
    """The list of customers."""

    _path = "/admin/customers"
    _shelves = {"all": "All", "current": "Current", "owing": "Owing", "archived": "Archived"}
    _acts = PartyActs(
        "cus", listed_customers, enrolling.archive_customer, enrolling.restore_customer
    )

    @rx.event
    async def add(self, form: CustomerForm) -> None:
        """Add the customer that was typed."""
        await self._add(
            lambda work: enrolling.add_customer(
                work,
                form["party_id"],
                name=form["name"],
                email=form["email"],
                due_days=form["due_days"],
            ),
            form["name"],
        )


def customers_page() -> rx.Component:
    """The screen at /admin/customers."""
    state = AdminCustomersState
    return party_list(
        state,
        title="Customers",
        lead="Everybody you bill. Archived customers keep their history.",
        one="customer",
        facts=(
            (Column(label="Terms", short=True), lambda row: row.detail),
            (Column(label="Owed", numeric=True), lambda row: _amounts(row.owed)),
            (Column(label="Credit", numeric=True), lambda row: _amounts(row.credit)),
        ),
        may_keep=may(Permission.KEEP_CUSTOMERS),
        fields={
            "name": text_field(
                "Name",
                name="name",
                hint="The person or business that invoices are made out to.",
                error=field_error(state, "name"),
                auto_complete="off",
            ),
            "email": text_field(
                "E-mail",
                name="email",
                type="email",
                hint="Where invoices and reminders go.",
                error=field_error(state, "email"),
                auto_complete="off",
            ),
            "due_days": number_field(
                "Days to pay",
                name="due_days",
                hint="From the day an invoice is issued. 0 means at once.",
                error=field_error(state, "due_days"),
                default_value="14",
            ),
        },
    )


def _amounts(amounts: Any) -> rx.Component:
    """An amount for each currency, below each other; they are never summed."""
    each_apart = rx.foreach(amounts, lambda each: rx.el.span(each, class_name="table__part"))
    return rx.cond(amounts.length() > 0, rx.el.span(each_apart), rx.fragment())
