"""Saved ways of paying: which is the usual one, removing one, and being charged automatically."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError
from billing_app.kernel.tongue import tell
from billing_app.reads.customer import account
from billing_app.reads.saved_methods import my_saved_methods
from billing_app.services.consenting import agree_to_charges
from billing_app.services.keeping_methods import make_mine_usual, remove_my_method
from billing_app.ui.admin.asking import Asking, asker, question, spoken_question
from billing_app.ui.admin.methods import SavedLine, saved_lines, saved_name
from billing_app.ui.components.buttons import danger_button, quiet_button
from billing_app.ui.components.content import card, page_header, section
from billing_app.ui.components.status import empty_state, notice
from billing_app.ui.components.switches import switch
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import hidden
from billing_app.ui.words import say

_COLUMNS = (
    Column(label=say("Way of paying")),
    Column(label=say("Kind")),
    Column(label=say("Good until")),
    Column(label=say("Actions"), hidden_label=True),
)


class CustomerMethodsState(Asking, rx.State):
    """What is saved, and whether it may be charged automatically."""

    rows: list[SavedLine] = []
    agrees: bool = False
    loaded: bool = False
    told: str = ""
    refused: str = ""

    @rx.event
    async def load(self) -> None:
        """Show what is saved."""
        self.told, self.refused = "", ""
        self._settle()
        await self._look()

    @rx.event
    async def make_usual(self, method_id: str) -> None:
        """Have this one charged when none is chosen."""
        await self._act(
            lambda work: make_mine_usual(work, method_id),
            tell("It is your usual way of paying from now on."),
        )

    @rx.event
    def ask_to_forget(self, method_id: str) -> None:
        """Ask whether it shall be removed."""
        self.told, self.refused = "", ""
        words = next((row.words for row in self.rows if row.id == method_id), "")
        if words:
            self._ask(
                method_id,
                "forget",
                tell(
                    "Remove %(what)s? It is never charged again. What was paid with it stays paid.",
                    what=words,
                ),
            )

    @rx.event
    async def forget(self, method_id: str) -> Any:
        """Remove it, here and at the payment provider."""
        await self._act(
            lambda work: remove_my_method(work, method_id),
            tell("It was removed. Nothing was charged."),
        )
        # The row that had the keyboard's focus is gone.
        return rx.set_focus("main")

    @rx.event
    async def agree(self, to: Literal["on", "off"]) -> None:
        """Agree to be charged automatically, or take that back."""
        await self._act(
            lambda work: agree_to_charges(work, agrees=to == "on"),
            tell("You agreed to be charged automatically. Nothing was charged now.")
            if to == "on"
            else tell("You are not charged automatically any more. Nothing was charged."),
        )

    async def _act(self, command: Callable[[Any], str], done: str) -> None:
        """Do it, and show what is so then: a refusal leaves it as it was."""
        self.told, self.refused = "", ""
        self._settle()
        try:
            await run(command)
        except BillingError as refusal:
            self.refused = str(refusal)
        else:
            self.told = done
        await self._look()

    async def _look(self) -> None:
        self.rows = saved_lines(await run(my_saved_methods))
        self.agrees = (await run(account)).autopay
        self.loaded = True


def methods_page() -> rx.Component:
    """The screen at /customer/methods."""
    state: Any = CustomerMethodsState
    return rx.fragment(
        page_header(
            say("Payment methods"),
            lead=say("What you saved while you paid. We keep a reference and never a card number."),
        ),
        notice(state.refused, tone="danger"),
        notice(state.told, tone="success"),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=empty_state(
                say("Nothing saved yet"),
                say("When you pay by card or direct debit, the payment page offers to save it."),
                icon_name="card",
            ),
            caption=say("Saved ways of paying"),
            waiting=2,
        ),
        spoken_question(state),
        section(say("Automatic payments"), card(_consent())),
    )


def _consent() -> rx.Component:
    state: Any = CustomerMethodsState
    return switch(
        say("Charge my usual way of paying automatically"),
        id="autopay",
        on=state.agrees,
        on_press=CustomerMethodsState.agree(rx.cond(state.agrees, "off", "on")),
        hint=say(
            "If the business charges automatically, it may then charge what falls due to your"
            " usual way of paying. You can take this back at any time; it holds from the next"
            " charge on."
        ),
    )


def _row(row: Any) -> rx.Component:
    acts = rx.el.div(
        rx.cond(
            row.usual,
            rx.fragment(),
            quiet_button(
                say("Make usual"),
                hidden(" "),
                hidden(row.words),
                on_click=CustomerMethodsState.make_usual(row.id),
            ),
        ),
        quiet_button(
            say("Remove"),
            hidden(" "),
            hidden(row.words),
            on_click=CustomerMethodsState.ask_to_forget(row.id),
            **asker("forget", row),
        ),
        class_name="table__acts",
    )
    answer = danger_button(
        say("Remove it"), on_click=CustomerMethodsState.forget(row.id), auto_focus=True
    )
    return rx.fragment(
        table_row(_COLUMNS, [saved_name(row), row.kind, row.until, acts]),
        question(CustomerMethodsState, row, columns=len(_COLUMNS), answer=answer),
        key=row.id,
    )
