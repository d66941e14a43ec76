"""The demo's mailbox: every letter, as its reader would see it. A real house has none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.actors import SystemActor
from billing_app.access.installation import in_the_demo, installation, run_as
from billing_app.documents.letters.charges import with_charge
from billing_app.documents.letters.message import render
from billing_app.documents.letters.rendering import as_html, as_text
from billing_app.kernel.errors import NotFound
from billing_app.reads import letters
from billing_app.reads.letters import LetterFacts
from billing_app.reads.times import at_time
from billing_app.ui.components.buttons import link_button, secondary_button
from billing_app.ui.components.content import definition_list, page_header
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import empty_state
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

    @rx.event
    async def load(self) -> object:
        """Show the newest letters and open the first. Outside a demo there is no such page."""
        try:
            found = await self._page("")
        except NotFound:
            return rx.redirect("/not-found")
        self.rows, self.loaded = [_envelope(facts) for facts in found], True
        if found:
            self._show(found[0])
        return None

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if self.after:
            found = await self._page(self.after)
            self.rows = [*self.rows, *(_envelope(facts) for facts in found)]

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
        return [await _in_full(facts) for facts in found]

    def _show(self, facts: LetterFacts) -> None:
        content = render(facts)
        self.opened, self.link = facts.id, facts.link
        self.subject, self.recipient = content.subject, facts.recipient
        self.written = at_time(facts.written_at, "UTC")
        self.lines = as_text(content).splitlines()
        self.html = as_html(content, facts.locale).replace("<head>", _IN_THE_FRAME, 1)


async def _in_full(facts: LetterFacts) -> LetterFacts:
    """With the document that it is about, which only its own organization looks up."""
    if facts.organization_id is None or not facts.about:
        return facts
    public_url = installation().settings.public_url
    return await run_as(
        SystemActor(organization_id=facts.organization_id),
        lambda work: with_charge(work, facts, public_url=public_url),
    )


def _envelope(facts: LetterFacts) -> Envelope:
    written = f"{at_time(facts.written_at, 'UTC')} UTC"
    return Envelope(facts.id, render(facts).subject, facts.recipient, written)


def mailbox_page() -> rx.Component:
    """The page at /mailbox."""
    state: Any = MailboxState
    return signed_out_frame(
        page_header(
            "Mailbox",
            lead="Every letter of this demo, whoever it is for. The links in them work.",
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
        rx.el.h3("As most people see it"),
        rx.el.iframe(
            src_doc=state.html,
            sandbox="allow-top-navigation-by-user-activation",
            title="The letter in HTML",
            class_name="mailbox__html",
        ),
        rx.el.h3("As plain text"),
        rx.el.div(rx.foreach(state.lines, _line), class_name="mailbox__text"),
        aria_live="polite",
        class_name="card mailbox__letter",
    )


def _line(line: Any) -> rx.Component:
    return rx.el.p(rx.cond(line.startswith("http"), native_link(line, href=line), line))
