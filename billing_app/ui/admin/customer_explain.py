"""Explain, on a customer's page: what makes each of their figures, and the rest of a lot."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid
from billing_app.reads import explaining
from billing_app.reads.explaining import Balance
from billing_app.reads.reasons import Explanation
from billing_app.ui.admin.explain import ExplainState
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.text import Text, hidden


class AdminCustomerExplainState(ExplainState, rx.State):
    """The explanation that is open, if one is."""

    _balance: str = ""
    _currency: str = ""
    _lot: str = ""

    @rx.event
    async def explain_balance(self, balance: str, currency: str) -> Any:
        """Explain one of the three figures in one currency."""
        self._balance, self._currency, self._lot = balance, currency, ""
        return await self._open()

    @rx.event
    async def explain_lot(self, lot_id: str) -> Any:
        """Explain what is left of a lot of credit."""
        self._balance, self._currency, self._lot = "", "", lot_id
        return await self._open()

    async def _whose(self) -> str:
        return self.router.url.path.strip("/").rpartition("/")[2]

    async def _ask(self, after: str) -> Explanation:
        customer = await self._whose()
        balance, currency, lot = self._balance, self._currency, self._lot

        def ask(work: Work[Any]) -> Explanation:
            if lot:
                return explaining.explain_lot(work, lot, after=after)
            if balance not in set(Balance):
                raise Invalid("Choose one of a customer's three figures.", field="balance")
            return explaining.explain_customer(
                work, customer, currency=currency, balance=Balance(balance), after=after
            )

        return await run(ask)


def explain_balance_button(label: str, currency: Text) -> rx.Component:
    """Asks what makes one of the three figures."""
    return quiet_button(
        "Explain",
        hidden(f" {label} in "),
        hidden(currency),
        on_click=AdminCustomerExplainState.explain_balance(label, currency),
    )


def explain_lot_button(row: Any) -> rx.Component:
    """Asks what became of a lot."""
    return quiet_button(
        "Explain",
        hidden(" the credit of "),
        hidden(row.made_on),
        on_click=AdminCustomerExplainState.explain_lot(row.id),
    )
