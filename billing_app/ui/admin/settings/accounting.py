"""General Accounting Settings: what credit does by itself, and how tax and rests are reckoned."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import BillingError
from billing_app.reads import settings
from billing_app.services import organizing
from billing_app.ui.admin.settings.shared import (
    SettingsState,
    on_or_off,
    settings_form,
    settings_screen,
)
from billing_app.ui.components.fields import choice, choices, field_error, number_field


class AccountingForm(TypedDict):
    """What the form sends."""

    apply_credit_to_invoices: str
    apply_credit_to_requests: str
    tax_rounding: str
    prices_include_tax: str
    small_balance: str


class AdminAccountingState(SettingsState, rx.State):
    """The 'General Accounting Settings'."""

    currency: str = ""
    _locale: str = ""

    @rx.event
    async def save(self, form: AccountingForm) -> Any:
        """Save all of them. What is issued already is not touched."""
        self._begin_anew()
        try:
            small = read_amount(
                form["small_balance"], self.currency, self._locale, field="small_balance", zero=True
            ).money
        except BillingError as refusal:
            self._refuse(refusal)
            return None
        return await self._save(
            lambda work, seen: organizing.set_accounting_settings(
                work,
                apply_credit_to_invoices=form["apply_credit_to_invoices"] == "on",
                apply_credit_to_requests=form["apply_credit_to_requests"] == "on",
                tax_rounding=form["tax_rounding"],
                prices_include_tax=form["prices_include_tax"] == "on",
                small_balance_minor=small.minor,
                seen=seen,
            ),
            "Saved. It holds from now on; what is issued already stays as it is.",
        )

    async def _read(self) -> None:
        found = await run(settings.accounting)
        self.currency, self._locale = found.currency, found.locale
        self._see(found.last, found.words)


def accounting_page() -> rx.Component:
    """The screen at /admin/settings/accounting."""
    state: Any = AdminAccountingState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "General Accounting Settings",
        "What credit does by itself, and how taxes and rests are reckoned.",
        settings_form(state, state.save, _fields(state)),
    )


def _fields(state: Any) -> dict[str, rx.Component]:
    by_document = state.words["tax_rounding"] == "document"
    return {
        "apply_credit_to_invoices": on_or_off(
            state,
            "Automatically mark Invoices paid",
            name="apply_credit_to_invoices",
            on="When an invoice is issued, the customer's credit pays it as far as it reaches. The"
            " button Pay From Credit is there for invoices that are issued already.",
            off="Credit stays on the customer's balance, and Pay From Credit is not offered.",
        ),
        "apply_credit_to_requests": on_or_off(
            state,
            "Automatically mark Credit Requests paid",
            name="apply_credit_to_requests",
            on="When a Credit Request is raised, credit that is there closes it. No money moves.",
            off="A Credit Request asks for all of its amount, whatever credit there is.",
        ),
        "tax_rounding": choices(
            "Tax is rounded",
            choice(
                "On the document",
                name="tax_rounding",
                value="document",
                chosen=by_document,
                remark="Once for each tax, on the sum of its lines.",
            ),
            choice(
                "On each line",
                name="tax_rounding",
                value="line",
                chosen=~by_document,
                remark="The sum can differ by some cents from the tax on the whole.",
            ),
        ),
        "prices_include_tax": on_or_off(
            state,
            "Prices include tax",
            name="prices_include_tax",
            on="New drafts begin with prices that contain the tax.",
            off="New drafts begin with prices to which the tax is added.",
        ),
        "small_balance": number_field(
            "Small balance",
            name="small_balance",
            hint="What is left of an invoice, up to this much, can be let go without giving a"
            " reason for bad debt. Zero for none.",
            after=state.currency,
            error=field_error(state, "small_balance"),
            default_value=state.words["small_balance"],
        ),
    }
