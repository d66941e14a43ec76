"""What is on record about a customer, as the books need it, and the form that changes it."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.reads.customer_details import CustomerDetails, details
from billing_app.services.enrolling import change_customer
from billing_app.ui.admin.contacts import came_back_note
from billing_app.ui.admin.customer_happened import AdminCustomerHappenedState
from billing_app.ui.admin.customer_sections import SectionState, read_again
from billing_app.ui.admin.customer_ways import AdminCustomerWaysState
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.party import AdminCustomerState
from billing_app.ui.components.buttons import primary_button, secondary_button
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.fields import (
    field_error,
    number_field,
    select_field,
    text_area,
    text_field,
)
from billing_app.ui.components.tables import skeleton
from billing_app.ui.state import may

_LOCALES = (("en", "English"), ("de", "German"), ("fr", "French"))
_YES, _NO = "yes", "no"
_TOLD = "–"


class DetailsForm(TypedDict):
    """What the form sends: all that is on record."""

    name: str
    email: str
    due_days: str
    legal_name: str
    address: str
    tax_id: str
    currency: str
    locale: str
    autopay: str
    prefers_transfer: str


class AdminCustomerDetailsState(SectionState, FormState, rx.State):
    """The record of a customer. A form that somebody overtook is told so, and changes nothing."""

    now: dict[str, str] = {}
    language: str = ""

    _edition: str = ""

    @rx.event
    async def open_form(self) -> None:
        """Open the form over what is on record at this moment."""
        await self._read_again()
        await self._open()

    @rx.event
    async def save(self, form: DetailsForm) -> Any:
        """Keep what was typed, for what is drafted and issued from now on."""
        whose, edition = self.shown, self._edition
        typed: dict[str, Any] = {name: str(value) for name, value in form.items()}
        for wish in ("autopay", "prefers_transfer"):
            typed[wish] = typed[wish] == _YES
        self.problem, self.wrong_field = "", ""
        try:
            await run(lambda work: change_customer(work, whose, **typed, edition=edition))
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        page = await self.get_state(AdminCustomerState)
        await page._read_record()
        await read_again(
            self, AdminCustomerDetailsState, AdminCustomerWaysState, AdminCustomerHappenedState
        )
        await page._say(
            "Saved. It holds for what is drafted and issued from now on; documents that went out"
            " stay as they are.",
            is_good=True,
        )
        return rx.set_focus("main")

    async def _read(self) -> None:
        wanted = self.shown
        found = await run(lambda work: details(work, wanted))
        self.now, self._edition = _words(found), found.edition
        self.language = dict(_LOCALES)[found.locale]


def _words(found: CustomerDetails) -> dict[str, str]:
    """The record as the fields of its form."""
    return {
        "name": found.name,
        "email": found.email,
        "due_days": found.due_days,
        "legal_name": found.legal_name,
        "address": found.address,
        "tax_id": found.tax_id,
        "currency": found.currency,
        "locale": found.locale,
        "autopay": _YES if found.autopay else _NO,
        "prefers_transfer": _YES if found.prefers_transfer else _NO,
    }


def record() -> rx.Component:
    """The section: the facts, or the form over them."""
    state: Any = AdminCustomerDetailsState
    page: Any = AdminCustomerState
    now = state.now
    facts = definition_list(
        ("Legal name", _or_none(now["legal_name"])),
        ("Address", rx.el.span(_or_none(now["address"]), class_name="address")),
        ("Tax id", _or_none(now["tax_id"])),
        ("Invoices go to", rx.el.span(now["email"], came_back_note(page.came_back, page.shown))),
        ("Payment is due", page.detail),
        ("Currency", now["currency"]),
        ("Language", state.language),
        ("Customer since", page.since),
    )
    change = secondary_button("Change the record", on_click=AdminCustomerDetailsState.open_form)
    return section(
        "Record",
        rx.cond(is_open(AdminCustomerDetailsState), _form(state), rx.fragment()),
        card(rx.cond(state.loaded, facts, skeleton(6))),
        actions=[
            rx.cond(state.loaded & may(Permission.KEEP_CUSTOMERS), change, rx.fragment()),
        ],
    )


def _or_none(words: Any) -> Any:
    return rx.cond(words != "", words, _TOLD)


def _form(state: Any) -> rx.Component:
    return form_sheet(
        "Change the record",
        state,
        AdminCustomerDetailsState.save,
        {**_who(state), **_how(state)},
        button=primary_button("Save the record", type="submit"),
    )


def _line(state: Any, name: str, label: str, **more: Any) -> rx.Component:
    return text_field(
        label,
        name=name,
        error=field_error(state, name),
        default_value=state.now[name],
        auto_complete="off",
        **more,
    )


def _who(state: Any) -> dict[str, rx.Component]:
    return {
        "name": _line(state, "name", "Name", auto_focus=True),
        "legal_name": _line(
            state, "legal_name", "Legal name", optional=True, hint="Printed on documents."
        ),
        "address": text_area(
            "Address",
            name="address",
            error=field_error(state, "address"),
            default_value=state.now["address"],
            optional=True,
        ),
        "tax_id": _line(state, "tax_id", "Tax id", optional=True, hint="Such as an ABN."),
        "email": _line(
            state,
            "email",
            "E-mail",
            type="email",
            hint="Where invoices and reminders go. If it changes, both addresses are told.",
        ),
    }


def _how(state: Any) -> dict[str, rx.Component]:
    wishes = ((_NO, "No"), (_YES, "Yes"))
    return {
        "due_days": number_field(
            "Days to pay",
            name="due_days",
            hint="From the day an invoice is issued. 0 means at once.",
            error=field_error(state, "due_days"),
            default_value=state.now["due_days"],
            decimals=False,
        ),
        "currency": _line(
            state,
            "currency",
            "Currency",
            hint="What new documents begin with, such as AUD. Those there are keep theirs.",
        ),
        "locale": select_field(
            "Language",
            _LOCALES,
            name="locale",
            hint="Of their documents and letters.",
            error=field_error(state, "locale"),
            default_value=state.now["locale"],
        ),
        "autopay": select_field(
            "They wish to be charged automatically",
            wishes,
            name="autopay",
            hint="Only say yes if they told you so. With no, planned charges are called off.",
            error=field_error(state, "autopay"),
            default_value=state.now["autopay"],
        ),
        "prefers_transfer": select_field(
            "They pay by bank transfer",
            wishes,
            name="prefers_transfer",
            hint="With yes, nothing that they saved is charged automatically.",
            error=field_error(state, "prefers_transfer"),
            default_value=state.now["prefers_transfer"],
        ),
    }
