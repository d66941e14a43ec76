"""A question before an act that changes what somebody may do here, beside their row.

Pressing once, or one arrow key in a list of roles, does nothing yet; what was asked is
done by the button that answers it.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventChain

from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.text import hidden
from billing_app.ui.words import say

# Whoever answers is taken back to where they asked from, at once, because the button they
# pressed goes away.
_RETURN = """((event) => {
  if (event.target.closest("button"))
    document.getElementById(event.currentTarget.dataset.asker)?.focus();
})"""

_ESCAPE_KEEPS = """((event) => {
  if (event.key === "Escape") document.getElementById("keep")?.click();
})"""


class Asking(rx.State, mixin=True):
    """At most one question is open at a time."""

    asked: str = ""
    asked_id: str = ""
    asked_act: str = ""

    @rx.event
    def let_be(self) -> None:
        """Put the question away. Nothing changes."""
        self._settle()

    def _settle(self) -> None:
        self._ask("", "", "")

    def _ask(self, row_id: str, act: str, question: str) -> None:
        self.asked_id, self.asked_act, self.asked = row_id, act, question


def asker(act: str, row: Any) -> dict[str, Any]:
    """What marks the control in a row that asks about an act."""
    return {"id": f"{act}-" + row.id.to(str), "custom_attrs": _escape_keeps()}


def question(state: Any, row: Any, *, columns: int, answer: rx.Component) -> rx.Component:
    """The row below a row while something is asked about it; ``answer`` is what does it."""
    return rx.cond(
        state.asked_id == row.id,
        rx.el.tr(
            rx.el.td(
                rx.el.div(
                    rx.el.p(state.asked, id="asked"),
                    cluster(answer, quiet_button(say("Keep"), id="keep", on_click=state.let_be)),
                    role="group",
                    aria_labelledby="asked",
                    on_click=rx.Var(_RETURN, _var_type=EventChain).guess_type(),
                    custom_attrs={"data-asker": state.asked_act + "-" + state.asked_id},
                    class_name="question",
                ),
                role="cell",
                col_span=columns,
            ),
            role="row",
            custom_attrs=_escape_keeps(),
            class_name="table__question",
        ),
        rx.fragment(),
    )


def _escape_keeps() -> dict[str, Any]:
    """Reflex has no such trigger for buttons and rows, and adds to the attributes it is given."""
    return {"onKeyDown": rx.Var(_ESCAPE_KEEPS)}


def spoken_question(state: Any) -> rx.Component:
    """The question for the ear, wherever the keyboard is: it waits its turn."""
    return rx.el.div(hidden(state.asked), role="status")
