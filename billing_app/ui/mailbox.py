"""The demo's mailbox: every letter, as its reader has it. A real house has none.

A letter that was sent is shown as it was sent. One that was not is in the list, because whoever
tries the demo looks for it, and says so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.actors import SystemActor
from billing_app.access.installation import in_the_demo, installation, run_as
from billing_app.documents.letters import mailbox
from billing_app.documents.letters.charges import with_charge
from billing_app.documents.letters.mailbox import Kept
from billing_app.documents.letters.message import render
from billing_app.kernel.errors import NotFound
from billing_app.reads import letters, telling
from billing_app.reads.letters import LetterFacts
from billing_app.reads.times import at_time
from billing_app.ui.components.buttons import link_button, secondary_button
from billing_app.ui.components.content import definition_list, page_header
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import callout, empty_state, status_chip
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when
from billing_app.ui.layout import signed_out_frame

# What a mail program adds of its own: where links open (no page of ours opens inside a
# frame), and where the keyboard is.
_IN_THE_FRAME = """<head>
<base target="_top">
<style>:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }</style>"""


@dataclass(frozen=True)
class Envelope:
    """A letter in the list."""

    id: str
    subject: str
    recipient: str
    written: str
    never_sent: bool


class MailboxState(rx.State):
    """All letters of the demo, and the one that is open."""

    rows: list[Envelope] = []
    after: str = ""
    loaded: bool = False

    opened: str = ""
    subject: str = ""
    recipient: str = ""
    written: str = ""
    link: str = ""
    lines: list[str] = []
    html: str = ""
    unsent: str = ""

    @rx.event
    async def load(self) -> object:
        """Show the newest letters and open the first. Outside a demo there is no such page."""
        try:
            found = await self._page("")
        except NotFound:
            return rx.redirect("/not-found")
        self.rows, self.loaded = [await _envelope(facts) for facts in found], True
        if found:
            self._show(await _in_full(found[0]))
        return None

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if self.after:
            found = await self._page(self.after)
            self.rows = [*self.rows, *[await _envelope(facts) for facts in found]]

    @rx.event
    async def open(self, letter_id: str) -> None:
        """Open one letter; one that is not there leaves open what is."""
        public_url = installation().settings.public_url
        with suppress(NotFound):
            found = await in_the_demo(
                lambda work: letters.letter(work, letter_id, public_url=public_url)
            )
            self._show(await _in_full(found))

    async def _page(self, after: str) -> list[LetterFacts]:
        public_url = installation().settings.public_url
        found, self.after = await in_the_demo(
            lambda work: letters.mailbox(work, public_url=public_url, after=after)
        )
        return found

    def _show(self, facts: LetterFacts) -> None:
        taken = _taken(facts)
        self.opened, self.recipient = facts.id, facts.recipient
        self.subject, self.unsent = _subject(facts, taken), _why_unsent(facts, taken)
        self.written = at_time(facts.written_at, "UTC")
        self.link = taken.link if taken else ""
        self.lines = taken.text.splitlines() if taken else []
        self.html = taken.html.replace("<head>", _IN_THE_FRAME, 1) if taken else ""


def _taken(facts: LetterFacts) -> Kept | None:
    """The letter as it was handed over, if it was."""
    return mailbox.kept(installation().settings.home, facts.id) if facts.sent else None


def _subject(facts: LetterFacts, taken: Kept | None) -> str:
    return taken.subject if taken else render(facts).subject


def _why_unsent(facts: LetterFacts, taken: Kept | None) -> str:
    """Why there is nothing to read; empty where there is."""
    if taken is not None:
        return ""
    if facts.sent:
        return "This letter was sent from elsewhere, so what it said is not kept here."
    if facts.stayed:
        return f"This letter was never sent. {facts.stayed}"
    return "This letter has not been sent yet. What it says is found out when it leaves."


async def _in_full(facts: LetterFacts) -> LetterFacts:
    """With what it is about and in its language, which only its own organization looks up."""
    assert facts.organization_id is not None, "every letter is some organization's"
    public_url = installation().settings.public_url
    return await run_as(
        SystemActor(organization_id=facts.organization_id),
        lambda work: with_charge(
            work, telling.in_full(work, facts, public_url=public_url), public_url=public_url
        ),
    )


async def _envelope(facts: LetterFacts) -> Envelope:
    """One that was taken says itself what it is about; only the others are looked up."""
    taken = _taken(facts)
    if taken is None:
        facts = await _in_full(facts)
    subject = _subject(facts, taken)
    written = f"{at_time(facts.written_at, 'UTC')} UTC"
    return Envelope(facts.id, subject, facts.recipient, written, never_sent=bool(facts.stayed))


def mailbox_page() -> rx.Component:
    """The page at /mailbox."""
    state: Any = MailboxState
    return signed_out_frame(
        page_header(
            "Mailbox",
            lead="Every letter of this demo as it was sent, whoever it is for. The links in them"
            " work as long as they would in a real letter.",
            actions=[
                secondary_button("Look for new letters", icon="turning", on_click=state.load),
                link_button("Go to sign in", href="/sign-in", native=True),
            ],
        ),
        rx.cond(
            state.loaded,
            rx.cond(state.rows.length() == 0, _nothing(), _box()),
            skeleton(8),
        ),
        width="wide",
    )


def _nothing() -> rx.Component:
    return empty_state(
        "No letters yet",
        "Ask for a sign-in link or invite somebody, and the letter is shown here.",
        icon_name="letter",
    )


def _box() -> rx.Component:
    state: Any = MailboxState
    return rx.el.div(
        rx.el.nav(
            rx.el.p(
                state.rows.length(),
                " letters, the newest first. The list scrolls.",
                class_name="mailbox__hint",
            ),
            rx.el.ul(rx.foreach(state.rows, _in_list), class_name="mailbox__list"),
            rx.cond(
                state.after != "",
                secondary_button("Show more", on_click=state.show_more),
                rx.fragment(),
            ),
            aria_label="Letters",
        ),
        _letter(),
        class_name="mailbox",
    )


def _in_list(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.strong(row.subject),
            rx.el.span(row.recipient),
            rx.el.span(row.written),
            rx.cond(row.never_sent, status_chip("needless", "Never sent"), rx.fragment()),
            type="button",
            on_click=MailboxState.open(row.id),
            aria_current=rx.cond(row.id == MailboxState.opened, "true", "false"),
            class_name="mailbox__item",
        ),
        key=row.id,
    )


def _letter() -> rx.Component:
    state: Any = MailboxState
    return rx.el.article(
        rx.el.h2(state.subject, class_name="section__title"),
        definition_list(("To", state.recipient), ("Written (UTC)", state.written)),
        when(
            state.link,
            link_button(
                "Open the letter's link",
                href=state.link,
                kind="primary",
                icon="arrow-right",
                native=True,
            ),
        ),
        rx.cond(state.unsent != "", callout(state.unsent), _body()),
        aria_live="polite",
        class_name="card mailbox__letter",
    )


def _body() -> rx.Component:
    state: Any = MailboxState
    return rx.fragment(
        rx.el.h3("As most people see it"),
        rx.el.iframe(
            src_doc=state.html,
            sandbox="allow-top-navigation-by-user-activation",
            title="The letter in HTML",
            class_name="mailbox__html",
        ),
        rx.el.h3("As plain text"),
        rx.el.div(rx.foreach(state.lines, _line), class_name="mailbox__text"),
    )


def _line(line: Any) -> rx.Component:
    return rx.el.p(rx.cond(line.startswith("http"), native_link(line, href=line), line))
