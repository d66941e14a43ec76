"""Dividing what a draft asks for into instalments."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.entries import read_day, read_whole_number
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.plans import MOST_PARTS
from billing_app.services import planning
from billing_app.ui.admin.draft import AdminDraftState
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.components.buttons import quiet_button, secondary_button
from billing_app.ui.components.content import section
from billing_app.ui.components.fields import field_error, number_field, select_field, text_field
from billing_app.ui.components.tables import Column, data_table, table_row

_APART = (
    ("monthly", "Every month"),
    ("quarterly", "Every three months"),
    ("fortnightly", "Every two weeks"),
    ("weekly", "Every week"),
)
_GAPS = {
    "monthly": {"months_apart": 1},
    "quarterly": {"months_apart": 3},
    "fortnightly": {"days_apart": 14},
    "weekly": {"days_apart": 7},
}
_COLUMNS = (Column(label="Due"), Column(label="Amount", numeric=True))


class PlanForm(TypedDict):
    """What the form sends."""

    count: str
    first_due_on: str
    apart: str


class AdminInstalmentsState(FormState, rx.State):
    """The form that plans a draft in instalments."""

    @rx.event
    async def open_form(self) -> None:
        """Open the form. A question about issuing is put away: it would speak of another plan."""
        (await self.get_state(AdminDraftState))._put_away()
        await self._open()

    @rx.event
    async def plan(self, form: PlanForm) -> Any:
        """Divide the draft into equal parts; what was typed on it is saved first."""
        self.problem, self.wrong_field = "", ""
        draft = await self.get_state(AdminDraftState)
        if not await draft._save():
            self.problem = "The draft is not saved as it stands. Mend it first."
            return None
        wanted = draft.shown
        try:
            first = read_day(form["first_due_on"], field="first_due_on")
            if first is None:
                raise Invalid("Enter the day on which the first is due.", field="first_due_on")
            count = read_whole_number(form["count"], lowest=1, highest=MOST_PARTS, field="count")
            gap = _GAPS.get(form["apart"], {})
            await run(
                lambda work: planning.plan_in_equal_parts(
                    work, wanted, count=count, first_due_on=first, **gap
                )
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        return AdminDraftState.load

    @rx.event
    async def drop(self) -> Any:
        """Ask for all of it at once again."""
        draft = await self.get_state(AdminDraftState)
        wanted = draft.shown
        if await draft._save():
            await run(lambda work: planning.drop_plan(work, wanted))
        return AdminDraftState.load


def instalments() -> rx.Component:
    """The section of a draft about its instalments."""
    state: Any = AdminInstalmentsState
    draft: Any = AdminDraftState
    plan = data_table(
        _COLUMNS,
        rx.foreach(draft.parts, lambda part: table_row(_COLUMNS, [part.due_on, part.amount.text])),
        caption="Instalments",
    )
    none = rx.el.p("All of it is due on one day.")
    drop = rx.cond(
        draft.parts.length() > 0,
        quiet_button("Ask for it in one sum", on_click=state.drop),
        rx.fragment(),
    )
    return section(
        "Instalments",
        rx.cond(draft.parts.length() > 0, plan, none),
        rx.cond(is_open(AdminInstalmentsState), _form(state), rx.fragment()),
        actions=[drop, secondary_button("Plan instalments", on_click=state.open_form)],
    )


def _form(state: Any) -> rx.Component:
    return form_sheet(
        "Plan instalments",
        state,
        state.plan,
        {
            "count": number_field(
                "How many",
                name="count",
                error=field_error(state, "count"),
                decimals=False,
                default_value="3",
                auto_focus=True,
            ),
            "first_due_on": text_field(
                "The first is due on",
                name="first_due_on",
                type="date",
                error=field_error(state, "first_due_on"),
            ),
            "apart": select_field(
                "The others follow", _APART, name="apart", error=field_error(state, "apart")
            ),
        },
        button=secondary_button("Divide it", type="submit"),
    )
