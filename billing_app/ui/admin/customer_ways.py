"""How a customer can be charged: what they saved, and whether they wish it to happen by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.reads.customer_details import Ways, ways
from billing_app.services.keeping_methods import make_usual, remove_method
from billing_app.ui.admin.asking import Asking, asker, question, spoken_question
from billing_app.ui.admin.customer_happened import AdminCustomerHappenedState
from billing_app.ui.admin.customer_sections import SectionState, read_again
from billing_app.ui.admin.methods import SavedLine, saved_lines, saved_name
from billing_app.ui.admin.party import AdminCustomerState
from billing_app.ui.components.buttons import danger_button, quiet_button
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import (
    Column,
    listed,
    skeleton,
    table_row,
)
from billing_app.ui.components.text import hidden
from billing_app.ui.last_act import begin_act
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="Way of paying"),
    Column(label="Kind"),
    Column(label="Good until"),
    Column(label="Actions", hidden_label=True),
)


class AdminCustomerWaysState(SectionState, Asking, rx.State):
    """What is saved, and what was agreed about it."""

    rows: list[SavedLine] = []
    wish: str = ""
    said: str = ""
    follows: str = ""

    @rx.event
    async def make_usual(self, method_id: str) -> None:
        """Have this one charged when none is named."""
        await self._act(
            lambda work: make_usual(work, method_id),
            "It is their usual way of paying from now on. Nothing was charged.",
        )

    @rx.event
    async def ask_to_remove(self, method_id: str) -> None:
        """Ask whether it shall be removed, and nothing else at the same time."""
        await begin_act(self)
        (await self.get_state(AdminCustomerState))._settle()
        words = next((row.words for row in self.rows if row.id == method_id), "")
        if words:
            self._ask(
                method_id,
                "remove-way",
                f"Remove {words}? It is never charged again, and the payment provider lets it go"
                " too. What was paid with it stays paid.",
            )

    @rx.event
    async def remove(self, method_id: str) -> Any:
        """Remove it, here and at the payment provider."""
        await self._act(
            lambda work: remove_method(work, method_id), "It was removed. Nothing was charged."
        )
        # The row that had the keyboard's focus is gone.
        return rx.set_focus("main")

    async def _act(self, command: Callable[[Any], str], done: str) -> None:
        """Do it, and show what is so then: a refusal leaves it as it was."""
        page = await self.get_state(AdminCustomerState)
        self._settle()
        try:
            await run(command)
        except BillingError as refusal:
            await page._say(str(refusal), is_good=False)
        else:
            await page._say(done, is_good=True)
        await read_again(self, AdminCustomerWaysState, AdminCustomerHappenedState)

    async def _read(self) -> None:
        wanted = self.shown
        found = await run(lambda work: ways(work, wanted))
        self.rows = saved_lines(found.methods)
        self.wish = _wish(found)
        self.said = (
            f"{found.told_by}, {found.told_on}"
            if found.told_by
            else "Nobody yet. They can in their portal, or tell you."
        )
        self.follows = _follows(found)


def _wish(found: Ways) -> str:
    if not found.autopay:
        return "No. Nothing is charged unless somebody presses a button."
    if found.prefers_transfer:
        return "They wished it, but pay by bank transfer: nothing saved is charged by itself."
    return "Yes. They wish to be charged automatically."


def _follows(found: Ways) -> str:
    """What comes of the wish, as the workspace is set."""
    match found.charges_invoices, found.charges_requests:
        case True, True:
            return "The workspace charges invoices and Credit Requests of those who wish it."
        case True, False:
            return "The workspace charges invoices of those who wish it, and no Credit Requests."
        case False, True:
            return "The workspace charges Credit Requests of those who wish it, and no invoices."
        case _:
            return "The workspace charges nobody automatically. The settings can change that."


def saved_ways() -> rx.Component:
    """The section: saved ways of paying, and automatic charges."""
    state: Any = AdminCustomerWaysState
    nothing = empty_state(
        "Nothing saved yet",
        "Customers save a card or a direct debit on the payment page. What is saved can be charged"
        " on an invoice.",
        icon_name="card",
    )
    agreed = definition_list(
        ("Charged automatically", state.wish),
        ("Said last by", state.said),
        ("What follows", state.follows),
    )
    return section(
        "Payment methods",
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=nothing,
            caption="Saved ways of paying",
            waiting=2,
        ),
        card(rx.cond(state.loaded, agreed, skeleton(3))),
        spoken_question(state),
    )


def _row(row: Any) -> rx.Component:
    usual = quiet_button(
        "Make usual",
        hidden(" "),
        hidden(row.words),
        on_click=AdminCustomerWaysState.make_usual(row.id),
    )
    acts = rx.el.div(
        rx.cond(row.usual, rx.fragment(), usual),
        quiet_button(
            "Remove",
            hidden(" "),
            hidden(row.words),
            on_click=AdminCustomerWaysState.ask_to_remove(row.id),
            **asker("remove-way", row),
        ),
        class_name="table__acts",
    )
    answer = danger_button(
        "Remove it", on_click=AdminCustomerWaysState.remove(row.id), auto_focus=True
    )
    cells = [
        saved_name(row),
        row.kind,
        row.until,
        rx.cond(may(Permission.TAKE_PAYMENTS), acts, rx.fragment()),
    ]
    return rx.fragment(
        table_row(_COLUMNS, cells),
        question(AdminCustomerWaysState, row, columns=len(_COLUMNS), answer=answer),
        key=row.id,
    )
