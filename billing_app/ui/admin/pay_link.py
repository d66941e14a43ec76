"""The pay link of a document: made, copied, sent by e-mail, replaced, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx

from billing_app.access.installation import installation, run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.reads import pay_links
from billing_app.reads.asked_before import AskedBefore, asked_before
from billing_app.services import asking_to_pay, linking
from billing_app.ui.admin.document_letters import AdminDocumentLettersState
from billing_app.ui.admin.document_shown import page_of
from billing_app.ui.components.buttons import (
    danger_button,
    link_button,
    quiet_button,
    secondary_button,
)
from billing_app.ui.components.content import card, cluster, section
from billing_app.ui.components.copying import copying
from billing_app.ui.components.text import Text, has_words, hidden, when
from billing_app.ui.last_act import begin_act, last_act, tell_of
from billing_app.ui.state import may

LINK = "link"
"""Where on the page it is told what was done about the link."""


class AdminPayLinkState(rx.State):
    """The pay link of the document that is shown."""

    address: str = ""
    expires: str = ""
    ended: str = ""
    asked: str = ""
    last: str = ""
    """Of the letter that asked last, while another one is about to be sent."""

    _key: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the link of the document that the address names, if it has one."""
        self.reset()
        await self._read()

    @rx.event
    async def make(self) -> None:
        """Make the link, or bring it back to life."""
        await self._act(linking.make_pay_link, "The pay link is ready. Copy it and send it.")

    @rx.event
    async def ask(self, act: Literal["send", "replace", "withdraw"]) -> None:
        """Ask before a letter goes out, or an address that was handed on stops working."""
        await begin_act(self)
        if act == "send":
            wanted = (await page_of(self)).shown
            self.last = _sent_last(await run(lambda work: asked_before(work, wanted)))
        self.asked, self._key = act, show("cmd", new_id())

    @rx.event
    def let_be(self) -> None:
        """Put the question away. Nothing changes."""
        self.asked = ""

    @rx.event
    async def replace(self) -> None:
        """Give the document another address."""
        key = self._key
        await self._act(
            lambda work, document: linking.rotate_pay_link(work, document, command_key=key),
            "There is a new pay link. The one before opens nothing any more.",
        )

    @rx.event
    async def send(self) -> None:
        """Send the request for payment, which carries the link, first or again. Once a question."""
        page, key = await page_of(self), self._key
        await self._act(
            lambda work, document: asking_to_pay.ask_again(work, document, command_key=key),
            f"The request for payment is on its way to {page.email}.",
        )
        await page._read()
        await (await self.get_state(AdminDocumentLettersState))._turn_to_start()

    @rx.event
    async def withdraw(self) -> None:
        """End the link."""
        await self._act(linking.withdraw_pay_link, "The pay link opens nothing any more.")

    async def _act(self, command: Callable[[Any, str], str], done: str) -> None:
        page = await page_of(self)
        wanted = page.shown
        self.asked = ""
        try:
            await run(lambda work: command(work, wanted))
        except BillingError as refusal:
            await tell_of(self, str(refusal), is_good=False, at=LINK)
        else:
            await tell_of(self, done, at=LINK)
        await self._read()

    async def _read(self) -> None:
        page = await page_of(self)
        wanted = page.shown
        try:
            found = await run(lambda work: pay_links.pay_link(work, wanted))
        except BillingError:
            # Whoever may not take payments, or is at a page of nothing, is shown no link.
            return
        self.address = self.expires = self.ended = ""
        if found is None:
            return
        if found.path:
            self.address = f"{installation().settings.public_url}{found.path}"
            self.expires = found.expires_on
        else:
            self.ended = "withdrawn" if found.withdrawn else "expired"


def pay_link(page: Any) -> rx.Component:
    """The section of a document about its pay link, for those who may take payments.

    What is void can be given none; one that it has is shown for as long as it opens something.
    """
    state: Any = AdminPayLinkState
    there = rx.cond(page.status == "Void", has_words(state.address), page.status != "Draft")
    shown = page.is_customer & there & may(Permission.TAKE_PAYMENTS)
    return rx.cond(shown, _section(state, page), rx.fragment())


def link_to_open(state: Any) -> rx.Component:
    """Opens the payment page beside this one, for a customer at the desk."""
    return link_button(
        "Open the payment page",
        hidden(" in another tab"),
        href=state.address,
        native=True,
        target="_blank",
        rel="noopener",
    )


def _section(state: Any, page: Any) -> rx.Component:
    return section(
        "Pay link",
        last_act(LINK),
        link_sheet(state, page),
    )


def link_sheet(state: Any, page: Any) -> rx.Component:
    """The link with all that can be done with it, or why there is none."""
    return card(
        rx.el.div(
            rx.cond(has_words(state.address), _link(state, page), _no_link(state, page)),
            _by_letter(state, page),
            class_name="stack stack--4",
        )
    )


def _link(state: Any, page: Any) -> rx.Component:
    replace = _asks(
        "The present link opens nothing any more then, whoever has it. Replace it?",
        danger_button("Replace it", on_click=state.replace, auto_focus=True),
        state,
    )
    withdraw = _asks(
        "The link opens nothing any more then, whoever has it. Withdraw it?",
        danger_button("Withdraw it", on_click=state.withdraw, auto_focus=True),
        state,
    )
    return rx.el.div(
        copying("Address", state.address, id="pay-link"),
        rx.el.p(_what_it_opens(state, page)),
        cluster(
            link_to_open(state),
            rx.cond(
                page.status == "Void",
                rx.fragment(),
                quiet_button("Replace", on_click=state.ask("replace")),
            ),
            quiet_button("Withdraw", on_click=state.ask("withdraw")),
        ),
        rx.match(state.asked, ("replace", replace), ("withdraw", withdraw), rx.fragment()),
        class_name="stack stack--4",
    )


def _what_it_opens(state: Any, page: Any) -> rx.Var[str]:
    """What whoever holds the link sees: it outlives what the document asks for."""
    settled = f"Whoever has it can see this document until {state.expires}"
    return rx.cond(
        page.is_open,
        f"Whoever has it can see this document and pay it until {state.expires}.",
        rx.cond(
            page.status == "Void",
            f"{settled}, and reads that it was withdrawn and nothing is owed.",
            f"{settled}, and reads that nothing is left to pay.",
        ),
    ).to(str)


def _no_link(state: Any, page: Any) -> rx.Component:
    return rx.el.div(
        when(
            state.ended,
            rx.el.p(
                rx.cond(
                    state.ended == "withdrawn",
                    "The link was withdrawn and opens nothing.",
                    "The link has expired and opens nothing.",
                )
            ),
        ),
        rx.el.p(
            rx.cond(
                page.is_open,
                "With a pay link, the customer sees this document and pays it without signing in.",
                "Nothing is left to pay. With a pay link, the customer sees this document without"
                " signing in, and reads just that.",
            )
        ),
        cluster(secondary_button("Make a pay link", on_click=state.make)),
        class_name="stack stack--4",
    )


def _by_letter(state: Any, page: Any) -> rx.Component:
    """Sends the link by e-mail while it asks for money, and says to whom; or why it does not."""
    send = _asks(
        f"The letter goes to {page.email} and asks for {page.figures['still_to_pay']}."
        f" {state.last} Send it?",
        secondary_button("Send it", on_click=state.send, auto_focus=True),
        state,
    )
    offered = rx.cond(
        has_words(page.email),
        rx.el.div(
            rx.el.p(f"The request for payment goes to {page.email} and carries the pay link."),
            cluster(secondary_button("Send by e-mail", icon="letter", on_click=state.ask("send"))),
            rx.cond(state.asked == "send", send, rx.fragment()),
            class_name="stack stack--4",
        ),
        rx.el.p(f"{page.party} has no e-mail address, so the link cannot be sent from here."),
    )
    shown = page.is_open & (state.ended != "withdrawn") & may(Permission.SEE_LETTERS)
    return rx.cond(shown, offered, rx.fragment())


def _asks(words: Text, answer: rx.Component, state: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(words, id="link-question"),
        cluster(answer, quiet_button("Keep", on_click=state.let_be)),
        role="group",
        aria_labelledby="link-question",
        class_name="question",
    )


def _sent_last(before: AskedBefore | None) -> str:
    """When it was asked for last, and whom, so that nobody is asked twice by mistake."""
    if before is None:
        return "No letter has asked for it yet."
    if before.waits:
        return f"One to {before.recipient}, written {before.when}, still waits to leave."
    told = f"The last one ({before.kind}) was sent {before.when} to {before.recipient}"
    return f"{told}, and did not arrive." if before.came_back else f"{told}."
