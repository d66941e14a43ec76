"""What the lists of customers and of partners have in common: search, pages, a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.reads.admin import PartyPage, PartyRow
from billing_app.ui.components.buttons import primary_button, quiet_button, secondary_button
from billing_app.ui.components.content import card, cluster, page_header, section
from billing_app.ui.components.fields import error_summary, search_field
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.status import empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import hidden


@dataclass(frozen=True)
class PartyActs:
    """What can be done with one kind of party.

    The functions stand here because in the State itself each of them would be an event
    that any browser could send.
    """

    prefix: str
    page: Callable[..., PartyPage]
    archive: Callable[..., str]
    restore: Callable[..., str]


class PartyListState(rx.State, mixin=True):
    """A searchable list of parties, and the form that adds one."""

    _acts: ClassVar[PartyActs]

    rows: list[PartyRow] = []
    after: str = ""
    search: str = ""
    loaded: bool = False
    told: str = ""

    form_open: bool = False
    form_id: str = ""
    problem: str = ""
    wrong_field: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the list from its beginning.

        A connection that was lost for a moment loads the page again, too. So what somebody
        searched for stays, and so does a form that they are filling in.
        """
        self.problem, self.wrong_field = "", ""
        await self._turn_to_start()

    @rx.event
    async def search_for(self, search: str) -> None:
        """Show only the parties whose names begin like this."""
        self.search, self.told = search, ""
        await self._turn_to_start()

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if self.after:
            page = await self._page(self.after)
            self.rows = [*self.rows, *page.rows]
            self.after = page.after

    @rx.event
    def open_form(self) -> None:
        """Open an empty form under an id of its own, so that sending it twice adds one."""
        self.form_open = True
        self.form_id = show(self._acts.prefix, new_id())
        self.problem, self.wrong_field, self.told = "", "", ""

    @rx.event
    def close_form(self) -> None:
        """Put the form away."""
        self.form_open = False

    @rx.event
    async def archive(self, party_id: str) -> None:
        """Put a party away; the list keeps showing it, marked."""
        await run(lambda work: self._acts.archive(work, party_id))
        self._mark(party_id, archived=True)

    @rx.event
    async def restore(self, party_id: str) -> None:
        """Bring an archived party back."""
        await run(lambda work: self._acts.restore(work, party_id))
        self._mark(party_id, archived=False)

    async def _add(self, command: Callable[[Any], str], name: str) -> None:
        """Run the form's command. A refusal keeps the form, and what was typed, as it is."""
        try:
            await run(command)
        except BillingError as refusal:
            self.problem = str(refusal)
            self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""
            return
        self.form_open = False
        self.told = f"{read_name(name)} was added."
        await self._turn_to_start()

    def _mark(self, party_id: str, *, archived: bool) -> None:
        """Show it where the row stands: reading the list anew would lose the reader's place."""
        self.told = ""
        for row in self.rows:
            if row.id == party_id:
                self.told = f"{row.name} was {'archived' if archived else 'restored'}."
        self.rows = [
            replace(row, archived=archived) if row.id == party_id else row for row in self.rows
        ]

    async def _turn_to_start(self) -> None:
        page = await self._page("")
        self.rows, self.after, self.loaded = page.rows, page.after, True

    async def _page(self, after: str) -> PartyPage:
        search = self.search
        return await run(lambda work: self._acts.page(work, search=search, after=after))


def party_list(
    state: Any,
    *,
    title: str,
    lead: str,
    one: str,
    detail: str,
    may_keep: Any,
    fields: dict[str, rx.Component],
) -> rx.Component:
    """The screen of one kind of party. `fields` are those of its form, by their names."""
    columns = (
        Column(label="Name"),
        Column(label="E-mail", long=True),
        Column(label=detail),
        Column(label="Since"),
        Column(label="Actions", hidden_label=True),
    )
    return rx.fragment(
        page_header(title, lead=lead, actions=[_add_button(state, one, may_keep)]),
        notice(state.told, tone="success"),
        rx.cond(state.form_open, _form(state, one, fields), rx.fragment()),
        search_field(
            f"Search {title.lower()} by name",
            # Not `value`, which would put back what the server knows between two key presses.
            default_value=state.search,
            on_change=state.search_for.debounce(200),
        ),
        rx.cond(
            state.loaded & (state.rows.length() == 0),
            _nothing(state, title, one),
            data_table(
                columns,
                rx.cond(
                    state.loaded,
                    rx.foreach(
                        state.rows,
                        lambda row: _row(state, columns, row, may_keep, title.lower()),
                    ),
                    skeleton_rows(columns),
                ),
                caption=title,
            ),
        ),
        rx.cond(
            state.after != "",
            secondary_button("Show more", on_click=state.show_more),
            rx.fragment(),
        ),
    )


def field_error(state: Any, field: str) -> Any:
    """The form's problem, beside the field it belongs to."""
    return rx.cond(state.wrong_field == field, state.problem, "").to(str)


def opening_button(words: str, state: Any) -> rx.Component:
    """The button that opens a screen's form.

    A form that was open when the page was left, in whatever way, is closed when one comes
    back; a connection that was lost and found brings the button back without a new page.
    """
    return primary_button(words, icon="plus", on_click=state.open_form, on_mount=state.close_form)


def _add_button(state: Any, one: str, may_keep: Any) -> rx.Component:
    return rx.cond(may_keep, opening_button(f"Add a {one}", state), rx.fragment())


def _form(state: Any, one: str, fields: dict[str, rx.Component]) -> rx.Component:
    return section(
        f"Add a {one}",
        card(
            rx.el.form(
                error_summary(
                    *((name, field_error(state, name)) for name in fields),
                    general=field_error(state, ""),
                ),
                hidden_field("party_id", state.form_id),
                *fields.values(),
                cluster(
                    primary_button(f"Save {one}", type="submit"),
                    quiet_button("Cancel", on_click=state.close_form),
                ),
                on_submit=state.add,
                on_unmount=state.close_form,
                custom_attrs={"noValidate": True},
                class_name="stack stack--4",
            )
        ),
    )


def _row(
    state: Any,
    columns: tuple[Column, ...],
    row: Any,
    may_keep: Any,
    room: str,
) -> rx.Component:
    act = rx.cond(
        row.archived,
        quiet_button("Restore", hidden(" "), hidden(row.name), on_click=state.restore(row.id)),
        quiet_button("Archive", hidden(" "), hidden(row.name), on_click=state.archive(row.id)),
    )
    link = rx.el.a(row.name, href=f"/admin/{room}/{row.id}")
    name = rx.el.span(
        link,
        " ",
        rx.cond(row.archived, status_chip("archived"), rx.fragment()),
        class_name="table__name",
    )
    cells = [name, row.email, row.detail, row.since, rx.cond(may_keep, act, rx.fragment())]
    return table_row(columns, cells, key=row.id)


def _nothing(state: Any, title: str, one: str) -> rx.Component:
    return rx.cond(
        state.search != "",
        empty_state(
            "No matches",
            f"No {one} has a name that begins like this.",
            secondary_button(
                "Clear the search",
                on_click=[
                    state.search_for(""),
                    rx.set_value("search", ""),
                    rx.set_focus("search"),
                ],
            ),
            icon_name="search",
        ),
        empty_state(
            f"No {title.lower()} yet",
            f"Add the first {one}, and they are listed here.",
            icon_name="people",
        ),
    )
