"""Where the payment provider leads back to: how it ended, from our own books.

Coming here proves nothing. The page looks again for half a minute, because news may come
later than the browser, and then says that a letter will follow.
"""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from billing_app.access.installation import run_as
from billing_app.kernel.errors import Busy, NotFound
from billing_app.reads import payer_outcome
from billing_app.reads.payer_outcome import Ending, Outcome
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.pay.door import payer_at
from billing_app.ui.signed_out import link_expired

_LOOKS = 15
_LOOKS_EVERY_S = 2
_OPEN = frozenset({Ending.WAITING, Ending.CHECKING})


class OutcomeState(rx.State):
    """How the last visit to the provider's page ended."""

    known: bool = False
    live: bool = False
    busy: str = ""
    ending: str = ""
    what: str = ""
    asked_by: str = ""
    amount: str = ""
    why: str = ""
    left: str = ""
    waited: bool = False

    @rx.event(background=True)
    async def load(self) -> None:
        """Look until it is known how it ended, without keeping the tab from anything else."""
        async with self:
            self.reset()
            router = self.router
        for _ in range(_LOOKS):
            try:
                found = await payer_at(router)
                told = await run_as(found, payer_outcome.outcome) if found else None
            except NotFound:
                told = None
            except Busy as refusal:
                async with self:
                    self.busy, self.known = str(refusal), True
                return
            async with self:
                self._show(told)
            if told is None or told.ending not in _OPEN:
                return
            await asyncio.sleep(_LOOKS_EVERY_S)
        async with self:
            self.waited = True

    def _show(self, told: Outcome | None) -> None:
        self.known, self.live = True, told is not None
        if told is None:
            return
        self.ending, self.why = told.ending.value, told.why
        self.what, self.asked_by, self.amount = told.what, told.asked_by, told.amount
        self.left = told.still_to_pay.text if told.still_to_pay.minor else ""


def return_page() -> rx.Component:
    """The page at /pay/[token]/return."""
    state = OutcomeState
    page = signed_out_frame(
        rx.cond(
            state.known & ~has_words(state.busy),
            _ending(),
            rx.fragment(
                rx.el.h1("Your payment", class_name="plain__title"),
                notice(state.busy, tone="danger"),
                rx.cond(state.known, rx.fragment(), skeleton(4)),
            ),
        ),
    )
    is_over = state.known & ~state.live & ~has_words(state.busy)
    home = link_button("Go to sign in", href="/sign-in", native=True)
    return rx.cond(is_over, link_expired(home), page)


def _ending() -> rx.Component:
    return rx.match(
        OutcomeState.ending,
        ("paid", _paid()),
        ("processing", _on_its_way()),
        ("awaited", _awaited()),
        ("failed", _failed()),
        ("taken back", _taken_back()),
        ("checking", _checking()),
        ("waiting", _waiting()),
        _told(
            "clock",
            "The payment was not finished",
            rx.el.p("Nothing was charged. You can pay whenever you like."),
        ),
    )


def _paid() -> rx.Component:
    state = OutcomeState
    return _told(
        "check-circle",
        "Payment received",
        rx.el.p(rx.el.strong(state.amount), " was paid to ", state.asked_by, ". Thank you."),
    )


def _on_its_way() -> rx.Component:
    return _told(
        "turning",
        "Your payment is on its way",
        rx.el.p(
            rx.el.strong(OutcomeState.amount),
            " has begun and has not cleared yet; that can take some days. There is nothing more"
            " to do. Please do not pay it again.",
        ),
    )


def _awaited() -> rx.Component:
    return _told(
        "clock",
        "Your bank transfer is awaited",
        rx.el.p(
            "Please transfer ",
            rx.el.strong(OutcomeState.amount),
            " to the account that you were shown, with its reference. It counts as paid once it"
            " has arrived. To see the account again, choose Bank transfer behind this link.",
        ),
    )


def _failed() -> rx.Component:
    return _told(
        "cross-circle",
        "The payment did not go through",
        when(OutcomeState.why, rx.el.p(OutcomeState.why)),
        rx.el.p("You were not charged. You can try again, also in another way."),
    )


def _taken_back() -> rx.Component:
    return _told(
        "cross-circle",
        "Your bank took the payment back",
        rx.el.p(
            rx.el.strong(OutcomeState.amount),
            " went back to you, so it is still to be paid. Ask your bank for the reason.",
        ),
    )


def _checking() -> rx.Component:
    return _told(
        "clock",
        "We are checking your payment",
        rx.el.p(
            "The payment provider has not told us yet whether money moved. Please do not pay again."
        ),
        _later(),
    )


def _waiting() -> rx.Component:
    return _told(
        "clock",
        "The payment is not finished",
        rx.el.p(
            "We have not heard of a payment yet. If you paid or sent a transfer, there is nothing"
            " more to do. If you left the payment page before the end, nothing was charged."
        ),
        _later(),
    )


def _later() -> rx.Component:
    return rx.cond(
        OutcomeState.waited,
        rx.el.p("This takes longer than usual. We will write to you when we know."),
        rx.el.p("This page looks again every few seconds.", role="status"),
    )


def _told(icon_name: str, title: str, *words: rx.Component) -> rx.Component:
    token: Any = rx.State.token  # type: ignore[attr-defined]
    state = OutcomeState
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="message__icon"),
        rx.el.h1(title, class_name="plain__title"),
        *words,
        rx.el.p(state.what, _left(state.left), class_name="plain__aside"),
        cluster(link_button("See the document", href="/pay/" + token, native=True)),
        class_name="message",
    )


def _left(left: Text) -> rx.Component:
    return rx.cond(
        has_words(left), rx.fragment(": ", left, " is still to pay."), ": nothing is left to pay."
    )
