"""What the lists of customers and of partners have in common: search, pages, a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.reads.party_lists import ListedPage, ListedParty
from billing_app.ui.admin.listing import ListState
from billing_app.ui.components.buttons import primary_button, quiet_button, secondary_button
from billing_app.ui.components.content import card, cluster, page_header, section
from billing_app.ui.components.fields import error_summary, field_error
from billing_app.ui.components.lists import list_search, more_button, shelves
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.status import empty_state, notice, status_chip
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import hidden


@dataclass(frozen=True)
class PartyActs:
    """What can be done with one kind of party.

    The functions stand here because in the State itself each of them would be an event
    that any browser could send.
    """

    prefix: str
    page: Callable[..., ListedPage]
    archive: Callable[..., str]
    restore: Callable[..., str]


class PartyListState(ListState, rx.State, mixin=True):
    """A searchable list of parties, and the form that adds one."""

    _acts: ClassVar[PartyActs]
    _words = ("search", "standing")
    _usual = {"standing": "all"}

    rows: list[ListedParty] = []
    told: str = ""

    form_open: bool = False
    form_id: str = ""

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
        self.after = await self._page("")
        self.told = f"{read_name(name)} was added."

    def _mark(self, party_id: str, *, archived: bool) -> None:
        """Show it where the row stands: reading the list anew would lose the reader's place."""
        self.told = ""
        for row in self.rows:
            if row.id == party_id:
                self.told = f"{row.name} was {'archived' if archived else 'restored'}."
        self.rows = [
            replace(row, archived=archived) if row.id == party_id else row for row in self.rows
        ]

    async def _page(self, after: str) -> str:
        shelf, search = (self.said.get(word, "") for word in ("standing", "search"))
        self.told = ""
        page = await run(lambda work: self._acts.page(work, shelf, search=search, after=after))
        self.rows = [*self.rows, *page.rows] if after else page.rows
        return page.after


def party_list(
    state: Any,
    *,
    title: str,
    lead: str,
    one: str,
    facts: Sequence[tuple[Column, Callable[[Any], Any]]],
    may_keep: Any,
    fields: dict[str, rx.Component],
) -> rx.Component:
    """The screen of one kind of party.

    ``facts`` are the columns of its own, each with what stands in it for a row; `fields` are
    those of its form, by their names.
    """
    columns = (
        Column(label="Name"),
        Column(label="E-mail", long=True),
        *(column for column, _ in facts),
        Column(label="Actions", hidden_label=True),
    )
    cells = [cell for _, cell in facts]
    return rx.fragment(
        page_header(title, lead=lead, actions=[_add_button(state, one, may_keep)]),
        notice(state.told, tone="success"),
        rx.cond(state.form_open, _form(state, one, fields), rx.fragment()),
        shelves("Shelves", state.shelves),
        list_search(f"Search {title.lower()} by name", state, hint="How the name begins"),
        listed(
            state.rows,
            state.loaded,
            columns,
            lambda row: _row(state, columns, row, cells, may_keep, title.lower()),
            nothing=_nothing(state, title, one),
            caption=title,
        ),
        more_button(state),
    )


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
    cells: Sequence[Callable[[Any], Any]],
    may_keep: Any,
    room: str,
) -> rx.Component:
    act = rx.cond(
        row.archived,
        quiet_button("Restore", hidden(" "), hidden(row.name), on_click=state.restore(row.id)),
        quiet_button("Archive", hidden(" "), hidden(row.name), on_click=state.archive(row.id)),
    )
    name = rx.el.span(
        rx.el.a(row.name, href=f"/admin/{room}/{row.id}"),
        " ",
        rx.cond(row.archived, status_chip("archived"), rx.fragment()),
        rx.foreach(row.flags, lambda flag: status_chip(flag, "")),
        class_name="table__name",
    )
    own = [cell(row) for cell in cells]
    return table_row(
        columns, [name, row.email, *own, rx.cond(may_keep, act, rx.fragment())], key=row.id
    )


def _nothing(state: Any, title: str, one: str) -> rx.Component:
    narrowed = (state.said["search"] != "") | (state.said["standing"] != "all")
    return rx.cond(
        narrowed,
        empty_state(
            "No matches",
            f"No {one} on this shelf has a name that begins like this.",
            secondary_button(
                "Clear the search",
                on_click=[
                    rx.set_value("search", ""),
                    state.clear,
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
