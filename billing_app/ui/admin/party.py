"""One customer or partner: their record, the people there, and who of them may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError, Invalid, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.reads import parties, people
from billing_app.reads.parties import PartyRecord
from billing_app.reads.people import ContactRow
from billing_app.services import contacting, granting
from billing_app.ui.admin.asking import Asking
from billing_app.ui.admin.contacts import came_back_note, contacts
from billing_app.ui.admin.forms import OpenFormState
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, definition_list, page_header, section
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import skeleton
from billing_app.ui.last_act import begin_act, last_act, tell_of, turn_page
from billing_app.ui.screens import title_of
from billing_app.ui.state import may


class ContactForm(TypedDict):
    """What the form sends."""

    contact_id: str
    name: str
    email: str


class PartyState(Asking, rx.State, mixin=True):
    """The record of one party, and the people there."""

    _record: ClassVar[Callable[..., PartyRecord]]

    shown: str = ""
    name: str = ""
    email: str = ""
    detail: str = ""
    since: str = ""
    archived: bool = False
    flags: list[str] = []
    came_back: str = ""
    rows: list[ContactRow] = []
    loaded: bool = False
    missing: bool = False

    form_open: bool = False
    form_id: str = ""
    problem: str = ""
    wrong_field: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the party that the address names, and the people there.

        A connection that was lost and found loads it again, too, so a form stays open.
        """
        wanted = self._wanted()
        if wanted != self.shown:
            self.reset()
            # What was begun about another party is not for this one.
            (await self.get_state(OpenFormState)).which = ""
        self.shown = wanted
        await turn_page(self)
        self._settle()
        try:
            await self._read_record()
        except NotFound:
            self.missing = True
            return
        await self._read_contacts()
        self.loaded = True

    @rx.event
    async def open_form(self) -> None:
        """Open an empty form under an id of its own, so that sending it twice adds one."""
        await begin_act(self)
        self.form_open, self.form_id = True, show("con", new_id())
        self.problem, self.wrong_field = "", ""

    @rx.event
    def close_form(self) -> None:
        """Put the form away."""
        self.form_open = False

    @rx.event
    async def add(self, form: ContactForm) -> None:
        """Note the person that was typed. It lets nobody in."""
        party_id = self._wanted()
        await begin_act(self)
        self.problem, self.wrong_field = "", ""
        try:
            await run(
                lambda work: contacting.add_contact(
                    work,
                    form["contact_id"],
                    party_id=party_id,
                    name=form["name"],
                    email=form["email"],
                )
            )
        except BillingError as refusal:
            self.problem = str(refusal)
            self.wrong_field = refusal.field if isinstance(refusal, Invalid) else ""
            return
        self.form_open = False
        await self._say(
            f"{form['name'].strip()} was added. They cannot sign in until you let them.",
            is_good=True,
        )
        await self._read_contacts()

    @rx.event
    async def grant(self, contact_id: str) -> None:
        """Let a contact sign in."""
        await self._act(granting.grant_access, contact_id, "can sign in. A letter tells them how.")

    @rx.event
    async def ask_to_revoke(self, contact_id: str) -> None:
        """Ask whether a contact's access shall end."""
        await self._ask_about(
            contact_id,
            "revoke",
            "Revoke the access of {}? Wherever they are signed in, their next step is refused.",
        )

    @rx.event
    async def revoke(self, contact_id: str) -> None:
        """End a contact's access, also where they are signed in."""
        await self._act(granting.revoke_access, contact_id, "cannot sign in any more.")

    @rx.event
    async def ask_to_remove(self, contact_id: str) -> None:
        """Ask whether a contact shall be taken off the list."""
        await self._ask_about(
            contact_id,
            "remove",
            "Remove {}? They leave this list, and whatever access they have ends.",
        )

    @rx.event
    async def remove(self, contact_id: str) -> Any:
        """Take a contact off the list, and end whatever access they had."""
        await self._act(contacting.remove_contact, contact_id, "was removed.")
        # The row that had the keyboard's focus is gone.
        return rx.set_focus("main")

    async def _ask_about(self, contact_id: str, act: str, words: str) -> None:
        await begin_act(self)
        if name := self._name_of(contact_id):
            self._ask(contact_id, act, words.format(name))

    def _name_of(self, contact_id: str) -> str:
        return next((row.name for row in self.rows if row.id == contact_id), "")

    async def _act(self, command: Callable[[Any, str], str], contact_id: str, done: str) -> None:
        self._settle()
        try:
            await run(lambda work: command(work, contact_id))
        except BillingError as refusal:
            await self._say(str(refusal), is_good=False)
        else:
            await self._say(f"{self._name_of(contact_id)} {done}", is_good=True)
        await self._read_contacts()

    async def _say(self, words: str, *, is_good: bool) -> None:
        await tell_of(self, words, is_good=is_good)

    async def _read_record(self) -> None:
        wanted = self.shown
        found = await run(lambda work: self._record(work, wanted))
        self.name, self.email, self.detail = found.name, found.email, found.detail
        self.since, self.archived, self.flags = found.since, found.archived, found.flags
        self.came_back = found.came_back

    async def _read_contacts(self) -> None:
        party_id = self._wanted()
        self.rows = await run(lambda work: people.contacts(work, party_id))

    def _wanted(self) -> str:
        """The party that the address names, so that a state that was lost loses nothing."""
        return self.router.url.path.strip("/").rpartition("/")[2]


class AdminCustomerState(PartyState, rx.State):
    """One customer."""

    _record = staticmethod(parties.customer)


class AdminPartnerState(PartyState, rx.State):
    """One partner."""

    _record = staticmethod(parties.partner)


def partner_page() -> rx.Component:
    """The screen at /admin/partners/[party]."""
    state: Any = AdminPartnerState
    back = ("All partners", "/admin/partners")
    email = rx.el.span(state.email, came_back_note(state.came_back, state.shown))
    record = definition_list(
        ("Statements go to", email), ("Kind", state.detail), ("Partner since", state.since)
    )
    found = rx.fragment(
        page_header(
            title_of(state.name, "A partner"),
            actions=[link_button(back[0], href=back[1], kind="quiet", icon="arrow-left")],
        ),
        last_act(),
        section(
            "Record",
            card(rx.cond(state.loaded, record, skeleton(3))),
            actions=[rx.cond(state.archived, status_chip("archived"), rx.fragment())],
        ),
        contacts("Customers & portal access", state, may(Permission.KEEP_PARTNERS)),
    )
    return rx.cond(state.missing, no_such_party("partner", back), found)


def no_such_party(one: str, back: tuple[str, str]) -> rx.Component:
    """What stands where there is nobody of that address."""
    return rx.fragment(
        page_header("We cannot find that"),
        empty_state(
            f"There is no such {one} here",
            "The address may be mistyped. Nothing was changed.",
            link_button(back[0], href=back[1]),
            icon_name="search",
        ),
    )
